package dev.polder.wasm.service;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Counts durations in buckets whose width is an eighth of their power of two, so that a quantile is off by at most
 * 12.5 %. Lock-free; safe for any thread.
 */
public final class LatencyHistogram {

    private static final int SUB_BITS = 3;
    private static final int SUB = 1 << SUB_BITS;
    private static final int BUCKETS = SUB * 40;

    private final AtomicLongArray counts = new AtomicLongArray(BUCKETS);

    /** Counts one duration. */
    public void record(long nanos) {
        counts.incrementAndGet(bucket(Math.max(0, nanos) >> 10));
    }

    /** A copy of the counts as they are now. */
    public Snapshot snapshot() {
        long[] copy = new long[BUCKETS];
        long total = 0;
        for (int i = 0; i < BUCKETS; i++) {
            copy[i] = counts.get(i);
            total += copy[i];
        }
        return new Snapshot(copy, total);
    }

    private static int bucket(long value) {
        if (value < SUB) {
            return (int) value;
        }
        int exponent = 63 - Long.numberOfLeadingZeros(value);
        int sub = (int) (value >>> (exponent - SUB_BITS)) & (SUB - 1);
        return Math.min(BUCKETS - 1, (exponent - SUB_BITS + 1) * SUB + sub);
    }

    private static double lowerMillis(int bucket) {
        return bucket == 0 ? 0 : upperMillis(bucket - 1);
    }

    private static double upperMillis(int bucket) {
        long value;
        if (bucket < SUB) {
            value = bucket + 1L;
        } else {
            int exponent = bucket / SUB - 1 + SUB_BITS;
            value = (1L << exponent) + ((bucket % SUB + 1L) << (exponent - SUB_BITS));
        }
        return value * 1024 / 1e6;
    }

    /** How many durations were between two bounds, the lower one excluded. */
    public record Bucket(double fromMillis, double toMillis, long count) {}

    /**
     * Counts at one moment.
     *
     * @param total how many durations were counted
     */
    @SuppressWarnings("ArrayRecordComponent") // boxing 320 counts on each reading would be waste
    public record Snapshot(long[] counts, long total) {

        /**
         * The duration in milliseconds that a share of the counted ones does not pass; 0 when none was counted.
         *
         * @param share 0 to 1, for example 0.99
         */
        public double quantileMillis(double share) {
            if (total == 0) {
                return 0;
            }
            long wanted = Math.max(1, (long) Math.ceil(share * total));
            long seen = 0;
            for (int i = 0; i < counts.length; i++) {
                seen += counts[i];
                if (seen >= wanted) {
                    return upperMillis(i);
                }
            }
            return upperMillis(counts.length - 1);
        }

        /** The buckets in which something was counted, shortest first. */
        public List<Bucket> buckets() {
            List<Bucket> buckets = new ArrayList<>();
            for (int i = 0; i < counts.length; i++) {
                if (counts[i] > 0) {
                    buckets.add(new Bucket(lowerMillis(i), upperMillis(i), counts[i]));
                }
            }
            return buckets;
        }

        /** What was counted since an earlier snapshot of the same histogram. */
        public Snapshot since(Snapshot earlier) {
            long[] difference = new long[counts.length];
            for (int i = 0; i < counts.length; i++) {
                difference[i] = counts[i] - earlier.counts[i];
            }
            return new Snapshot(difference, total - earlier.total);
        }
    }
}
