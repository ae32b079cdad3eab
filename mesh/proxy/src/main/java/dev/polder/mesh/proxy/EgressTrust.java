package dev.polder.mesh.proxy;

import java.util.Optional;
import javax.net.ssl.X509TrustManager;

/** Says who vouches for the certificate of a host outside the mesh. The host's name is checked in any case. */
@FunctionalInterface
public interface EgressTrust {

    /** The runtime's own trust store, for every host. */
    EgressTrust RUNTIME = host -> Optional.empty();

    /**
     * Who alone vouches for a host; empty for the runtime's own trust store. Called on an event loop: it must not block, and
     * gives one object for all hosts that share it.
     *
     * @param host a name in lower case, or an address without brackets
     */
    Optional<X509TrustManager> of(String host);
}
