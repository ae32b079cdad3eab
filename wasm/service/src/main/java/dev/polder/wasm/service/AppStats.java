package dev.polder.wasm.service;

import dev.polder.wasm.engine.GuestLimit;
import java.util.Map;

/**
 * Figures of one app since the process started.
 *
 * @param running requests and events that are handled now
 * @param waiting requests that wait for a thread
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
        Instances instances,
        long requests,
        long failures,
        long traps,
        long refused,
        Map<GuestLimit, Long> limits,
        LatencyHistogram.Snapshot latency) {

    public AppStats {
        limits = Map.copyOf(limits);
    }

    /**
     * Instances of its components.
     *
     * @param made for requests and events; fewer than those where one serves several
     * @param reused requests that an instance served which had served one before
     * @param live that are there now: those that run, and those that wait for their next request
     */
    public record Instances(long made, long reused, long live) {}
}
