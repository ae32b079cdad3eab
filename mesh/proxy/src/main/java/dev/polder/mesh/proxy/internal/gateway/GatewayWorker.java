package dev.polder.mesh.proxy.internal.gateway;

import dev.polder.kernel.model.SpiffeId;
import dev.polder.mesh.proxy.internal.hbone.TunnelOpened;
import dev.polder.mesh.proxy.internal.hbone.TunnelPool;
import dev.polder.mesh.proxy.internal.hbone.TunnelRequest;
import dev.polder.mesh.proxy.internal.hbone.TunnelTarget;
import dev.polder.mesh.proxy.internal.http.Worker;
import dev.polder.mesh.proxy.internal.transport.Transport;
import io.netty.buffer.ByteBufAllocator;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.util.IdentityHashMap;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the gateway keeps per event loop: its pools of upstream connections and of tunnels. */
final class GatewayWorker {

    private final Gateway gateway;
    private final Worker worker;
    private final TunnelPool tunnels;
    private final IdentityHashMap<Upstream, UpstreamPool> pools = new IdentityHashMap<>();
    private @Nullable Upstream last;
    private @Nullable UpstreamPool lastPool;

    GatewayWorker(Gateway gateway, Worker worker, TunnelPool tunnels) {
        this.gateway = gateway;
        this.worker = worker;
        this.tunnels = tunnels;
    }

    Gateway gateway() {
        return gateway;
    }

    Worker worker() {
        return worker;
    }

    Transport transport() {
        return gateway.transport();
    }

    ByteBufAllocator alloc() {
        return ByteBufAllocator.DEFAULT;
    }

    long now() {
        return System.nanoTime();
    }

    UpstreamPool pool(Upstream upstream) {
        UpstreamPool found = lastPool;
        if (upstream == last && found != null) {
            return found;
        }
        found = pools.get(upstream);
        if (found == null) {
            found = new UpstreamPool(upstream, this, worker);
            pools.put(upstream, found);
        }
        last = upstream;
        lastPool = found;
        return found;
    }

    void drop(Upstream upstream) {
        pools.remove(upstream);
        if (last == upstream) {
            last = null;
            lastPool = null;
        }
    }

    /** Opens a tunnel to the HBONE port of the upstream's address. */
    void openTunnel(Upstream upstream, TunnelOpened opened) {
        InetSocketAddress application = upstream.key.address();
        SpiffeId expected = Objects.requireNonNull(upstream.key.identity(), "an upstream with HBONE has an identity");
        TunnelTarget target = new TunnelTarget(
                gateway.identity(),
                Set.of(expected),
                new InetSocketAddress(application.getAddress(), gateway.hbonePort()));
        tunnels.open(target, new TunnelRequest(authority(application), gateway.baggage(), null, null), opened);
    }

    static String authority(InetSocketAddress address) {
        String ip = address.getAddress().getHostAddress();
        return (address.getAddress() instanceof Inet6Address ? "[" + ip + "]" : ip) + ":" + address.getPort();
    }
}
