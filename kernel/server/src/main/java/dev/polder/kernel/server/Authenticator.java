package dev.polder.kernel.server;

import com.linecorp.armeria.common.RequestHeaders;
import dev.polder.kernel.model.Problem;
import java.util.Optional;

/** Tells who sent a request. Called on a virtual thread; may block. */
@FunctionalInterface
public interface Authenticator {

    /**
     * The caller, or empty when the request carries no credentials at all.
     *
     * @throws Problem UNAUTHENTICATED when it carries credentials that are not good
     */
    Optional<Principal> authenticate(RequestHeaders headers);
}
