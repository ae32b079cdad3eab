package dev.polder.kernel.server;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.polder.kernel.model.Problem;
import io.netty.util.AttributeKey;
import java.util.Optional;

/** Decides before a handler runs whether the caller may pass. Blocking: the authenticator may read the store. */
final class Gate {

    static final AttributeKey<Principal> PRINCIPAL = AttributeKey.valueOf(Gate.class, "PRINCIPAL");
    private static final String OWN_REQUEST = "x-polder-request";

    private final Authenticator authenticator;

    Gate(Authenticator authenticator) {
        this.authenticator = authenticator;
    }

    /**
     * Lets a request pass.
     *
     * @throws Problem UNAUTHENTICATED or FORBIDDEN
     */
    Optional<Principal> admit(ServiceRequestContext context, RequestHeaders headers, Access access) {
        requireOwnRequest(headers);
        Optional<Principal> caller = callerOf(headers, access);
        caller.ifPresent(principal -> context.setAttr(PRINCIPAL, principal));
        if (access == Access.PUBLIC) {
            return caller;
        }
        Principal principal = caller.orElseThrow(() -> unauthenticated("Missing credentials"));
        if (access == Access.WRITE && principal.kind() == Principal.Kind.GUEST) {
            throw new Problem(
                    Problem.Code.FORBIDDEN,
                    Problem.WhoFailed.CALLER,
                    false,
                    "guests may only read (expected: a signed-in user or a token)",
                    null,
                    null);
        }
        return caller;
    }

    private Optional<Principal> callerOf(RequestHeaders headers, Access access) {
        try {
            return authenticator.authenticate(headers);
        } catch (Problem e) {
            // A browser with an expired cookie must still reach the sign-in page.
            if (access == Access.PUBLIC && e.code() == Problem.Code.UNAUTHENTICATED) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** A cookie is sent by the browser whoever asked; this header only by our own pages. */
    private static void requireOwnRequest(RequestHeaders headers) {
        HttpMethod method = headers.method();
        boolean reads = method == HttpMethod.GET || method == HttpMethod.HEAD || method == HttpMethod.OPTIONS;
        if (!reads
                && !headers.contains(HttpHeaderNames.AUTHORIZATION)
                && Credentials.sessionCookie(headers).isPresent()
                && !headers.contains(OWN_REQUEST)) {
            throw new Problem(
                    Problem.Code.FORBIDDEN,
                    Problem.WhoFailed.CALLER,
                    false,
                    "a changing request with a session cookie lacks the header X-Polder-Request (expected: 1)",
                    null,
                    null);
        }
    }

    static Problem unauthenticated(String detail) {
        return new Problem(Problem.Code.UNAUTHENTICATED, Problem.WhoFailed.CALLER, false, detail, null, null);
    }
}
