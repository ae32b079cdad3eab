package dev.polder.mesh.proxy.internal.inbound;

import dev.polder.mesh.proxy.internal.telemetry.AccessEvent;
import dev.polder.mesh.proxy.internal.telemetry.Metrics;
import dev.polder.mesh.proxy.internal.telemetry.PeerLabels;
import dev.polder.mesh.proxy.internal.telemetry.TcpSeries;
import dev.polder.mesh.proxy.internal.telemetry.Telemetry;
import java.net.InetSocketAddress;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What is noted of one tunnel at its destination. */
final class InboundRecord {

    private final Telemetry telemetry;
    private final @Nullable InetSocketAddress from;
    private final PeerLabels source;
    private final InetSocketAddress to;
    private final PeerLabels destination;
    private final TcpSeries series;
    private final long started = System.nanoTime();

    InboundRecord(
            Telemetry telemetry,
            @Nullable InetSocketAddress from,
            PeerLabels source,
            InetSocketAddress to,
            PeerLabels destination) {
        this.telemetry = telemetry;
        this.from = from;
        this.source = source;
        this.to = to;
        this.destination = destination;
        this.series = telemetry.metrics().tcp(Metrics.Reporter.DESTINATION, source, destination, true);
    }

    void opened() {
        series.opened();
    }

    void closed(long received, long sent, @Nullable Throwable cause) {
        series.closed(received, sent);
        log(received, sent, "-", cause == null ? null : cause.getMessage());
    }

    /** A CONNECT that was not let in. */
    void refused(String flags, String why) {
        series.failed(flags);
        log(0, 0, flags, why);
    }

    /** A tunnel that was ended from here. */
    void cut(String why) {
        series.failed("DENY");
        log(0, 0, "DENY", why);
    }

    private void log(long received, long sent, String flags, @Nullable String error) {
        if (!telemetry.accessLog().isOn()) {
            return;
        }
        telemetry
                .accessLog()
                .add(new AccessEvent(
                        Instant.now(),
                        from,
                        source,
                        to,
                        destination,
                        "inbound",
                        "",
                        "",
                        "",
                        0,
                        "",
                        received,
                        sent,
                        System.nanoTime() - started,
                        flags,
                        error));
    }
}
