package dev.polder.wasm.registry.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes files into a tar archive (POSIX pax), the same bytes for the same files: no times, no owners. */
final class TarWriter implements AutoCloseable {

    private static final int BLOCK = 512;
    private static final int NAME = 100;

    private final OutputStream out;

    TarWriter(OutputStream out) {
        this.out = out;
    }

    void file(String path, Path file) throws IOException {
        long size = Files.size(file);
        byte[] name = path.getBytes(StandardCharsets.UTF_8);
        if (name.length > NAME || name.length != path.length()) {
            byte[] record = record("path=" + path);
            out.write(header("pax".getBytes(StandardCharsets.UTF_8), record.length, 'x'));
            out.write(record);
            pad(record.length);
        }
        out.write(header(name, size, '0'));
        long copied;
        try (InputStream in = Files.newInputStream(file)) {
            copied = in.transferTo(out);
        }
        if (copied != size) {
            throw new IOException(file + ": " + copied + " bytes (expected: " + size + ", as a moment ago)");
        }
        pad(size);
    }

    /** A record's length counts its own digits. */
    private static byte[] record(String pair) {
        int content = pair.getBytes(StandardCharsets.UTF_8).length + 2;
        int length = content + Integer.toString(content).length();
        length = content + Integer.toString(length).length();
        return (length + " " + pair + "\n").getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] header(byte[] name, long size, char type) {
        byte[] header = new byte[BLOCK];
        System.arraycopy(name, 0, header, 0, Math.min(NAME, name.length));
        put(header, 100, "0000644");
        put(header, 108, "0000000");
        put(header, 116, "0000000");
        put(header, 124, String.format("%011o", size));
        put(header, 136, "00000000000");
        put(header, 148, "        ");
        header[156] = (byte) type;
        put(header, 257, "ustar");
        put(header, 263, "00");
        long sum = 0;
        for (byte b : header) {
            sum += b & 0xff;
        }
        put(header, 148, String.format("%06o", sum));
        header[154] = 0;
        return header;
    }

    private static void put(byte[] header, int at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, header, at, bytes.length);
    }

    private void pad(long size) throws IOException {
        out.write(new byte[(int) ((BLOCK - size % BLOCK) % BLOCK)]);
    }

    @Override
    public void close() throws IOException {
        out.write(new byte[2 * BLOCK]);
        out.close();
    }
}
