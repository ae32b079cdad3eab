package dev.polder.wasm.service;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** Counts what one component does, since the process started and over its versions. For any thread. */
final class ComponentFigures {

    private final AtomicInteger running = new AtomicInteger();
    private final AtomicInteger peak = new AtomicInteger();
    private final LongAdder failures = new LongAdder();
    private final LatencyHistogram latency = new LatencyHistogram();

    /** Runs a request's guest on the calling thread. */
    void run(long arrivedNanos, Runnable guest) {
        int now = running.incrementAndGet();
        if (now > peak.get()) {
            peak.accumulateAndGet(now, Math::max);
        }
        boolean good = false;
        try {
            guest.run();
            good = true;
        } finally {
            running.decrementAndGet();
            latency.record(System.nanoTime() - arrivedNanos);
            if (!good) {
                failures.increment();
            }
        }
    }

    ComponentStats stats() {
        return new ComponentStats(running.get(), peak.get(), failures.sum(), latency.snapshot());
    }
}
