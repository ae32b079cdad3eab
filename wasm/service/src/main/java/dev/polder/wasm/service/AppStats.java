package dev.polder.wasm.service;

/**
 * Figures of one app since the process started.
 *
 * @param running instances that run now
 * @param waiting requests that wait for a thread
 * @param requests requests that were answered, well or badly
 * @param failures requests that ended in a problem of the guest: traps, deadlines, malformed output
 * @param traps failures that were traps, deadlines included
 * @param refused requests that were not run: too large, too many, no route
 * @param latency from the arrival of a request to its answer
 */
public record AppStats(
        int running,
        int waiting,
        long requests,
        long failures,
        long traps,
        long refused,
        LatencyHistogram.Snapshot latency) {}
