package dev.polder.mesh.config;

import dev.polder.kernel.model.SpiffeId;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * One address that answers for a service port.
 *
 * @param workload the mesh workload at that address, or null for an address outside the mesh
 * @param address where to connect; with {@link TunnelProtocol#HBONE} the tunnel goes to its port 15008
 * @param port the application's port: with HBONE it stands in the CONNECT authority
 * @param identity whom to expect at the other end of mutual TLS; null when {@code protocol} is NONE
 * @param weight relative share, 1 when nothing else is said
 */
public record Endpoint(
        @Nullable Workload workload,
        InetAddress address,
        int port,
        TunnelProtocol protocol,
        @Nullable SpiffeId identity,
        Health health,
        int weight) {}
