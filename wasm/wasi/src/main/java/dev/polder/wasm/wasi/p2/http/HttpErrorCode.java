package dev.polder.wasm.wasi.p2.http;

import dev.polder.wasm.component.Wit;
import java.util.Optional;

/** The variant {@code error-code} of {@code wasi:http/types}; the names are those of RFC 9209, section 2.3. */
public sealed interface HttpErrorCode {

    @Wit("DNS-timeout")
    record DnsTimeout() implements HttpErrorCode {}

    @Wit("DNS-error")
    record DnsError(DnsErrorPayload payload) implements HttpErrorCode {}

    @Wit("destination-not-found")
    record DestinationNotFound() implements HttpErrorCode {}

    @Wit("destination-unavailable")
    record DestinationUnavailable() implements HttpErrorCode {}

    @Wit("destination-IP-prohibited")
    record DestinationIpProhibited() implements HttpErrorCode {}

    @Wit("destination-IP-unroutable")
    record DestinationIpUnroutable() implements HttpErrorCode {}

    @Wit("connection-refused")
    record ConnectionRefused() implements HttpErrorCode {}

    @Wit("connection-terminated")
    record ConnectionTerminated() implements HttpErrorCode {}

    @Wit("connection-timeout")
    record ConnectionTimeout() implements HttpErrorCode {}

    @Wit("connection-read-timeout")
    record ConnectionReadTimeout() implements HttpErrorCode {}

    @Wit("connection-write-timeout")
    record ConnectionWriteTimeout() implements HttpErrorCode {}

    @Wit("connection-limit-reached")
    record ConnectionLimitReached() implements HttpErrorCode {}

    @Wit("TLS-protocol-error")
    record TlsProtocolError() implements HttpErrorCode {}

    @Wit("TLS-certificate-error")
    record TlsCertificateError() implements HttpErrorCode {}

    @Wit("TLS-alert-received")
    record TlsAlertReceived(TlsAlertReceivedPayload payload) implements HttpErrorCode {}

    @Wit("HTTP-request-denied")
    record HttpRequestDenied() implements HttpErrorCode {}

    @Wit("HTTP-request-length-required")
    record HttpRequestLengthRequired() implements HttpErrorCode {}

    @Wit("HTTP-request-body-size")
    record HttpRequestBodySize(Optional<Long> bytes) implements HttpErrorCode {}

    @Wit("HTTP-request-method-invalid")
    record HttpRequestMethodInvalid() implements HttpErrorCode {}

    @Wit("HTTP-request-URI-invalid")
    record HttpRequestUriInvalid() implements HttpErrorCode {}

    @Wit("HTTP-request-URI-too-long")
    record HttpRequestUriTooLong() implements HttpErrorCode {}

    @Wit("HTTP-request-header-section-size")
    record HttpRequestHeaderSectionSize(Optional<Integer> bytes) implements HttpErrorCode {}

    @Wit("HTTP-request-header-size")
    record HttpRequestHeaderSize(Optional<FieldSizePayload> field) implements HttpErrorCode {}

    @Wit("HTTP-request-trailer-section-size")
    record HttpRequestTrailerSectionSize(Optional<Integer> bytes) implements HttpErrorCode {}

    @Wit("HTTP-request-trailer-size")
    record HttpRequestTrailerSize(FieldSizePayload field) implements HttpErrorCode {}

    @Wit("HTTP-response-incomplete")
    record HttpResponseIncomplete() implements HttpErrorCode {}

    @Wit("HTTP-response-header-section-size")
    record HttpResponseHeaderSectionSize(Optional<Integer> bytes) implements HttpErrorCode {}

    @Wit("HTTP-response-header-size")
    record HttpResponseHeaderSize(FieldSizePayload field) implements HttpErrorCode {}

    @Wit("HTTP-response-body-size")
    record HttpResponseBodySize(Optional<Long> bytes) implements HttpErrorCode {}

    @Wit("HTTP-response-trailer-section-size")
    record HttpResponseTrailerSectionSize(Optional<Integer> bytes) implements HttpErrorCode {}

    @Wit("HTTP-response-trailer-size")
    record HttpResponseTrailerSize(FieldSizePayload field) implements HttpErrorCode {}

    @Wit("HTTP-response-transfer-coding")
    record HttpResponseTransferCoding(Optional<String> coding) implements HttpErrorCode {}

    @Wit("HTTP-response-content-coding")
    record HttpResponseContentCoding(Optional<String> coding) implements HttpErrorCode {}

    @Wit("HTTP-response-timeout")
    record HttpResponseTimeout() implements HttpErrorCode {}

    @Wit("HTTP-upgrade-failed")
    record HttpUpgradeFailed() implements HttpErrorCode {}

    @Wit("HTTP-protocol-error")
    record HttpProtocolError() implements HttpErrorCode {}

    @Wit("loop-detected")
    record LoopDetected() implements HttpErrorCode {}

    @Wit("configuration-error")
    record ConfigurationError() implements HttpErrorCode {}

    @Wit("internal-error")
    record Internal(Optional<String> message) implements HttpErrorCode {}

    /** What a name server answered. */
    record DnsErrorPayload(Optional<String> rcode, Optional<Integer> infoCode) {}

    /** What the peer's TLS alert was. */
    record TlsAlertReceivedPayload(Optional<Integer> alertId, Optional<String> alertMessage) {}

    /** Which field was too large, and how large. */
    record FieldSizePayload(Optional<String> fieldName, Optional<Integer> fieldSize) {}

    /** A failure that has no code of its own. */
    static HttpErrorCode internal(String message) {
        return new Internal(Optional.of(message));
    }
}
