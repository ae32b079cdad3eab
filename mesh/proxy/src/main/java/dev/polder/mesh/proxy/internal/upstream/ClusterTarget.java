package dev.polder.mesh.proxy.internal.upstream;

import dev.polder.mesh.proxy.internal.telemetry.RequestSeries;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** A backend's upstreams and their weights. */
public final class ClusterTarget {

    private final Upstream[] upstreams;
    private final int[] weights;
    private final int total;
    private final boolean even;
    private int next;

    /** For requests that reached no upstream. */
    public final RequestSeries series;

    public final String name;

    ClusterTarget(String name, Upstream[] upstreams, int[] weights, RequestSeries series) {
        this.name = name;
        this.upstreams = upstreams;
        this.weights = weights;
        this.series = series;
        int sum = 0;
        boolean same = true;
        for (int weight : weights) {
            sum += weight;
            same &= weight == weights[0];
        }
        this.total = sum;
        this.even = same;
    }

    /** The next upstream in turn, or by weight; null when there is none. Turns taken twice by two loops do no harm. */
    public @Nullable Upstream pick() {
        if (upstreams.length == 0) {
            return null;
        }
        if (even) {
            int turn = next;
            next = turn + 1 >= upstreams.length ? 0 : turn + 1;
            return upstreams[turn];
        }
        int point = ThreadLocalRandom.current().nextInt(total);
        for (int i = 0; i < upstreams.length; i++) {
            point -= weights[i];
            if (point < 0) {
                return upstreams[i];
            }
        }
        return upstreams[upstreams.length - 1];
    }
}
