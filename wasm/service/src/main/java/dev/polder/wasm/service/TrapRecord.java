package dev.polder.wasm.service;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A guest that was ended, as its owner sees it. Clients see {@code id}, {@code kind} and no more.
 *
 * @param id names it in the log and in the problem body of the answer ({@code trace})
 * @param component the id in the manifest
 * @param request method and path, without the query
 * @param kind the trap in one word: {@code unreachable}, {@code deadline}, {@code memory-out-of-bounds}
 * @param limit the one that it passed, by its {@link dev.polder.wasm.engine.GuestLimit#id}; null when it passed none
 * @param message what happened, and the guest's last words on its standard error
 * @param frames the innermost first; empty when the engine could not tell
 */
public record TrapRecord(
        String id,
        Instant at,
        String component,
        String request,
        String kind,
        @Nullable String limit,
        String message,
        List<Frame> frames) {

    /**
     * A function of the guest.
     *
     * @param function its name; {@code #12} for one without
     * @param file the source file; null without debug information
     * @param line 0 without debug information
     */
    public record Frame(String function, @Nullable String file, int line) {

        /** {@code inner (src/lib.rs:7)}. */
        @Override
        public String toString() {
            return file == null ? function : function + " (" + file + ":" + line + ")";
        }
    }

    public TrapRecord {
        frames = List.copyOf(frames);
    }
}
