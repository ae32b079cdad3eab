package dev.polder.mesh.proxy.internal.gateway;

import dev.polder.kernel.model.WorkloadRef;
import dev.polder.mesh.config.MeshSnapshot;
import dev.polder.mesh.proxy.internal.hbone.TunnelPool;
import dev.polder.mesh.proxy.internal.http.HttpLimits;
import dev.polder.mesh.proxy.internal.http.Worker;
import dev.polder.mesh.proxy.internal.telemetry.Metrics;
import dev.polder.mesh.proxy.internal.telemetry.PeerLabels;
import dev.polder.mesh.proxy.internal.telemetry.RequestSeries;
import dev.polder.mesh.proxy.internal.telemetry.Telemetry;
import dev.polder.mesh.proxy.internal.transport.MeshTls;
import dev.polder.mesh.proxy.internal.upstream.Source;
import dev.polder.mesh.proxy.internal.upstream.SourceWorker;
import dev.polder.mesh.proxy.internal.upstream.Upstreams;
import io.netty.channel.EventLoop;
import java.util.IdentityHashMap;
import java.util.List;

/** The routing half of the proxy: the current snapshot, compiled, and the upstreams behind it. */
public final class Gateway {

    private final Source source;
    private final Upstreams upstreams;
    private final RequestSeries unrouted;
    private final IdentityHashMap<EventLoop, GatewayWorker> workers = new IdentityHashMap<>();
    private volatile Routing routing;

    public Gateway(MeshTls tls, Source source, List<Worker> loops) {
        this.source = source;
        this.upstreams = new Upstreams(source);
        this.unrouted = source.telemetry()
                .metrics()
                .requests(
                        Metrics.Reporter.SOURCE,
                        source.labels(),
                        PeerLabels.destination(null, null, null),
                        "http",
                        false);
        this.routing = new Routing(MeshSnapshot.empty(source.identity().trustDomain()), upstreams);
        for (Worker worker : loops) {
            TunnelPool tunnels =
                    new TunnelPool(worker.loop(), source.transport(), tls, worker.sweep(), source.sameProcess());
            SourceWorker pools = new SourceWorker(source, worker, tunnels, HttpLimits.DEFAULT, null);
            workers.put(worker.loop(), new GatewayWorker(this, pools));
        }
    }

    /** Takes a new snapshot: compiled here, on the caller's thread, then swapped by one write. */
    public synchronized void apply(MeshSnapshot snapshot) {
        upstreams.begin();
        Routing compiled = new Routing(snapshot, upstreams);
        routing = compiled;
        upstreams.commit();
    }

    Routing routing() {
        return routing;
    }

    GatewayWorker worker(EventLoop loop) {
        GatewayWorker worker = workers.get(loop);
        if (worker == null) {
            throw new IllegalStateException("event loop of another proxy: " + loop);
        }
        return worker;
    }

    Telemetry telemetry() {
        return source.telemetry();
    }

    WorkloadRef self() {
        return source.self();
    }

    RequestSeries unrouted() {
        return unrouted;
    }
}
