package dev.polder.mesh.config;

import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.SpiffeId;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.Consumer;

/** Where proxies get certificates, and hear that one was renewed. Safe for any thread. */
public interface IdentitySource {

    /** The trust domain whose identities it gives. */
    String trustDomain();

    /** The trust anchors of that domain. */
    List<X509Certificate> roots();

    /**
     * The current certificate and key of an identity; issued on first demand, then answered from memory. The first call
     * for an id may block for a signature: not for an event loop.
     *
     * @throws Problem FORBIDDEN for an id of another trust domain; UNAVAILABLE when none can be issued
     */
    WorkloadIdentity identity(SpiffeId id);

    /**
     * Calls the listener for each renewed identity, before the old one ends, on a thread of the source; it must not
     * block. What it throws is logged.
     */
    Subscription onRotation(Consumer<WorkloadIdentity> listener);
}
