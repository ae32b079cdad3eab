package dev.polder.wasm.wasi.p2.io;

import dev.polder.wasm.component.Wit;
import org.jspecify.annotations.Nullable;

/** The resource {@code pollable}. */
public final class Pollable extends Resource {

    private final Readiness readiness;

    public Pollable(GuestIo io, @Nullable Resource parent, Readiness readiness) {
        super(io, parent);
        this.readiness = readiness;
    }

    public Pollable(GuestIo io, Readiness readiness) {
        this(io, null, readiness);
    }

    /** One that is ready after some nanoseconds; the largest long for never. */
    public static Pollable after(GuestIo io, long nanos) {
        long end = System.nanoTime() + nanos;
        return new Pollable(io, new Readiness() {
            @Override
            public boolean ready() {
                return nanosLeft() <= 0;
            }

            @Override
            public long nanosLeft() {
                return nanos == Long.MAX_VALUE ? Long.MAX_VALUE : end - System.nanoTime();
            }
        });
    }

    /** Whether {@link #block} would return at once. */
    @Wit("ready")
    public boolean ready() {
        return readiness.ready();
    }

    /** Waits until it is ready. */
    @Wit("block")
    public void block() {
        io().await(readiness);
    }

    long nanosLeft() {
        return readiness.nanosLeft();
    }
}
