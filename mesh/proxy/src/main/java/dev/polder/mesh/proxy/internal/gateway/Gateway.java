package dev.polder.mesh.proxy.internal.gateway;

import dev.polder.kernel.model.SpiffeId;
import dev.polder.kernel.model.WorkloadRef;
import dev.polder.mesh.config.Cluster;
import dev.polder.mesh.config.Endpoint;
import dev.polder.mesh.config.MeshSnapshot;
import dev.polder.mesh.proxy.internal.hbone.TunnelPool;
import dev.polder.mesh.proxy.internal.http.Worker;
import dev.polder.mesh.proxy.internal.telemetry.Metrics;
import dev.polder.mesh.proxy.internal.telemetry.PeerLabels;
import dev.polder.mesh.proxy.internal.telemetry.RequestSeries;
import dev.polder.mesh.proxy.internal.telemetry.Telemetry;
import dev.polder.mesh.proxy.internal.transport.MeshTls;
import dev.polder.mesh.proxy.internal.transport.Transport;
import io.netty.channel.EventLoop;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** The routing half of the proxy: the current snapshot, compiled, and the upstreams behind it. */
public final class Gateway implements Routing.Parts {

    private final Transport transport;
    private final Telemetry telemetry;
    private final SpiffeId identity;
    private final WorkloadRef self;
    private final int hbonePort;
    private final String baggage;
    private final PeerLabels sourceLabels;
    private final RequestSeries unrouted;
    private final IdentityHashMap<EventLoop, GatewayWorker> workers = new IdentityHashMap<>();

    private Map<Upstream.Key, Upstream> upstreams = new HashMap<>();
    private Map<Upstream.Key, Upstream> building = new HashMap<>();
    private volatile Routing routing;

    public Gateway(
            Transport transport,
            MeshTls tls,
            Telemetry telemetry,
            SpiffeId identity,
            int hbonePort,
            List<Worker> loops) {
        this.transport = transport;
        this.telemetry = telemetry;
        this.identity = identity;
        this.self = new WorkloadRef(identity.namespace(), identity.serviceAccount());
        this.hbonePort = hbonePort;
        this.baggage = "k8s.cluster.name=Kubernetes,k8s.namespace.name=" + identity.namespace()
                + ",k8s.deployment.name=" + identity.serviceAccount() + ",service.name=" + identity.serviceAccount()
                + ",service.version=latest";
        this.sourceLabels = PeerLabels.source(null, identity);
        this.unrouted = telemetry
                .metrics()
                .requests(
                        Metrics.Reporter.SOURCE, sourceLabels, PeerLabels.destination(null, null, null), "http", false);
        this.routing = new Routing(MeshSnapshot.empty(identity.trustDomain()), this);
        for (Worker worker : loops) {
            TunnelPool tunnels = new TunnelPool(worker.loop(), transport, tls, worker.sweep());
            workers.put(worker.loop(), new GatewayWorker(this, worker, tunnels));
        }
    }

    /** Takes a new snapshot: compiled here, on the caller's thread, then swapped by one write. */
    public synchronized void apply(MeshSnapshot snapshot) {
        building = new HashMap<>();
        Routing compiled = new Routing(snapshot, this);
        Map<Upstream.Key, Upstream> before = upstreams;
        upstreams = building;
        routing = compiled;
        before.forEach((key, upstream) -> {
            if (!upstreams.containsKey(key)) {
                upstream.retired = true;
            }
        });
    }

    @Override
    public Upstream upstream(Upstream.Key key, Endpoint endpoint, Cluster cluster) {
        return building.computeIfAbsent(key, made -> {
            Upstream known = upstreams.get(key);
            if (known != null) {
                return known;
            }
            PeerLabels labels = PeerLabels.destination(endpoint.workload(), endpoint.identity(), cluster);
            boolean mutualTls = endpoint.identity() != null;
            return new Upstream(
                    key,
                    labels,
                    endpoint.workload(),
                    telemetry.metrics().requests(Metrics.Reporter.SOURCE, sourceLabels, labels, "http", mutualTls));
        });
    }

    @Override
    public ClusterTarget target(Cluster cluster, Upstream[] all, int[] weights) {
        PeerLabels labels = PeerLabels.destination(null, null, cluster);
        return new ClusterTarget(
                cluster.name(),
                all,
                weights,
                telemetry.metrics().requests(Metrics.Reporter.SOURCE, sourceLabels, labels, "http", false));
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

    Transport transport() {
        return transport;
    }

    Telemetry telemetry() {
        return telemetry;
    }

    SpiffeId identity() {
        return identity;
    }

    WorkloadRef self() {
        return self;
    }

    int hbonePort() {
        return hbonePort;
    }

    String baggage() {
        return baggage;
    }

    PeerLabels sourceLabels() {
        return sourceLabels;
    }

    RequestSeries unrouted() {
        return unrouted;
    }
}
