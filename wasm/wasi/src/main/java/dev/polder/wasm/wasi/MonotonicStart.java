package dev.polder.wasm.wasi;

/** The moment from which guests count monotonic time, so that it tells nothing about the machine's uptime. */
final class MonotonicStart {

    static final long NANOS = System.nanoTime();

    private MonotonicStart() {}
}
