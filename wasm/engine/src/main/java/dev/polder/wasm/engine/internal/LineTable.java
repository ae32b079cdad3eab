package dev.polder.wasm.engine.internal;

import dev.polder.wasm.engine.SourceLines.Line;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The line number programs of a module, DWARF versions 2 to 5 in the 32-bit format. A unit that breaks a rule of the
 * format is passed over. Every step takes a byte or more, so the time is bounded by the size.
 */
public final class LineTable {

    private static final int MAX_NAME = 4_096;
    private static final int PATH = 1;
    private static final int FOLDER = 2;

    private final ByteBuffer lines;
    private final ByteBuffer strings;
    private final ByteBuffer lineStrings;
    private final Map<Long, Line> found = new HashMap<>();
    private long[] wanted = {};

    /**
     * @param lines the section {@code .debug_line}
     * @param strings the section {@code .debug_str}
     * @param lineStrings the section {@code .debug_line_str}
     */
    public LineTable(byte[] lines, byte[] strings, byte[] lineStrings) {
        this.lines = ByteBuffer.wrap(lines).order(ByteOrder.LITTLE_ENDIAN);
        this.strings = ByteBuffer.wrap(strings);
        this.lineStrings = ByteBuffer.wrap(lineStrings);
    }

    /** The lines of these addresses, where they are known. */
    public Map<Long, Line> find(long[] addresses) {
        wanted = addresses.clone();
        Arrays.sort(wanted);
        found.clear();
        lines.rewind();
        while (wanted.length > 0 && lines.remaining() > 4) {
            long length = lines.getInt() & 0xFFFF_FFFFL;
            if (length > lines.remaining()) {
                break; // cut short, or of the 64-bit format
            }
            int end = lines.position() + (int) length;
            ByteBuffer unit = lines.slice(lines.position(), (int) length).order(ByteOrder.LITTLE_ENDIAN);
            try {
                new Unit(unit).run();
            } catch (BufferUnderflowException | IllegalArgumentException | IndexOutOfBoundsException malformed) {
                // The other units may be well.
            }
            lines.position(end);
        }
        return Map.copyOf(found);
    }

    /** One unit: its header and its program. */
    private final class Unit {
        private final ByteBuffer in;
        private final int version;
        private final int tables;
        private final int instructionLength;
        private final int lineBase;
        private final int lineRange;
        private final int[] operands;

        // The registers of the state machine, and the row before.
        private long address;
        private int file = 1;
        private int line = 1;
        private boolean inSequence;
        private long rowAddress;
        private int rowFile;
        private int rowLine;

        Unit(ByteBuffer unit) {
            in = unit;
            version = in.getShort();
            if (version < 2 || version > 5) {
                throw new IllegalArgumentException("version " + version);
            }
            if (version >= 5) {
                in.getShort(); // sizes of addresses and of segment selectors
            }
            int headerLength = in.getInt();
            int program = Math.addExact(in.position(), headerLength);
            instructionLength = in.get() & 0xFF;
            if (version >= 4) {
                in.get(); // operations in an instruction: one
            }
            in.get(); // whether rows begin statements by default
            lineBase = in.get();
            lineRange = in.get() & 0xFF;
            operands = new int[Math.max(1, in.get() & 0xFF)];
            for (int i = 1; i < operands.length; i++) {
                operands[i] = in.get() & 0xFF;
            }
            tables = in.position();
            in.position(program);
        }

        void run() {
            while (in.hasRemaining()) {
                int code = in.get() & 0xFF;
                if (code >= operands.length) {
                    special(code - operands.length);
                } else if (code == 0) {
                    extended();
                } else {
                    standard(code);
                }
            }
        }

        private void special(int code) {
            if (lineRange == 0) {
                throw new IllegalArgumentException("line range 0");
            }
            address += (long) code / lineRange * instructionLength;
            line += lineBase + code % lineRange;
            row();
        }

        private void standard(int code) {
            switch (code) {
                case 1 -> row();
                case 2 -> address += unsigned() * instructionLength;
                case 3 -> line += (int) signed();
                case 4 -> file = (int) unsigned();
                case 8 -> {
                    if (lineRange == 0) {
                        throw new IllegalArgumentException("line range 0");
                    }
                    address += (255L - operands.length) / lineRange * instructionLength;
                }
                case 9 -> address += in.getShort() & 0xFFFF;
                default -> {
                    // A column, a flag, or one of a later version: its operands tell how much to skip.
                    for (int i = 0; i < operands[code]; i++) {
                        unsigned();
                    }
                }
            }
        }

        private void extended() {
            int length = (int) unsigned();
            int next = Math.addExact(in.position(), length);
            if (length > 0) {
                int code = in.get();
                if (code == 1) {
                    row();
                    inSequence = false;
                    address = 0;
                    file = 1;
                    line = 1;
                } else if (code == 2) {
                    address = length >= 9 ? in.getLong() : in.getInt() & 0xFFFF_FFFFL;
                }
            }
            in.position(next);
        }

