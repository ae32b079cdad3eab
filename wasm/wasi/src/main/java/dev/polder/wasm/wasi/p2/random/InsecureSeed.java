package dev.polder.wasm.wasi.p2.random;

import dev.polder.wasm.component.Wit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The interface {@code wasi:random/insecure-seed}. */
public final class InsecureSeed {

    private final RandomBytes bytes;
    private @Nullable Seed seed;

    public InsecureSeed(Consumer<byte[]> source) {
        this.bytes = new RandomBytes(source);
    }

    /** 128 bits. */
    public record Seed(long lower, long upper) {}

    /** The same for the life of an instance. */
    @Wit("insecure-seed")
    public Seed insecureSeed() {
        Seed made = seed;
        if (made == null) {
            made = new Seed(bytes.getLong(), bytes.getLong());
            seed = made;
        }
        return made;
    }
}
