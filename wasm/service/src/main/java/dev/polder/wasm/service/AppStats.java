package dev.polder.wasm.service;

import dev.polder.wasm.engine.GuestLimit;
import java.util.Map;

/**
 * Figures of one app since the process started.
 *
 * @param running instances that run now
 * @param waiting requests that wait for a thread
 * @param instances that were made of its components for requests; fewer than requests where one serves several
 * @param requests requests that were answered, well or badly
 * @param failures requests that ended in a problem of the guest: traps, deadlines, malformed output
 * @param traps failures that were traps, deadlines included
 * @param refused requests that were not run: too large, too many, no route
 * @param limits how often each limit was passed; of the log, lines that were dropped
 * @param latency from the arrival of a request to its answer
 */
public record AppStats(
        int running,
        int waiting,
        long instances,
        long requests,
        long failures,
        long traps,
        long refused,
        Map<GuestLimit, Long> limits,
        LatencyHistogram.Snapshot latency) {

    public AppStats {
        limits = Map.copyOf(limits);
    }
}
