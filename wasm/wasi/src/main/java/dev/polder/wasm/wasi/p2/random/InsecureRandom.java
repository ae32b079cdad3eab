package dev.polder.wasm.wasi.p2.random;

import dev.polder.wasm.component.Wit;
import java.util.function.Consumer;

/** The interface {@code wasi:random/insecure}; as good as the secure one here. */
public final class InsecureRandom {

    private final RandomBytes bytes;

    public InsecureRandom(Consumer<byte[]> source) {
        this.bytes = new RandomBytes(source);
    }

    @Wit("get-insecure-random-bytes")
    public byte[] getInsecureRandomBytes(long len) {
        return bytes.get(len);
    }

    @Wit("get-insecure-random-u64")
    public long getInsecureRandomU64() {
        return bytes.getLong();
    }
}
