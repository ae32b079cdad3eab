package dev.polder.wasm.wasi.p2.random;

import dev.polder.wasm.component.Wit;
import java.util.function.Consumer;

/** The interface {@code wasi:random/insecure-seed}. */
public final class InsecureSeed {

    private final RandomBytes bytes;

    public InsecureSeed(Consumer<byte[]> source) {
        this.bytes = new RandomBytes(source);
    }

    /** 128 bits. */
    public record Seed(long lower, long upper) {}

    @Wit("insecure-seed")
    public Seed insecureSeed() {
        return new Seed(bytes.getLong(), bytes.getLong());
    }
}
