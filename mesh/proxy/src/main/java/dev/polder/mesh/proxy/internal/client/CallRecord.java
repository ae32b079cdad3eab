package dev.polder.mesh.proxy.internal.client;

import dev.polder.mesh.proxy.ClientRequest;
import dev.polder.mesh.proxy.HttpFailure;
import dev.polder.mesh.proxy.HttpHeader;
import dev.polder.mesh.proxy.internal.telemetry.AccessEvent;
import dev.polder.mesh.proxy.internal.telemetry.PeerLabels;
import dev.polder.mesh.proxy.internal.telemetry.RequestSeries;
import dev.polder.mesh.proxy.internal.upstream.Upstream;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What is noted of one call, and reported by its source at its end. */
final class CallRecord {

    private final Caller caller;
    private final ClientRequest request;
    private final long started = System.nanoTime();
    private RequestSeries series;
    private @Nullable Upstream upstream;

    CallRecord(Caller caller, ClientRequest request) {
        this.caller = caller;
        this.request = request;
        this.series = caller.unresolved();
    }

    void target(RequestSeries of) {
        series = of;
    }

    void upstream(Upstream picked) {
        upstream = picked;
        series = picked.series;
    }

    /**
     * @param status of the response, 0 when there was none
     * @param failure null when all went well
     */
    void end(int status, long requestBytes, long responseBytes, @Nullable HttpFailure failure) {
        long nanos = System.nanoTime() - started;
        int code = status != 0 || failure == null ? status : status(failure);
        String flags = failure == null ? "-" : flags(failure.kind(), status != 0);
        series.add(code, flags, nanos, requestBytes, responseBytes);
        Upstream to = upstream;
        if (to != null
                && to.workload != null
                && !caller.isServedHere(to.key.address().getAddress())) {
            caller.source()
                    .telemetry()
                    .traffic()
                    .add(to.workload, caller.source().self(), code, nanos, to.tunnelled());
        }
        var log = caller.source().telemetry().accessLog();
        if (log.wants(code, caller.count())) {
            log.add(new AccessEvent(
                    Instant.now(),
                    null,
                    caller.source().labels(),
                    to == null ? null : to.key.address(),
                    to == null ? PeerLabels.destination(null, null, null) : to.labels,
                    "outbound",
                    request.method(),
                    request.authority(),
                    request.path(),
                    code,
                    requestId(),
                    requestBytes,
                    responseBytes,
                    nanos,
                    flags,
                    failure == null ? null : failure.detail()));
        }
    }

    private String requestId() {
        for (HttpHeader header : request.headers()) {
            if (header.name().equalsIgnoreCase("x-request-id")) {
                return header.value();
            }
        }
        return "";
    }

    private static int status(HttpFailure failure) {
        return failure.kind() == HttpFailure.Kind.CANCELLED
                ? 499
                : failure.toProblem().code().httpStatus();
    }

    private static String flags(HttpFailure.Kind kind, boolean answered) {
        return switch (kind) {
            case DESTINATION_NOT_FOUND, DNS_ERROR, DNS_TIMEOUT -> "NR";
            case DESTINATION_UNAVAILABLE -> "UH";
            case DESTINATION_IP_PROHIBITED, HTTP_REQUEST_DENIED -> "DENY";
            case CONNECTION_REFUSED, CONNECTION_TIMEOUT, TLS_CERTIFICATE_ERROR, TLS_PROTOCOL_ERROR -> "UF";
            case CONNECTION_LIMIT_REACHED -> "UO";
            case CONNECTION_TERMINATED, HTTP_RESPONSE_INCOMPLETE -> answered ? "UC" : "UF";
            case CONNECTION_READ_TIMEOUT, HTTP_RESPONSE_TIMEOUT -> "UT";
            case HTTP_PROTOCOL_ERROR, HTTP_RESPONSE_HEADER_SECTION_SIZE, HTTP_RESPONSE_BODY_SIZE, HTTP_UPGRADE_FAILED ->
                "UPE";
            case CANCELLED -> "DC";
            default -> "DPE";
        };
    }
}
