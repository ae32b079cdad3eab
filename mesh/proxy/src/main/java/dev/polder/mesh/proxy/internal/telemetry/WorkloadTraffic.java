package dev.polder.mesh.proxy.internal.telemetry;

import dev.polder.kernel.model.WorkloadRef;
import dev.polder.mesh.proxy.TrafficStats;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The last hour of one workload.
 *
 * <p>Counts: one ring of seconds per status; a slot holds its second and its count in one long, so that turning to a new
 * second needs no clearing and no lock. Latencies: one small histogram per 15 s, four buckets per power of two from 64 µs
 * on (at most 19 % off), made when the span begins. At most about 500 KB.
 */
final class WorkloadTraffic {

    static final int SPAN = 15;
    private static final int SPANS = TrafficStats.SECONDS / SPAN;
    private static final int MOST_STATUSES = 12;
    private static final int MOST_PEERS = 256;
    static final int BUCKETS = 88;
    private static final int FIRST_POWER = 16;

    /** A histogram and the span it is for. */
    record Span(long number, AtomicIntegerArray buckets) {}

    private final Map<Integer, AtomicLongArray> seconds = new ConcurrentHashMap<>();
    private final AtomicReferenceArray<@Nullable Span> spans = new AtomicReferenceArray<>(SPANS);
    private final Map<WorkloadRef, Long> callers = new ConcurrentHashMap<>();
    private final Map<WorkloadRef, Long> callees = new ConcurrentHashMap<>();
    private final LongAdder total = new LongAdder();
    private final AtomicLongArray plain = new AtomicLongArray(1);

    void add(long second, int status, long nanos, boolean mutualTls) {
        AtomicLongArray ring = ring(status);
        int slot = (int) (second % TrafficStats.SECONDS);
        while (true) {
            long before = ring.get(slot);
            long after = before >>> 32 == second ? before + 1 : second << 32 | 1;
            if (ring.compareAndSet(slot, before, after)) {
                break;
            }
        }
        span(second / SPAN).buckets.incrementAndGet(bucket(nanos));
        total.increment();
        if (!mutualTls) {
            plain.set(0, second);
        }
    }

    private AtomicLongArray ring(int status) {
        AtomicLongArray ring = seconds.get(status);
        if (ring == null) {
            // a guest may answer with any number: past the first dozen they are counted by their class
            int key = seconds.size() < MOST_STATUSES ? status : status / 100 * 100;
            ring = seconds.computeIfAbsent(key, made -> new AtomicLongArray(TrafficStats.SECONDS));
        }
        return ring;
    }

    private Span span(long number) {
        int slot = (int) (number % SPANS);
        while (true) {
            Span span = spans.get(slot);
            if (span != null && span.number >= number) {
                return span;
            }
            spans.compareAndSet(slot, span, new Span(number, new AtomicIntegerArray(BUCKETS)));
        }
    }

    void caller(WorkloadRef peer, long second) {
        seen(callers, peer, second);
    }

    void callee(WorkloadRef peer, long second) {
        seen(callees, peer, second);
    }

    private static void seen(Map<WorkloadRef, Long> peers, WorkloadRef peer, long second) {
        Long last = peers.get(peer);
        if ((last == null && peers.size() < MOST_PEERS) || (last != null && last != second)) {
            peers.put(peer, second);
        }
    }

    /** Requests with that status in that second. */
    long count(AtomicLongArray ring, long second) {
        long slot = ring.get((int) (second % TrafficStats.SECONDS));
        return slot >>> 32 == second ? slot & 0xffffffffL : 0;
    }

    Map<Integer, AtomicLongArray> rings() {
        return seconds;
    }

    /** Adds the latencies of a span to {@code into}. */
    void latencies(long span, long[] into) {
        Span found = spans.get((int) (span % SPANS));
        if (found != null && found.number == span) {
            for (int i = 0; i < BUCKETS; i++) {
                into[i] += found.buckets.get(i);
            }
        }
    }

    Set<String> peers(boolean calling, long since) {
        Set<String> names = new TreeSet<>();
        (calling ? callers : callees).forEach((peer, last) -> {
            if (last >= since) {
                names.add(peer.toString());
            }
        });
        return names;
    }

    long total() {
        return total.sum();
    }

    boolean onlyMutualTls(long since) {
        return plain.get(0) < since;
    }

    static int bucket(long nanos) {
        if (nanos < 1L << FIRST_POWER) {
            return 0;
        }
        int power = 63 - Long.numberOfLeadingZeros(nanos);
        int quarter = (int) (nanos >>> (power - 2)) & 3;
        return Math.min(BUCKETS - 1, 1 + (power - FIRST_POWER) * 4 + quarter);
    }

    /** The quantile of a histogram in milliseconds; NaN for an empty one. */
    static double quantile(long[] buckets, double share) {
        long all = 0;
        for (long count : buckets) {
            all += count;
        }
        if (all == 0) {
            return Double.NaN;
        }
        long rank = Math.max(1, (long) Math.ceil(all * share));
        long below = 0;
        for (int i = 0; i < buckets.length; i++) {
            below += buckets[i];
            if (below >= rank) {
                return middleMillis(i);
            }
        }
        return middleMillis(buckets.length - 1);
    }

    private static double middleMillis(int bucket) {
        if (bucket == 0) {
            return (1L << FIRST_POWER) / 2e6;
        }
        int power = FIRST_POWER + (bucket - 1) / 4;
        int quarter = (bucket - 1) % 4;
        return (1L << power) * (1 + (quarter + 0.5) / 4) / 1e6;
    }
}
