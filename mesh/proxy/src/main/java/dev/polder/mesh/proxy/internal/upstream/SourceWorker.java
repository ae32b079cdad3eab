package dev.polder.mesh.proxy.internal.upstream;

import dev.polder.kernel.model.SpiffeId;
import dev.polder.mesh.proxy.internal.hbone.TunnelOpened;
import dev.polder.mesh.proxy.internal.hbone.TunnelPool;
import dev.polder.mesh.proxy.internal.hbone.TunnelRequest;
import dev.polder.mesh.proxy.internal.hbone.TunnelTarget;
import dev.polder.mesh.proxy.internal.http.HttpLimits;
import dev.polder.mesh.proxy.internal.http.Worker;
import dev.polder.mesh.proxy.internal.telemetry.PeerLabels;
import dev.polder.mesh.proxy.internal.telemetry.RequestSeries;
import dev.polder.mesh.proxy.internal.transport.EgressTls;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What one event loop keeps for one source: its pools of connections to upstreams. */
public final class SourceWorker {

    private final Source source;
    private final Worker worker;
    private final TunnelPool tunnels;
    private final HttpLimits limits;
    private final @Nullable EgressTls egressTls;
    private final IdentityHashMap<Upstream, UpstreamPool> pools = new IdentityHashMap<>();
    private final Map<Upstream.Key, Upstream> outside = new HashMap<>();
    private @Nullable Upstream last;
    private @Nullable UpstreamPool lastPool;

    /**
     * @param tunnels may be shared with other sources
     * @param limits of responses
     * @param egressTls for upstreams with a TLS name; null when there are none
     */
    public SourceWorker(
            Source source, Worker worker, TunnelPool tunnels, HttpLimits limits, @Nullable EgressTls egressTls) {
        this.source = source;
        this.worker = worker;
        this.tunnels = tunnels;
        this.limits = limits;
        this.egressTls = egressTls;
    }

    public Worker worker() {
        return worker;
    }

    Source source() {
        return source;
    }

    HttpLimits limits() {
        return limits;
    }

    EgressTls egressTls() {
        return Objects.requireNonNull(egressTls, "a source without TLS to the outside");
    }

    /** The connections to an upstream. */
    public UpstreamPool pool(Upstream upstream) {
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

    /** A place that no snapshot knows. */
    public Upstream outside(Upstream.Key key, PeerLabels labels, RequestSeries series) {
        return outside.computeIfAbsent(key, made -> new Upstream(key, labels, null, series));
    }

    /** Closes resting connections, and those under way once they rest. */
    public void drain() {
        pools.values().forEach(UpstreamPool::drain);
    }

    void drop(Upstream upstream) {
        pools.remove(upstream);
        outside.remove(upstream.key);
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
                source.identity(),
                Set.of(expected),
                new InetSocketAddress(application.getAddress(), source.hbonePort()));
        tunnels.open(
                target, new TunnelRequest(TunnelRequest.authority(application), source.baggage(), null, null), opened);
    }
}
