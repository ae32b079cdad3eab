package dev.polder.mesh.proxy;

import dev.polder.kernel.model.WorkloadRef;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What workloads served in the last hour, as their callers saw it. Kept in memory, bounded, gone with the process. Safe
 * for any thread; every answer is a copy.
 */
public interface TrafficStats {

    /** The longest time that can be asked for, in seconds. */
    int SECONDS = 3600;

    /**
     * Counts over time.
     *
     * @param from begin of the first step
     * @param stepSeconds length of a step
     * @param byStatus HTTP status to requests per step, oldest first
     * @param p50Millis median latency per step; NaN where nothing was served
     * @param p99Millis 99th percentile per step; quantiles are kept for spans of 15 s, shorter steps repeat them
     */
    record Series(
            Instant from,
            int stepSeconds,
            Map<Integer, List<Long>> byStatus,
            List<Double> p50Millis,
            List<Double> p99Millis) {}

    /**
     * The last moments in one look.
     *
     * @param requestsPerSecond over the last {@code seconds}
     * @param byStatus requests of the last {@code seconds}
     * @param errorRate share of 5xx, 0 to 1
     * @param mutualTls whether every request came by mutual TLS; true when there was none
     * @param callers workloads (or {@code unknown}) that called it in the last hour, as {@code namespace/name}
     * @param callees workloads it called in the last hour
     */
    record Summary(
            double requestsPerSecond,
            Map<Integer, Long> byStatus,
            double errorRate,
            double p50Millis,
            double p99Millis,
            boolean mutualTls,
            Set<String> callers,
            Set<String> callees) {}

    /** Workloads that were called or called others since the process began. */
    Set<WorkloadRef> workloads();

    /**
     * @param seconds how far back, at most {@link #SECONDS}
     */
    Optional<Series> series(WorkloadRef workload, int seconds, int stepSeconds);

    /**
     * @param seconds how far back rates and quantiles look, at most {@link #SECONDS}
     */
    Optional<Summary> summary(WorkloadRef workload, int seconds);

    /** Requests since the process began: a cheap way to see that something changed. */
    long total(WorkloadRef workload);
}
