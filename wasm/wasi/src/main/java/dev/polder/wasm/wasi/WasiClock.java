package dev.polder.wasm.wasi;

import java.time.Instant;

/** The time that a guest sees. For any thread. */
public interface WasiClock {

    /** The machine's clocks. */
    WasiClock SYSTEM = new WasiClock() {
        @Override
        public long realtimeNanos() {
            Instant now = Instant.now();
            return Math.addExact(Math.multiplyExact(now.getEpochSecond(), 1_000_000_000L), now.getNano());
        }

        @Override
        public long monotonicNanos() {
            // The start first: its class may be loaded by this very read, and time must not begin below zero.
            long start = MonotonicStart.NANOS;
            return System.nanoTime() - start;
        }
    };

    /** Nanoseconds since 1970-01-01T00:00:00Z. */
    long realtimeNanos();

    /** Nanoseconds since some moment; never goes back. */
    long monotonicNanos();
}
