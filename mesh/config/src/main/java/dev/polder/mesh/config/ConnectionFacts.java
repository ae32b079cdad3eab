package dev.polder.mesh.config;

import dev.polder.kernel.model.SpiffeId;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * What an L4 policy judges an inbound connection by.
 *
 * @param sourceIdentity the peer's verified identity; null for a plain connection
 * @param sourceNamespace the namespace of the peer; null when unknown
 * @param destinationPort the application's port, not 15008
 */
public record ConnectionFacts(
        @Nullable SpiffeId sourceIdentity,
        @Nullable String sourceNamespace,
        InetAddress sourceIp,
        InetAddress destinationIp,
        int destinationPort) {

    /** Facts of a connection whose namespace follows from its identity. */
    public static ConnectionFacts of(
            @Nullable SpiffeId source, InetAddress sourceIp, InetAddress destinationIp, int destinationPort) {
        return new ConnectionFacts(
                source, source == null ? null : source.namespace(), sourceIp, destinationIp, destinationPort);
    }
}