        /** The row before reaches up to this one. */
        private void row() {
            // Functions that the linker left out begin at 0, where no function is.
            if (inSequence && rowAddress > 0 && address > rowAddress) {
                int at = Arrays.binarySearch(wanted, rowAddress);
                for (int i = at < 0 ? -at - 1 : at; i < wanted.length && wanted[i] < address; i++) {
                    if (!found.containsKey(wanted[i])) {
                        int resume = in.position();
                        String name = name(rowFile);
                        in.position(resume);
                        if (name != null) {
                            found.put(wanted[i], new Line(name, rowLine));
                        }
                    }
                }
            }
            inSequence = true;
            rowAddress = address;
            rowFile = file;
            rowLine = line;
        }

        private @Nullable String name(int number) {
            in.position(tables);
            return version >= 5 ? nameOfVersion5(number) : nameOfVersion4(number);
        }

        private @Nullable String nameOfVersion4(int number) {
            int folders = in.position();
            while (skipText(in)) {
                // up to the empty one
            }
            for (int i = 1; ; i++) {
                String name = text(in);
                if (name.isEmpty()) {
                    return null;
                }
                int folder = (int) unsigned();
                unsigned();
                unsigned();
                if (i == number) {
                    in.position(folders);
                    String path = "";
                    for (int f = 1; f <= folder; f++) {
                        path = text(in);
                        if (path.isEmpty()) {
                            return name;
                        }
                    }
                    return joined(path, name);
                }
            }
        }

        private @Nullable String nameOfVersion5(int number) {
            int folders = in.position();
            skipEntries();
            Entry file = entry(number);
            if (file == null) {
                return null;
            }
            in.position(folders);
            Entry folder = file.folder == 0 ? null : entry(file.folder);
            return folder == null ? file.path : joined(folder.path, file.path);
        }

        private record Entry(String path, int folder) {}

        private int[] formats() {
            int[] formats = new int[2 * (in.get() & 0xFF)];
            for (int i = 0; i < formats.length; i++) {
                formats[i] = (int) unsigned();
            }
            if (formats.length == 0) {
                throw new IllegalArgumentException("entries without content");
            }
            return formats;
        }

        private void skipEntries() {
            int[] formats = formats();
            for (long count = unsigned(); count > 0; count--) {
                entry(formats);
            }
        }

        private @Nullable Entry entry(int number) {
            int[] formats = formats();
            long count = unsigned();
            if (number < 0 || number >= count) {
                return null;
            }
            for (int i = 0; i < number; i++) {
                entry(formats);
            }
            return entry(formats);
        }

        private Entry entry(int[] formats) {
            String path = "";
            int folder = 0;
            for (int i = 0; i < formats.length; i += 2) {
                switch (formats[i]) {
                    case PATH -> path = path(formats[i + 1]);
                    case FOLDER -> folder = (int) value(formats[i + 1]);
                    default -> value(formats[i + 1]);
                }
            }
            return new Entry(path, folder);
        }

        private String path(int form) {
            return switch (form) {
                case 0x08 -> text(in);
                case 0x0e -> text(strings.duplicate().position(in.getInt()));
                case 0x1f -> text(lineStrings.duplicate().position(in.getInt()));
                default -> throw new IllegalArgumentException("form " + form);
            };
        }

        private long value(int form) {
            return switch (form) {
                case 0x0b -> in.get() & 0xFF;
                case 0x05 -> in.getShort() & 0xFFFF;
                case 0x06 -> in.getInt();
                case 0x07 -> in.getLong();
                case 0x0f -> unsigned();
                case 0x1e -> {
                    in.getLong();
                    yield in.getLong();
                }
                case 0x0e, 0x1f -> in.getInt();
                case 0x08 -> skipText(in) ? 1 : 0;
                default -> throw new IllegalArgumentException("form " + form);
            };
        }

        private long unsigned() {
            long value = 0;
            for (int shift = 0; ; shift += 7) {
                byte b = in.get();
                value |= shift < 64 ? (b & 0x7FL) << shift : 0;
                if (b >= 0) {
                    return value;
                }
            }
        }

        private long signed() {
            long value = 0;
            for (int shift = 0; ; shift += 7) {
                byte b = in.get();
                value |= shift < 64 ? (b & 0x7FL) << shift : 0;
                if (b >= 0) {
                    return (b & 0x40) != 0 && shift + 7 < 64 ? value | -1L << (shift + 7) : value;
                }
            }
        }
    }

    private static String joined(String folder, String name) {
        return folder.isEmpty() || name.startsWith("/") ? name : folder + "/" + name;
    }

    private static boolean skipText(ByteBuffer in) {
        boolean any = false;
        while (in.get() != 0) {
            any = true;
        }
        return any;
    }

    private static String text(ByteBuffer in) {
        int start = in.position();
        skipText(in);
        byte[] bytes = new byte[Math.min(MAX_NAME, in.position() - 1 - start)];
        in.get(start, bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
