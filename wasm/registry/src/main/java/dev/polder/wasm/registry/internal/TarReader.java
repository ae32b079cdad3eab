package dev.polder.wasm.registry.internal;

import dev.polder.kernel.model.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The files and folders of a tar archive (POSIX ustar and pax, GNU long names). Everything else an archive can hold,
 * links and devices first, and every path that leads out, is refused. For one thread.
 */
final class TarReader {

    /**
     * A file or folder.
     *
     * @param path relative, with forward slashes, no empty, {@code .} or {@code ..} part
     * @param size bytes; 0 for a folder
     */
    record Entry(String path, long size, boolean isFile) {}

    private static final int BLOCK = 512;
    private static final int MAX_EXTENSION = 64 * 1024;

    private final InputStream in;
    private final String source;
    private final long maxFileBytes;
    private long rest;
    private long padding;

    /** @param source what to call the archive in messages */
    TarReader(InputStream in, String source, long maxFileBytes) {
        this.in = in;
        this.source = source;
        this.maxFileBytes = maxFileBytes;
    }

    /** The next file or folder, after what is left of the one before was skipped; null at the end. */
    @Nullable
    Entry next() throws IOException {
        String longName = null;
        long longSize = -1;
        while (true) {
            in.skipNBytes(rest + padding);
            rest = 0;
            padding = 0;
            byte[] header = in.readNBytes(BLOCK);
            if (header.length == 0 || isZero(header)) {
                return null;
            }
            if (header.length < BLOCK) {
                throw wrong("ends within a header");
            }
            requireChecksum(header);
            long size = number(header, 124, 12);
            switch (header[156]) {
                case 'L' -> longName = text(extension(size), 0, (int) size);
                case 'x' -> {
                    byte[] records = extension(size);
                    String path = record(records, "path");
                    longName = path == null ? longName : path;
                    String bytes = record(records, "size");
                    longSize = bytes == null ? longSize : whole(bytes);
                }
                case 'g', 'K' -> extension(size);
                default -> {
                    return entry(header, longName == null ? name(header) : longName, longSize < 0 ? size : longSize);
                }
            }
        }
    }

    /** The content of the file that {@link #next} gave. */
    InputStream content() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] target, int from, int length) throws IOException {
                if (rest == 0) {
                    return -1;
                }
                int n = in.read(target, from, (int) Math.min(length, rest));
                if (n < 0) {
                    throw wrong("ends within a file");
                }
                rest -= n;
                return n;
            }
        };
    }

    private Entry entry(byte[] header, String name, long size) {
        char type = header[156] == 0 ? '0' : (char) (header[156] & 0xff);
        boolean folder = type == '5' || (type == '0' && name.endsWith("/"));
        if (type != '0' && type != '5') {
            throw wrong("\"" + Answer.printable(name) + "\" is an entry of type '" + Answer.printable("" + type)
                    + "' (expected: files and folders)");
        }
        if (folder && size != 0) {
            throw wrong("folder \"" + Answer.printable(name) + "\" of " + size + " bytes (expected: 0)");
        }
        if (size > maxFileBytes) {
            throw new Problem(
                    Problem.Code.TOO_LARGE,
                    Problem.WhoFailed.UPSTREAM,
                    false,
                    source + ": \"" + Answer.printable(name) + "\" has " + size + " bytes (expected: at most "
                            + maxFileBytes + ")",
                    null,
                    null);
        }
        take(size);
        return new Entry(path(name, folder), size, !folder);
    }

    private String path(String name, boolean folder) {
        String path = name;
        while (path.startsWith("./")) {
            path = path.substring(2);
        }
        if (path.endsWith("/")) {
            path = path.substring(0, path.length() - 1);
        }
        boolean root = folder && (path.isEmpty() || path.equals("."));
        if (!root && !GuestPath.isSafe(path)) {
            throw wrong("path \"" + Answer.printable(name) + "\" (expected: " + GuestPath.EXPECTED + ")");
        }
        return path;
    }

    private void take(long size) {
        rest = size;
        padding = (BLOCK - size % BLOCK) % BLOCK;
    }

    private byte[] extension(long size) throws IOException {
        if (size > MAX_EXTENSION) {
            throw wrong("an extended header of " + size + " bytes (expected: at most " + MAX_EXTENSION + ")");
        }
        byte[] bytes = in.readNBytes((int) size);
        if (bytes.length < size) {
            throw wrong("ends within an extended header");
        }
        take(size);
        rest = 0;
        return bytes;
    }

    /** A value among {@code LENGTH NAME=VALUE\n} records; null when it is not there. */
    private @Nullable String record(byte[] records, String wanted) {
        int at = 0;
        String found = null;
        while (at < records.length) {
            int space = at;
            while (space < records.length && records[space] != ' ') {
                space++;
            }
            long length = whole(new String(records, at, space - at, StandardCharsets.UTF_8));
            if (length <= space - at || length > records.length - at) {
                throw wrong("a pax record of length " + length + " (expected: one that fits its header)");
            }
            String pair = new String(records, space + 1, (int) (at + length - space - 1), StandardCharsets.UTF_8)
                    .stripTrailing();
            if (pair.startsWith(wanted + "=")) {
                found = pair.substring(wanted.length() + 1);
            }
            at += (int) length;
        }
        return found;
    }

    private long whole(String digits) {
        if (!digits.matches("[0-9]{1,15}")) {
            throw wrong("\"" + Answer.printable(digits) + "\" in a pax record (expected: a number)");
        }
        return Long.parseLong(digits);
    }

    /** Octal digits, or, with the first bit set, a big-endian number (GNU). */
    private long number(byte[] header, int from, int length) {
        if ((header[from] & 0x80) != 0) {
            long value = header[from] & 0x7f;
            for (int i = 1; i < length; i++) {
                if (value > Long.MAX_VALUE >> 8) {
                    throw wrong("a size beyond 63 bits");
                }
                value = (value << 8) | (header[from + i] & 0xff);
            }
            return value;
        }
        String digits = text(header, from, length).strip();
        if (!digits.matches("[0-7]{0,12}")) {
            throw wrong("size \"" + Answer.printable(digits) + "\" (expected: octal digits)");
        }
        return digits.isEmpty() ? 0 : Long.parseLong(digits, 8);
    }

    private void requireChecksum(byte[] header) {
        long sum = 0;
        for (int i = 0; i < BLOCK; i++) {
            sum += i >= 148 && i < 156 ? ' ' : header[i] & 0xff;
        }
        if (number(header, 148, 8) != sum) {
            throw wrong("a header with a wrong checksum (expected: a tar archive)");
        }
    }

    private static String name(byte[] header) {
        String name = text(header, 0, 100);
        boolean ustar = text(header, 257, 5).equals("ustar") && header[262] == 0;
        String prefix = ustar ? text(header, 345, 155) : "";
        return prefix.isEmpty() ? name : prefix + "/" + name;
    }

    /** Up to the first NUL. */
    private static String text(byte[] bytes, int from, int length) {
        int end = from;
        while (end < from + length && bytes[end] != 0) {
            end++;
        }
        return new String(bytes, from, end - from, StandardCharsets.UTF_8);
    }

    private static boolean isZero(byte[] block) {
        return block.length == BLOCK && Arrays.equals(block, new byte[BLOCK]);
    }

    private Problem wrong(String detail) {
        return Api.upstream(source + ": " + detail);
    }
}
