package dev.polder.wasm.wasi.p2.random;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.engine.CallMemory;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/** Random bytes in the amounts that guests ask for. */
final class RandomBytes {

    private static final int MOST = 16 << 20;

    private final Consumer<byte[]> source;

    RandomBytes(Consumer<byte[]> source) {
        this.source = source;
    }

    byte[] get(long length) {
        if (length < 0 || length > MOST) {
            throw Problem.guest(
                    Problem.Code.TOO_LARGE,
                    "random: " + Long.toUnsignedString(length) + " bytes at once (expected: at most " + MOST + ")",
                    null);
        }
        CallMemory.hold(length);
        byte[] bytes = new byte[(int) length];
        source.accept(bytes);
        return bytes;
    }

    long getLong() {
        return ByteBuffer.wrap(get(Long.BYTES)).getLong();
    }
}
