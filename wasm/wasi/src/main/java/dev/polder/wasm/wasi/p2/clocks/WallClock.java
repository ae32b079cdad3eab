package dev.polder.wasm.wasi.p2.clocks;

import dev.polder.wasm.component.Wit;
import dev.polder.wasm.wasi.WasiClock;

/** The interface {@code wasi:clocks/wall-clock}. */
public final class WallClock {

    private final WasiClock clock;

    public WallClock(WasiClock clock) {
        this.clock = clock;
    }

    @Wit("now")
    public Datetime now() {
        long nanos = clock.realtimeNanos();
        return new Datetime(Math.floorDiv(nanos, 1_000_000_000L), (int) Math.floorMod(nanos, 1_000_000_000L));
    }

    @Wit("resolution")
    public Datetime resolution() {
        return new Datetime(0, 1_000);
    }
}
