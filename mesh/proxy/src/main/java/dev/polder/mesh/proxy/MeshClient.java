package dev.polder.mesh.proxy;

/**
 * Sends requests on behalf of one workload of this process, with that workload's identity. Safe for any thread.
 *
 * <p>Where a request goes: a host that is a service of the mesh ({@code name.namespace.svc.cluster.local}, {@code
 * name.namespace}, {@code name} in the caller's own namespace, or any host of a service of the snapshot) is balanced over
 * its endpoints and reached through HBONE, where the mesh's mutual TLS stands for {@code https}. Any other host is
 * resolved by name and reached directly, if the caller's {@link EgressPolicy} allows the address; {@code https} is then
 * TLS with the host's name checked.
 *
 * <p>HTTP/2 is spoken where the server of an {@code https} address takes it in the handshake, and to a service port that
 * says so ({@code appProtocol} http2, h2c or grpc, or a port name that begins so); HTTP/1.1 everywhere else. Trailers pass
 * in both, both ways.
 */
public interface MeshClient extends AutoCloseable {

    /**
     * Sends a request; returns at once.
     *
     * @param listener hears how it went, exactly once
     */
    ClientExchange send(ClientRequest request, ResponseListener listener);

    /**
     * The same.
     *
     * @param egress asked instead of the client's own policy
     */
    ClientExchange send(ClientRequest request, EgressPolicy egress, ResponseListener listener);

    /** Requests under way. */
    int active();

    /** Cancels what is under way and closes the connections. */
    @Override
    void close();
}
