package dev.polder.mesh.proxy;

import dev.polder.kernel.model.Problem;

/**
 * Why a request, a response or one of their bodies came to nothing.
 *
 * @param detail for people: what was found
 */
public record HttpFailure(Kind kind, String detail) {

    /** The kinds, named as in {@code wasi:http/types.error-code}. */
    public enum Kind {
        DNS_TIMEOUT(Problem.Code.DEADLINE),
        DNS_ERROR(Problem.Code.BAD_UPSTREAM),
        /** The service has no such port. */
        DESTINATION_NOT_FOUND(Problem.Code.NOT_FOUND),
        /** The service has no healthy endpoint. */
        DESTINATION_UNAVAILABLE(Problem.Code.UNAVAILABLE),
        /** The {@link EgressPolicy} allows none of the addresses. */
        DESTINATION_IP_PROHIBITED(Problem.Code.FORBIDDEN),
        CONNECTION_REFUSED(Problem.Code.UNAVAILABLE),
        CONNECTION_TERMINATED(Problem.Code.BAD_UPSTREAM),
        CONNECTION_TIMEOUT(Problem.Code.DEADLINE),
        /** The response stood still. */
        CONNECTION_READ_TIMEOUT(Problem.Code.DEADLINE),
        /** The caller has as many requests under way as it may have. */
        CONNECTION_LIMIT_REACHED(Problem.Code.UNAVAILABLE),
        TLS_PROTOCOL_ERROR(Problem.Code.BAD_UPSTREAM),
        TLS_CERTIFICATE_ERROR(Problem.Code.BAD_UPSTREAM),
        /** A policy at the destination does not let this caller in. */
        HTTP_REQUEST_DENIED(Problem.Code.FORBIDDEN),
        HTTP_REQUEST_METHOD_INVALID(Problem.Code.INVALID),
        HTTP_REQUEST_URI_INVALID(Problem.Code.INVALID),
        HTTP_REQUEST_HEADER_INVALID(Problem.Code.INVALID),
        HTTP_REQUEST_HEADER_SECTION_SIZE(Problem.Code.TOO_LARGE),
        /** The body was longer or shorter than announced. */
        HTTP_REQUEST_BODY_SIZE(Problem.Code.INVALID),
        /** The response or its body broke off. */
        HTTP_RESPONSE_INCOMPLETE(Problem.Code.BAD_UPSTREAM),
        HTTP_RESPONSE_HEADER_SECTION_SIZE(Problem.Code.BAD_UPSTREAM),
        HTTP_RESPONSE_BODY_SIZE(Problem.Code.TOO_LARGE),
        /** The response, or all of the exchange, did not come in its time. */
        HTTP_RESPONSE_TIMEOUT(Problem.Code.DEADLINE),
        HTTP_UPGRADE_FAILED(Problem.Code.BAD_UPSTREAM),
        HTTP_PROTOCOL_ERROR(Problem.Code.BAD_UPSTREAM),
        /** Whoever asked does not want it any more, or went away. */
        CANCELLED(Problem.Code.CANCELLED),
        INTERNAL_ERROR(Problem.Code.INTERNAL);

        private final Problem.Code code;

        Kind(Problem.Code code) {
            this.code = code;
        }
    }

    /** The same in the words of the house. */
    public Problem toProblem() {
        Problem.WhoFailed who = switch (kind.code) {
            case BAD_UPSTREAM, UNAVAILABLE, DEADLINE -> Problem.WhoFailed.UPSTREAM;
            case INTERNAL -> Problem.WhoFailed.POLDER;
            default -> Problem.WhoFailed.CALLER;
        };
        boolean retryable = kind.code == Problem.Code.UNAVAILABLE || kind.code == Problem.Code.DEADLINE;
        return new Problem(kind.code, who, retryable, detail, null, null);
    }
}
