package dev.polder.mesh.proxy.internal.gateway;

import dev.polder.mesh.proxy.internal.http.Downstream;
import dev.polder.mesh.proxy.internal.telemetry.AccessEvent;
import dev.polder.mesh.proxy.internal.telemetry.AccessLog;
import dev.polder.mesh.proxy.internal.telemetry.PeerLabels;
import dev.polder.mesh.proxy.internal.telemetry.RequestSeries;
import dev.polder.mesh.proxy.internal.transport.Relay;
import dev.polder.mesh.proxy.internal.upstream.ClusterTarget;
import dev.polder.mesh.proxy.internal.upstream.Upstream;
import java.net.InetSocketAddress;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What is noted of an exchange while it runs, and reported at its end. */
final class ExchangeRecord {

    private static final PeerLabels CLIENT = PeerLabels.source(null, null);
    private static final PeerLabels NOBODY = PeerLabels.destination(null, null, null);

    private final Gateway gateway;
    private final AccessLog accessLog;
    private long started;
    private long received;
    private long sent;
    private long count;
    private int status;
    private String flags = "-";
    private String method = "";
    private String host = "";
    private String path = "";
    private RequestHeaders.@Nullable RequestId requestId;
    private @Nullable Downstream client;
    private @Nullable Upstream upstream;
    private RequestSeries series;

    ExchangeRecord(Gateway gateway) {
        this.gateway = gateway;
        this.accessLog = gateway.telemetry().accessLog();
        this.series = gateway.unrouted();
    }

    void begin() {
        started = System.nanoTime();
        received = 0;
        sent = 0;
        status = 0;
        flags = "-";
        upstream = null;
        series = gateway.unrouted();
    }

    void request(RequestView view, RequestHeaders.RequestId id, Downstream from) {
        method = view.method();
        host = view.host();
        path = view.path();
        requestId = id;
        client = from;
    }

    void target(ClusterTarget target) {
        series = target.series;
    }

    void upstream(Upstream picked) {
        upstream = picked;
        series = picked.series;
    }

    void received(int bytes) {
        received += bytes;
    }

    void sent(int bytes) {
        sent += bytes;
    }

    void status(int code) {
        status = code;
    }

    int status() {
        return status;
    }

    void flags(String text) {
        flags = text;
    }

    void end(int finalStatus, @Nullable String error) {
        long nanos = System.nanoTime() - started;
        series.add(finalStatus, flags, nanos, received, sent);
        Upstream to = upstream;
        if (to != null && to.workload != null) {
            gateway.telemetry().traffic().add(to.workload, gateway.self(), finalStatus, nanos, to.tunnelled());
        }
        if (accessLog.wants(finalStatus, count++)) {
            log(finalStatus, nanos, received, sent, flags, error);
        }
    }

    private void log(
            int code, long nanos, long bytesReceived, long bytesSent, String withFlags, @Nullable String error) {
        Upstream to = upstream;
        InetSocketAddress destination = to == null ? null : to.key.address();
        accessLog.add(new AccessEvent(
                Instant.now(),
                client == null ? null : client.remoteAddress(),
                CLIENT,
                destination,
                to == null ? NOBODY : to.labels,
                "outbound",
                method,
                host,
                path,
                code,
                requestId == null ? "" : requestId.text(),
                bytesReceived,
                bytesSent,
                nanos,
                withFlags,
                error));
    }

    /** A message that was no request. */
    void refused(int code, String reason, Downstream from) {
        begin();
        method = "-";
        host = "";
        path = "";
        requestId = null;
        client = from;
        flags = "DPE";
        end(code, reason);
    }

    /** Reports when a switched connection ends. */
    interface Upgraded extends Relay.Ended {}

    Upgraded upgraded() {
        long began = started;
        String switched = path;
        return (fromClient, fromUpstream, cause) -> {
            long nanos = System.nanoTime() - began;
            series.add(101, "-", nanos, fromClient, fromUpstream);
            if (accessLog.wants(101, 0)) {
                path = switched;
                log(101, nanos, fromClient, fromUpstream, "-", cause == null ? null : cause.getMessage());
            }
        };
    }
}
