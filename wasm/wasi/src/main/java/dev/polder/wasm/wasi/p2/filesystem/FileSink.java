package dev.polder.wasm.wasi.p2.filesystem;

import dev.polder.wasm.wasi.p2.io.ByteSink;
import dev.polder.wasm.wasi.p2.io.StreamException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/** Bytes into a file from a position on, or at its end. */
final class FileSink implements ByteSink {

    private static final int ROOM = 256 * 1024;

    private final OpenChannel file;
    private final boolean append;
    private long position;

    FileSink(OpenChannel file, long position, boolean append) {
        this.file = file.share();
        this.position = position;
        this.append = append;
    }

    @Override
    public long room() {
        return ROOM;
    }

    @Override
    public void write(MemorySegment bytes) throws IOException {
        try {
            if (append) {
                position = file.channel().size();
            }
            ByteBuffer left = bytes.asByteBuffer();
            while (left.hasRemaining()) {
                position += file.channel().write(left, position);
            }
        } catch (IOException e) {
            throw new StreamException("file: " + e.getMessage(), FileOperation.code(e), e);
        }
    }

    @Override
    public boolean ready() {
        return true;
    }

    @Override
    public void close() {
        file.release();
    }
}
