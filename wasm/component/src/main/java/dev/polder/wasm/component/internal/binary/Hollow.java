package dev.polder.wasm.component.internal.binary;

import java.util.Arrays;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
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

    private final byte[] bytes;
    private final NavigableMap<Integer, Integer> origins;

    private Hollow(byte[] bytes, NavigableMap<Integer, Integer> origins) {
        this.bytes = bytes;
        this.origins = origins;
    }

    /** @param bytes a component that {@link Decoder} takes, with modules that an engine takes */
    public static Hollow of(byte[] bytes) {
        return component(bytes, 0, bytes.length);
    }

    /** What is left; not changed. */
    public byte[] bytes() {
        return bytes;
    }

    /** Where in the component that stood which is at this offset of what is left. */
    public int origin(int offset) {
        Map.Entry<Integer, Integer> piece = origins.floorEntry(offset);
        return piece == null ? offset : piece.getValue() + offset - piece.getKey();
    }

    // As deep as the decoder went, which has a limit.
    private static Hollow component(byte[] bytes, int start, int end) {
        Encoder out = new Encoder();
        NavigableMap<Integer, Integer> origins = new TreeMap<>(Map.of(0, start));
        out.octets(bytes, start, 8);
        for (Section s = Section.first(bytes, start + 8, end); s != null; s = s.next(end)) {
            switch (s.id) {
                case CORE_MODULE -> {
                    byte[] module = moduleOrAsItIs(bytes, s.start, s.end);
                    out.octet(s.id).number(module.length);
                    origins.put(out.size(), s.start);
                    out.octets(module);
                }
                case COMPONENT -> {
                    Hollow inner = component(bytes, s.start, s.end);
                    out.octet(s.id).number(inner.bytes.length);
                    int at = out.size();
                    inner.origins.forEach((here, there) -> origins.put(at + here, there));
                    out.octets(inner.bytes);
                }
                case 0 -> {}
                default -> {
                    origins.put(out.size(), s.from);
                    out.octets(bytes, s.from, s.end - s.from);
                }
            }
        }
        return new Hollow(out.bytes(), origins);
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
        Encoder out = new Encoder();
        out.octets(bytes, start, 8);
        int functions = 0;
        for (Section s = Section.first(bytes, start + 8, end); s != null; s = s.next(end)) {
            switch (s.id) {
                case CORE_FUNCTIONS -> {
                    functions = Objects.checkIndex(Section.number(bytes, s.start), s.end - s.start);
                    out.octets(bytes, s.from, s.end - s.from);
                }
                case CORE_CODE -> out.section(s.id, code(functions));
                // Start, elements, data and their count: nothing of them shows in the module's type.
                case 0, 8, 9, 11, 12 -> {}
                default -> out.octets(bytes, s.from, s.end - s.from);
            }
        }
        return out.bytes();
    }

    private static byte[] code(int functions) {
        Encoder out = new Encoder();
        out.number(functions);
        for (int i = 0; i < functions; i++) {
            out.octets(new byte[] {3, 0, 0, 0x0b}); // no locals, unreachable, end
        }
        return out.bytes();
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
