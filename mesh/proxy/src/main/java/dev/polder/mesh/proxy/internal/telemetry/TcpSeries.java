package dev.polder.mesh.proxy.internal.telemetry;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** The connection metrics between one source and one destination, as ztunnel has them. Safe for any thread. */
public final class TcpSeries {

    private static final class Cell {
        final LongAdder opened = new LongAdder();
        final LongAdder closed = new LongAdder();
        final LongAdder failed = new LongAdder();
        final LongAdder received = new LongAdder();
        final LongAdder sent = new LongAdder();
    }

    private final String labels;
    private final Map<String, Cell> byFlags = new ConcurrentHashMap<>();

    TcpSeries(String labels) {
        this.labels = labels;
    }

    public void opened() {
        cell("-").opened.increment();
    }

    /** A connection that carried data ended. */
    public void closed(long received, long sent) {
        Cell cell = cell("-");
        cell.closed.increment();
        cell.received.add(received);
        cell.sent.add(sent);
    }

    /** A connection that never came to be. */
    public void failed(String flags) {
        cell(flags).failed.increment();
    }

    private Cell cell(String flags) {
        return byFlags.computeIfAbsent(flags, key -> new Cell());
    }

    void write(MetricsText text) {
        byFlags.forEach((flags, cell) -> {
            String all = labels + "response_flags=\"" + flags + "\",";
            text.counter("istio_tcp_connections_opened_total", all, cell.opened.sum());
            text.counter("istio_tcp_connections_closed_total", all, cell.closed.sum());
            text.counter("istio_tcp_connections_failed_total", all, cell.failed.sum());
            text.counter("istio_tcp_received_bytes_total", all, cell.received.sum());
            text.counter("istio_tcp_sent_bytes_total", all, cell.sent.sum());
        });
    }
}
