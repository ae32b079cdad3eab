package dev.polder.wasm.registry.internal;

import dev.polder.kernel.model.Digest;
import dev.polder.kernel.model.Problem;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/** Bytes to be pushed, from a file or from memory. */
sealed interface Blob {

    Descriptor descriptor();

    /** Bytes from an offset; exactly as many as asked for. */
    byte[] read(long from, int length);

    /** A document made here. */
    final class InMemory implements Blob {
        private final Descriptor descriptor;
        private final byte[] bytes;

        InMemory(String mediaType, byte[] bytes) {
            this.descriptor = new Descriptor(mediaType, Digest.of(bytes), bytes.length, Map.of());
            this.bytes = bytes;
        }

        @Override
        public Descriptor descriptor() {
            return descriptor;
        }

        @Override
        public byte[] read(long from, int length) {
            return Arrays.copyOfRange(bytes, (int) from, (int) from + length);
        }
    }

    record InFile(Descriptor descriptor, Path file) implements Blob {
        @Override
        public byte[] read(long from, int length) {
            ByteBuffer buffer = ByteBuffer.allocate(length);
            try (SeekableByteChannel channel = Files.newByteChannel(file)) {
                channel.position(from);
                while (buffer.hasRemaining()) {
                    if (channel.read(buffer) < 0) {
                        throw new EOFException("shorter than a moment ago");
                    }
                }
            } catch (IOException e) {
                throw unreadable(file, e);
            }
            return buffer.array();
        }
    }

    static Blob of(String mediaType, byte[] bytes) {
        return new InMemory(mediaType, bytes);
    }

    static Blob of(String mediaType, Path file) {
        try {
            return new InFile(new Descriptor(mediaType, Digest.of(file), Files.size(file), Map.of()), file);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static Problem unreadable(Path file, IOException e) {
        return Problem.invalid(file + ": " + e + " (expected: a file that can be read)");
    }
}
