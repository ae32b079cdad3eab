package dev.polder.wasm.wasi.p2.clocks;

import dev.polder.wasm.component.Wit;
import dev.polder.wasm.wasi.WasiClock;
import dev.polder.wasm.wasi.p2.io.GuestIo;
import dev.polder.wasm.wasi.p2.io.Pollable;

/** The interface {@code wasi:clocks/monotonic-clock}; all in nanoseconds. */
public final class MonotonicClock {

    private final GuestIo io;
    private final WasiClock clock;

    public MonotonicClock(GuestIo io, WasiClock clock) {
        this.io = io;
        this.clock = clock;
    }

    @Wit("now")
    public long now() {
        return clock.monotonicNanos();
    }

    @Wit("resolution")
    public long resolution() {
        return 1;
    }

    /** Ready once the clock shows {@code when}, or has shown it. */
    @Wit("subscribe-instant")
    public Pollable subscribeInstant(long when) {
        long now = now();
        return subscribeDuration(Long.compareUnsigned(when, now) <= 0 ? 0 : when - now);
    }

    /** Ready after that long; what is beyond three centuries is as good as never. */
    @Wit("subscribe-duration")
    public Pollable subscribeDuration(long duration) {
        return Pollable.after(io, duration < 0 ? Long.MAX_VALUE : duration);
    }
}
