package dev.polder.wasm.service;

/**
 * Figures of one component since the process started, over its versions.
 *
 * @param running requests that it answers now
 * @param peak the most that it answered at once
 * @param failures requests that it did not answer: traps, deadlines, malformed output
 * @param latency from the arrival of a request until the guest was done with it; its total counts the requests
 */
public record ComponentStats(int running, int peak, long failures, LatencyHistogram.Snapshot latency) {}
