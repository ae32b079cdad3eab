package dev.polder.mesh.proxy.internal.upstream;

import dev.polder.mesh.proxy.HttpFailure;
import dev.polder.mesh.proxy.internal.hbone.TunnelFailure;
import io.netty.channel.ConnectTimeoutException;
import java.net.ConnectException;
import java.security.cert.CertificateException;
import org.jspecify.annotations.Nullable;

/**
 * Why there is no connection to an upstream.
 *
 * @param flag Istio's response flag
 * @param denied whether a policy at the destination said no
 */
public record UpstreamFailure(HttpFailure.Kind kind, String flag, String why, boolean denied) {

    private static final int DENIED = 401;
    private static final int DEEPEST_CAUSE = 10;

    static UpstreamFailure of(TunnelFailure failure) {
        boolean denied = failure.status() == DENIED;
        HttpFailure.Kind kind = switch (failure.flag()) {
            case "DENY" -> HttpFailure.Kind.HTTP_REQUEST_DENIED;
            case "TLS_FAILURE" -> ofTls(failure.cause());
            case "H2_HANDSHAKE_FAILURE" -> HttpFailure.Kind.HTTP_PROTOCOL_ERROR;
            case "IDENTITY_ERROR" -> HttpFailure.Kind.TLS_CERTIFICATE_ERROR;
            default -> failure.status() != 0 ? HttpFailure.Kind.CONNECTION_REFUSED : ofSocket(failure.cause());
        };
        return new UpstreamFailure(kind, "UF", failure.describe(), denied);
    }

    static UpstreamFailure connect(Throwable cause) {
        return new UpstreamFailure(ofSocket(cause), "UF", String.valueOf(cause.getMessage()), false);
    }

    static UpstreamFailure tls(Throwable cause) {
        return new UpstreamFailure(ofTls(cause), "UF", "TLS: " + deepest(cause).getMessage(), false);
    }

    private static HttpFailure.Kind ofSocket(@Nullable Throwable cause) {
        if (cause instanceof ConnectTimeoutException) {
            return HttpFailure.Kind.CONNECTION_TIMEOUT;
        }
        return cause instanceof ConnectException
                ? HttpFailure.Kind.CONNECTION_REFUSED
                : HttpFailure.Kind.CONNECTION_TERMINATED;
    }

    private static HttpFailure.Kind ofTls(@Nullable Throwable cause) {
        Throwable at = cause;
        for (int i = 0; at != null && i < DEEPEST_CAUSE; i++) {
            if (at instanceof CertificateException) {
                return HttpFailure.Kind.TLS_CERTIFICATE_ERROR;
            }
            at = at.getCause();
        }
        return HttpFailure.Kind.TLS_PROTOCOL_ERROR;
    }

    private static Throwable deepest(Throwable cause) {
        Throwable at = cause;
        for (int i = 0; at.getCause() != null && i < DEEPEST_CAUSE; i++) {
            at = at.getCause();
        }
        return at;
    }
}
