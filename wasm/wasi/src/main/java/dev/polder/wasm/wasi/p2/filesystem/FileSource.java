package dev.polder.wasm.wasi.p2.filesystem;

import dev.polder.wasm.wasi.p2.io.ByteSource;
import dev.polder.wasm.wasi.p2.io.StreamException;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Bytes of a file from a position on. */
final class FileSource implements ByteSource {

    private final OpenChannel file;
    private long position;

    FileSource(OpenChannel file, long position) {
        this.file = file.share();
        this.position = position;
    }

    @Override
    public @Nullable ByteBuffer read(int max) throws IOException {
        try {
            ByteBuffer bytes = ByteBuffer.allocate(max);
            int count = file.channel().read(bytes, position);
            if (count < 0) {
                return null;
            }
            position += count;
            return bytes.flip();
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
