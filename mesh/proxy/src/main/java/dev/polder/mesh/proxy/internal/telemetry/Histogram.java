package dev.polder.mesh.proxy.internal.telemetry;

import java.util.concurrent.atomic.LongAdder;

/** A Prometheus histogram with fixed upper bounds; adding takes no lock. */
final class Histogram {

    private final long[] bounds;
    private final LongAdder[] counts;
    private final LongAdder sum = new LongAdder();

    Histogram(long[] bounds) {
        this.bounds = bounds;
        this.counts = new LongAdder[bounds.length + 1];
        for (int i = 0; i < counts.length; i++) {
            counts[i] = new LongAdder();
        }
    }

    void add(long value, long forSum) {
        int bucket = 0;
        while (bucket < bounds.length && value > bounds[bucket]) {
            bucket++;
        }
        counts[bucket].increment();
        sum.add(forSum);
    }

    /** Writes bucket, sum and count lines. */
    void write(StringBuilder out, String name, String labels, double unit) {
        long total = 0;
        for (int i = 0; i < counts.length; i++) {
            total += counts[i].sum();
            out.append(name).append("_bucket{").append(labels).append("le=\"");
            if (i < bounds.length) {
                out.append(number(bounds[i] / unit));
            } else {
                out.append("+Inf");
            }
            out.append("\"} ").append(total).append('\n');
        }
        out.append(name)
                .append("_sum{")
                .append(labels)
                .append("} ")
                .append(number(sum.sum() / unit))
                .append('\n');
        out.append(name)
                .append("_count{")
                .append(labels)
                .append("} ")
                .append(total)
                .append('\n');
    }

    private static String number(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }
}
