package dev.polder.wasm.service;

import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** What is kept of an app's running for those who look after it. Safe for any thread. */
final class Observation {

    /** Traps that are kept. */
    static final int MAX_TRAPS = 20;

    /** Frames of a trap that are logged; all are kept in the record. */
    private static final int LOGGED_FRAMES = 16;

    private final LogRing log;
    private final Clock clock;
    private final ArrayDeque<TrapRecord> traps = new ArrayDeque<>();

    Observation(LogRing log, Clock clock) {
        this.log = log;
        this.clock = clock;
    }

    LogRing log() {
        return log;
    }

    Clock clock() {
        return clock;
    }

    /** Keeps a trap, and says it in the log with the way there. */
    void trapped(TrapRecord trap) {
        synchronized (traps) {
            if (traps.size() == MAX_TRAPS) {
                traps.removeLast();
            }
            traps.addFirst(trap);
        }
        log.add(LogLine.Stream.STDERR, "trap " + trap.id() + " in " + trap.request() + ": " + trap.message());
        trap.frames().stream().limit(LOGGED_FRAMES).forEach(frame -> log.add(LogLine.Stream.STDERR, "    at " + frame));
    }

    /** The newest first. */
    List<TrapRecord> traps() {
        synchronized (traps) {
            return new ArrayList<>(traps);
        }
    }
}
