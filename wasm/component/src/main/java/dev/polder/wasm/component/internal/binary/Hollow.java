package dev.polder.wasm.component.internal.binary;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A component without code: the same definitions, and core modules of the same types whose functions do nothing. So an
 * engine validates the component around the modules without compiling them once more; the modules themselves are
 * validated when they are compiled.
 */
public final class Hollow {

    private static final int CORE_MODULE = 1;
    private static final int COMPONENT = 4;
    private static final int CORE_FUNCTIONS = 3;
    private static final int CORE_CODE = 10;

    private Hollow() {}

    /** @param bytes a component that {@link Decoder} takes, with modules that an engine takes */
    public static byte[] of(byte[] bytes) {
        return component(bytes, 0, bytes.length);
    }

    // As deep as the decoder went, which has a limit.
    private static byte[] component(byte[] bytes, int start, int end) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(bytes, start, 8);
        for (Section s = Section.first(bytes, start + 8, end); s != null; s = s.next(end)) {
            switch (s.id) {
                case CORE_MODULE -> section(out, s.id, moduleOrAsItIs(bytes, s.start, s.end));
                case COMPONENT -> section(out, s.id, component(bytes, s.start, s.end));
                case 0 -> {}
                default -> out.write(bytes, s.from, s.end - s.from);
            }
        }
        return out.toByteArray();
    }

    /** A module that nothing instantiates was never looked into: a malformed one goes to the engine as it is. */
    private static byte[] moduleOrAsItIs(byte[] bytes, int start, int end) {
        try {
            return module(bytes, start, end);
        } catch (IndexOutOfBoundsException malformed) {
            return Arrays.copyOfRange(bytes, start, end);
        }
    }

    private static byte[] module(byte[] bytes, int start, int end) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(bytes, start, 8);
        int functions = 0;
        for (Section s = Section.first(bytes, start + 8, end); s != null; s = s.next(end)) {
            switch (s.id) {
                case CORE_FUNCTIONS -> {
                    functions = Objects.checkIndex(Section.number(bytes, s.start), s.end - s.start);
                    out.write(bytes, s.from, s.end - s.from);
                }
                case CORE_CODE -> section(out, s.id, code(functions));
                // Start, elements, data and their count: nothing of them shows in the module's type.
                case 0, 8, 9, 11, 12 -> {}
                default -> out.write(bytes, s.from, s.end - s.from);
            }
        }
        return out.toByteArray();
    }

    private static byte[] code(int functions) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        number(out, functions);
        for (int i = 0; i < functions; i++) {
            out.writeBytes(new byte[] {3, 0, 0, 0x0b}); // no locals, unreachable, end
        }
        return out.toByteArray();
    }

    private static void section(ByteArrayOutputStream out, int id, byte[] content) {
        out.write(id);
        number(out, content.length);
        out.writeBytes(content);
    }

    private static void number(ByteArrayOutputStream out, int value) {
        int rest = value;
        while (rest > 0x7f) {
            out.write((rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        out.write(rest);
    }

    /** A section: its first byte, and where its content starts and ends. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Section(byte[] bytes, int from, int id, int start, int end) {

        static @Nullable Section first(byte[] bytes, int at, int end) {
            if (at >= end) {
                return null;
            }
            int start = at + 1;
            while (bytes[start] < 0) {
                start++;
            }
            start++;
            int size = number(bytes, at + 1);
            Objects.checkFromIndexSize(start, size, end);
            return new Section(bytes, at, bytes[at], start, start + size);
        }

        @Nullable
        Section next(int limit) {
            return first(bytes, end, limit);
        }

        static int number(byte[] bytes, int at) {
            int value = 0;
            for (int shift = 0, i = at; ; shift += 7, i++) {
                value |= (bytes[i] & 0x7f) << shift;
                if (bytes[i] >= 0) {
                    return value;
                }
            }
        }
    }
}
