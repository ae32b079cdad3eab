package dev.polder.wasm.wasi.p2.random;

import dev.polder.wasm.component.Wit;
import java.util.function.Consumer;

/** The interface {@code wasi:random/random}. */
public final class SecureRandom {

    private final RandomBytes bytes;

    public SecureRandom(Consumer<byte[]> source) {
        this.bytes = new RandomBytes(source);
    }

    @Wit("get-random-bytes")
    public byte[] getRandomBytes(long len) {
        return bytes.get(len);
    }

    @Wit("get-random-u64")
    public long getRandomU64() {
        return bytes.getLong();
    }
}
