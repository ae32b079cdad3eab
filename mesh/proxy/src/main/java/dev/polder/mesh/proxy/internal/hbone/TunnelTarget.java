package dev.polder.mesh.proxy.internal.hbone;

import dev.polder.kernel.model.SpiffeId;
import java.net.InetSocketAddress;
import java.util.Set;

/**
 * The other end of pooled connections: only tunnels of the same identity to the same peers share one.
 *
 * @param source whose certificate we show
 * @param expected whom the other end may turn out to be
 * @param address where its HBONE port is
 */
public record TunnelTarget(SpiffeId source, Set<SpiffeId> expected, InetSocketAddress address) {
    public TunnelTarget {
        expected = Set.copyOf(expected);
    }
}
