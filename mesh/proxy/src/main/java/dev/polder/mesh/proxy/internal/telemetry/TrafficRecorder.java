package dev.polder.mesh.proxy.internal.telemetry;

import dev.polder.kernel.model.WorkloadRef;
import dev.polder.mesh.proxy.TrafficStats;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/** Takes down what the event loops report and answers {@link TrafficStats}. */
public final class TrafficRecorder implements TrafficStats {

    /** Memory is bounded by this many workloads; further ones are not recorded. */
    private static final int MOST_WORKLOADS = 500;

    private final Map<WorkloadRef, WorkloadTraffic> workloads = new ConcurrentHashMap<>();
    private final Clock clock;

    public TrafficRecorder(Clock clock) {
        this.clock = clock;
    }

    /**
     * Reports one finished request.
     *
     * @param caller null when unknown
     */
    public void add(WorkloadRef callee, @Nullable WorkloadRef caller, int status, long nanos, boolean mutualTls) {
        long second = clock.millis() / 1000;
        WorkloadTraffic traffic = of(callee);
        if (traffic != null) {
            traffic.add(second, status, nanos, mutualTls);
            if (caller != null) {
                traffic.caller(caller, second);
            }
        }
        if (caller != null) {
            WorkloadTraffic calling = of(caller);
            if (calling != null) {
                calling.callee(callee, second);
            }
        }
    }

    private @Nullable WorkloadTraffic of(WorkloadRef workload) {
        WorkloadTraffic found = workloads.get(workload);
        if (found == null && workloads.size() < MOST_WORKLOADS) {
            found = workloads.computeIfAbsent(workload, key -> new WorkloadTraffic());
        }
        return found;
    }

    @Override
    public Set<WorkloadRef> workloads() {
        return Set.copyOf(workloads.keySet());
    }

    @Override
    public long total(WorkloadRef workload) {
        WorkloadTraffic traffic = workloads.get(workload);
        return traffic == null ? 0 : traffic.total();
    }

    @Override
    public Optional<Series> series(WorkloadRef workload, int seconds, int stepSeconds) {
        WorkloadTraffic traffic = workloads.get(workload);
        if (traffic == null) {
            return Optional.empty();
        }
        int step = Math.clamp(stepSeconds, 1, SECONDS);
        int steps = Math.max(1, Math.clamp(seconds, 1, SECONDS) / step);
        // the running second is not complete: steps end before it
        long end = clock.millis() / 1000;
        long from = end - (long) steps * step;
        Map<Integer, List<Long>> byStatus = new TreeMap<>();
        traffic.rings().forEach((status, ring) -> {
            List<Long> counts = counts(traffic, ring, from, steps, step);
            if (counts.stream().anyMatch(count -> count > 0)) {
                byStatus.put(status, counts);
            }
        });
        List<Double> p50 = new ArrayList<>();
        List<Double> p99 = new ArrayList<>();
        for (int i = 0; i < steps; i++) {
            long begin = from + (long) i * step;
            long[] buckets = latencies(traffic, begin, begin + step);
            p50.add(WorkloadTraffic.quantile(buckets, 0.5));
            p99.add(WorkloadTraffic.quantile(buckets, 0.99));
        }
        return Optional.of(new Series(Instant.ofEpochSecond(from), step, byStatus, p50, p99));
    }

    private static List<Long> counts(WorkloadTraffic traffic, AtomicLongArray ring, long from, int steps, int step) {
        List<Long> counts = new ArrayList<>(steps);
        for (int i = 0; i < steps; i++) {
            long sum = 0;
            for (int second = 0; second < step; second++) {
                sum += traffic.count(ring, from + (long) i * step + second);
            }
            counts.add(sum);
        }
        return counts;
    }

    private static long[] latencies(WorkloadTraffic traffic, long from, long to) {
        long[] buckets = new long[WorkloadTraffic.BUCKETS];
        for (long span = from / WorkloadTraffic.SPAN; span * WorkloadTraffic.SPAN < to; span++) {
            traffic.latencies(span, buckets);
        }
        return buckets;
    }

    @Override
    public Optional<Summary> summary(WorkloadRef workload, int seconds) {
        WorkloadTraffic traffic = workloads.get(workload);
        if (traffic == null) {
            return Optional.empty();
        }
        int span = Math.clamp(seconds, 1, SECONDS - 1);
        long end = clock.millis() / 1000;
        Map<Integer, Long> byStatus = new HashMap<>();
        long all = 0;
        long failed = 0;
        for (Map.Entry<Integer, AtomicLongArray> entry : traffic.rings().entrySet()) {
            long sum = 0;
            for (long second = end - span; second <= end; second++) {
                sum += traffic.count(entry.getValue(), second);
            }
            if (sum > 0) {
                byStatus.put(entry.getKey(), sum);
                all += sum;
                failed += entry.getKey() >= 500 ? sum : 0;
            }
        }
        long[] buckets = latencies(traffic, end - span, end + 1);
        return Optional.of(new Summary(
                (double) all / span,
                Map.copyOf(byStatus),
                all == 0 ? 0 : (double) failed / all,
                WorkloadTraffic.quantile(buckets, 0.5),
                WorkloadTraffic.quantile(buckets, 0.99),
                traffic.onlyMutualTls(end - SECONDS),
                traffic.peers(true, end - SECONDS),
                traffic.peers(false, end - SECONDS)));
    }
}
