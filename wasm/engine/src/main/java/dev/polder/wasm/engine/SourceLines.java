package dev.polder.wasm.engine;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.engine.internal.LineTable;
import dev.polder.wasm.engine.internal.ModuleReader;
import dev.polder.wasm.engine.internal.ProbedModule;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Where in the sources the code of a module comes from, by its debug information: DWARF 2 to 5, section {@code
 * .debug_line}. Of a frame without its place in the function it is the line of the function's first instruction. What cannot be read is left out; nothing is ever thrown for it. Read for each question anew, since traps
 * are rare and tables are large.
 *
 * <p>Source: DWARF 5 section 6.2; addresses are relative to the content of the code section (WebAssembly tool
 * conventions, "DWARF for WebAssembly").
 */
public final class SourceLines {

    /**
     * A line of a source file.
     *
     * @param file as the compiler wrote it, relative to where it ran if it did so
     */
    public record Line(String file, int number) {}

    private static final int CUSTOM = 0;
    private static final int CODE = 10;

    private SourceLines() {}

    /**
     * The lines of the frames that are in this module and whose line is known.
     *
     * @param module the bytes of a valid core module
     */
    public static Map<GuestFrame, Line> find(byte[] module, List<GuestFrame> frames) {
        try {
            return find(new Sections(module), frames);
        } catch (IndexOutOfBoundsException | Problem malformed) {
            return Map.of();
        }
    }

    private static Map<GuestFrame, Line> find(Sections sections, List<GuestFrame> frames) {
        if (sections.lines == null || sections.code < 0) {
            return Map.of();
        }
        ProbedModule compiled =
                ProbedModule.of(sections.bytes, ModuleReader.read(sections.bytes, ModuleLimits.DEFAULT));
        Map<GuestFrame, Long> addresses = new HashMap<>();
        for (GuestFrame frame : frames) {
            // By itself an index fits several modules of a component; with the place of the body it fits one.
            long offset = frame.start() < 0
                    ? compiled.in(frame.index(), frame.offset())
                    : compiled.original(frame.index(), frame.start(), frame.offset());
            if (offset >= 0) {
                addresses.put(frame, offset - sections.code);
            }
        }
        long[] wanted = addresses.values().stream()
                .mapToLong(Long::longValue)
                .sorted()
                .distinct()
                .toArray();
        Map<Long, Line> found = new LineTable(sections.lines, sections.strings, sections.lineStrings).find(wanted);
        Map<GuestFrame, Line> lines = new HashMap<>();
        addresses.forEach((frame, address) -> {
            Line line = found.get(address);
            if (line != null) {
                lines.put(frame, line);
            }
        });
        return lines;
    }

    /** The sections that matter. */
    private static final class Sections {
        private final byte[] bytes;
        private int at = 8;
        private int code = -1;
        private byte @org.jspecify.annotations.Nullable [] lines;
        private byte[] strings = {};
        private byte[] lineStrings = {};

        Sections(byte[] bytes) {
            this.bytes = bytes;
            while (at < bytes.length) {
                int id = bytes[at++];
                int size = number();
                int end = Math.addExact(at, size);
                if (end > bytes.length) {
                    throw new IndexOutOfBoundsException(end);
                }
                if (id == CUSTOM) {
                    custom(end);
                } else if (id == CODE) {
                    code = at;
                }
                at = end;
            }
        }

        private void custom(int end) {
            int length = number();
            if (length > end - at) {
                throw new IndexOutOfBoundsException(length);
            }
            String name = new String(bytes, at, length, java.nio.charset.StandardCharsets.UTF_8);
            byte[] content = switch (name) {
                case ".debug_line", ".debug_line_str", ".debug_str" -> Arrays.copyOfRange(bytes, at + length, end);
                default -> new byte[0];
            };
            switch (name) {
                case ".debug_line" -> lines = content;
                case ".debug_line_str" -> lineStrings = content;
                case ".debug_str" -> strings = content;
                default -> {}
            }
        }

        /** An unsigned number of at most 31 bits in LEB128. */
        private int number() {
            int value = 0;
            for (int shift = 0; shift < 35; shift += 7) {
                int b = bytes[at++];
                value |= (b & 0x7f) << shift;
                if (b >= 0) {
                    break;
                }
            }
            if (value < 0) {
                throw new IndexOutOfBoundsException(value);
            }
            return value;
        }
    }
}
