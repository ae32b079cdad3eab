package dev.polder.wasm.engine;

import java.time.Duration;

/** Is told how a compilation goes. Called on any thread, must not block for long. */
@FunctionalInterface
public interface CompileListener {

    /** Listens to nothing. */
    CompileListener NONE = (phase, elapsed) -> {};

    /** Where the compilation is. */
    enum Phase {
        /** Machine code is being made; said at the start and then about four times a second. */
        COMPILING,
        /** Ready, compiled now. */
        COMPILED,
        /** Ready, taken from the cache on disk. */
        LOADED_FROM_DISK,
        /** Ready, it was in memory. */
        ALREADY_IN_MEMORY
    }

    /** The compilation is in {@code phase} after {@code elapsed} since it was asked for. */
    void at(Phase phase, Duration elapsed);
}
