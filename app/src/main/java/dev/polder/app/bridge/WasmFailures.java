package dev.polder.app.bridge;

import dev.polder.mesh.proxy.HttpFailure;
import dev.polder.wasm.wasi.p2.http.HttpErrorCode;
import java.util.Optional;

/** Failures of the mesh in the words that guests know: {@code wasi:http/types.error-code}. */
final class WasmFailures {

    private WasmFailures() {}

    static dev.polder.wasm.wasi.p2.http.HttpFailure of(HttpFailure failure) {
        return new dev.polder.wasm.wasi.p2.http.HttpFailure(code(failure));
    }

    private static HttpErrorCode code(HttpFailure failure) {
        return switch (failure.kind()) {
            case DNS_TIMEOUT -> new HttpErrorCode.DnsTimeout();
            case DNS_ERROR ->
                new HttpErrorCode.DnsError(
                        new HttpErrorCode.DnsErrorPayload(Optional.of(failure.detail()), Optional.empty()));
            case DESTINATION_NOT_FOUND -> new HttpErrorCode.DestinationNotFound();
            case DESTINATION_UNAVAILABLE -> new HttpErrorCode.DestinationUnavailable();
            case DESTINATION_IP_PROHIBITED -> new HttpErrorCode.DestinationIpProhibited();
            case CONNECTION_REFUSED -> new HttpErrorCode.ConnectionRefused();
            case CONNECTION_TERMINATED, CANCELLED -> new HttpErrorCode.ConnectionTerminated();
            case CONNECTION_TIMEOUT -> new HttpErrorCode.ConnectionTimeout();
            case CONNECTION_READ_TIMEOUT -> new HttpErrorCode.ConnectionReadTimeout();
            case CONNECTION_LIMIT_REACHED -> new HttpErrorCode.ConnectionLimitReached();
            case TLS_PROTOCOL_ERROR -> new HttpErrorCode.TlsProtocolError();
            case TLS_CERTIFICATE_ERROR -> new HttpErrorCode.TlsCertificateError();
            case HTTP_REQUEST_DENIED -> new HttpErrorCode.HttpRequestDenied();
            case HTTP_REQUEST_METHOD_INVALID -> new HttpErrorCode.HttpRequestMethodInvalid();
            case HTTP_REQUEST_URI_INVALID -> new HttpErrorCode.HttpRequestUriInvalid();
            case HTTP_REQUEST_HEADER_SECTION_SIZE -> new HttpErrorCode.HttpRequestHeaderSectionSize(Optional.empty());
            case HTTP_REQUEST_BODY_SIZE -> new HttpErrorCode.HttpRequestBodySize(Optional.empty());
            case HTTP_RESPONSE_INCOMPLETE -> new HttpErrorCode.HttpResponseIncomplete();
            case HTTP_RESPONSE_HEADER_SECTION_SIZE -> new HttpErrorCode.HttpResponseHeaderSectionSize(Optional.empty());
            case HTTP_RESPONSE_BODY_SIZE -> new HttpErrorCode.HttpResponseBodySize(Optional.empty());
            case HTTP_RESPONSE_TIMEOUT -> new HttpErrorCode.HttpResponseTimeout();
            case HTTP_UPGRADE_FAILED -> new HttpErrorCode.HttpUpgradeFailed();
            case HTTP_PROTOCOL_ERROR -> new HttpErrorCode.HttpProtocolError();
            case HTTP_REQUEST_HEADER_INVALID, INTERNAL_ERROR -> HttpErrorCode.internal(failure.detail());
        };
    }
}
