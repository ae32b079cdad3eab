package dev.polder.mesh.proxy.internal.telemetry;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;

/**
 * The request metrics between one source and one destination. Found once and kept by who reports; a request then costs
 * an array access and a few adders. Safe for any thread.
 */
public final class RequestSeries {

    private static final long[] MILLIS = {
        500_000L,
        1_000_000,
        5_000_000,
        10_000_000,
        25_000_000,
        50_000_000,
        100_000_000,
        250_000_000,
        500_000_000,
        1_000_000_000,
        2_500_000_000L,
        5_000_000_000L,
        10_000_000_000L,
        30_000_000_000L,
        60_000_000_000L,
        300_000_000_000L
    };
    private static final long[] BYTES = {1, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000};
    private static final String NO_FLAGS = "-";

    private static final class Cell {
        final LongAdder count = new LongAdder();
        final Histogram duration = new Histogram(MILLIS);
        final Histogram requestBytes = new Histogram(BYTES);
        final Histogram responseBytes = new Histogram(BYTES);
    }

    private record Flagged(int status, String flags) {}

    private final String labels;
    private final AtomicReferenceArray<Cell> byStatus = new AtomicReferenceArray<>(600);
    private final Map<Flagged, Cell> flagged = new ConcurrentHashMap<>();

    RequestSeries(String labels) {
        this.labels = labels;
    }

    /**
     * Counts one finished request.
     *
     * @param flags Istio's response flags, {@code -} for none
     */
    public void add(int status, String flags, long nanos, long requestBytes, long responseBytes) {
        Cell cell = cell(status, flags);
        cell.count.increment();
        cell.duration.add(nanos, nanos);
        cell.requestBytes.add(requestBytes, requestBytes);
        cell.responseBytes.add(responseBytes, responseBytes);
    }

    private Cell cell(int status, String flags) {
        if (!flags.equals(NO_FLAGS)) {
            return flagged.computeIfAbsent(new Flagged(status, flags), key -> new Cell());
        }
        Cell cell = byStatus.get(status);
        if (cell == null) {
            byStatus.compareAndSet(status, null, new Cell());
            cell = byStatus.get(status);
        }
        return cell;
    }

    void write(MetricsText text) {
        for (int status = 0; status < byStatus.length(); status++) {
            Cell cell = byStatus.get(status);
            if (cell != null) {
                write(text, cell, status, NO_FLAGS);
            }
        }
        flagged.forEach((key, cell) -> write(text, cell, key.status, key.flags));
    }

    private void write(MetricsText text, Cell cell, int status, String flags) {
        String all = labels + "response_code=\"" + status + "\",response_flags=\"" + flags + "\",";
        text.counter("istio_requests_total", all, cell.count.sum());
        cell.duration.write(
                text.family("istio_request_duration_milliseconds", "histogram"),
                "istio_request_duration_milliseconds",
                all,
                1e6);
        cell.requestBytes.write(text.family("istio_request_bytes", "histogram"), "istio_request_bytes", all, 1);
        cell.responseBytes.write(text.family("istio_response_bytes", "histogram"), "istio_response_bytes", all, 1);
    }
}
