package dev.polder.mesh.proxy;

import java.net.InetAddress;

/**
 * Says which addresses outside the mesh a caller may connect to. Services of the mesh are not asked about: there the
 * destination's policies decide.
 */
@FunctionalInterface
public interface EgressPolicy {

    /** Nothing outside the mesh. */
    EgressPolicy NOTHING = (host, port, address) -> false;

    /**
     * Asked with every address a name was resolved to, before anything is sent there; the name is resolved once and a
     * connection goes to an address that was allowed. Called on a virtual thread; an exception is a no.
     *
     * @param host as in the request: a name in lower case, or an address
     */
    boolean allows(String host, int port, InetAddress address);
}
