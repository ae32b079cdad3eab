package dev.polder.mesh.proxy.internal.client;

import dev.polder.mesh.config.Cluster;
import dev.polder.mesh.config.Service;
import dev.polder.mesh.config.ServiceKey;
import dev.polder.mesh.proxy.ClientExchange;
import dev.polder.mesh.proxy.ClientLimits;
import dev.polder.mesh.proxy.ClientRequest;
import dev.polder.mesh.proxy.EgressPolicy;
import dev.polder.mesh.proxy.MeshClient;
import dev.polder.mesh.proxy.ResponseListener;
import dev.polder.mesh.proxy.internal.http.HttpLimits;
import dev.polder.mesh.proxy.internal.telemetry.Metrics;
import dev.polder.mesh.proxy.internal.telemetry.PeerLabels;
import dev.polder.mesh.proxy.internal.telemetry.RequestSeries;
import dev.polder.mesh.proxy.internal.transport.EgressTls;
import dev.polder.mesh.proxy.internal.upstream.ClusterTarget;
import dev.polder.mesh.proxy.internal.upstream.Source;
import dev.polder.mesh.proxy.internal.upstream.SourceWorker;
import dev.polder.mesh.proxy.internal.upstream.Upstreams;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One workload as a client. Its calls are spread over the event loops in turn; a call stays on its loop.
 *
 * <p>Clusters are compiled when they are first called, and again with each snapshot.
 */
final class Caller implements MeshClient {

    /** A service port. */
    private record Port(ServiceKey service, int port) {}

    private final Clients clients;
    private final Source source;
    private final ClientLimits limits;
    private final EgressPolicy egress;
    private final List<CallerLoop> loops = new ArrayList<>();
    private final AtomicInteger active = new AtomicInteger();
    private final AtomicInteger turn = new AtomicInteger();
    private final AtomicLong count = new AtomicLong();
    private final RequestSeries unresolved;
    private final PeerLabels outsideLabels = PeerLabels.destination(null, null, null);
    private final RequestSeries outside;
    private final Upstreams upstreams;
    private volatile Map<Port, ClusterTarget> used = new ConcurrentHashMap<>();
    private volatile MeshNames names;
    private volatile boolean closed;

    Caller(
            Clients clients,
            Source source,
            ClientLimits limits,
            EgressPolicy egress,
            EgressTls egressTls,
            List<Clients.Loop> shared,
            MeshNames names) {
        this.clients = clients;
        this.source = source;
        this.limits = limits;
        this.egress = egress;
        this.names = names;
        this.upstreams = new Upstreams(source);
        this.unresolved = series();
        this.outside = series();
        HttpLimits http =
                new HttpLimits(limits.headBytes(), HttpLimits.DEFAULT.targetBytes(), HttpLimits.DEFAULT.headerLines());
        for (Clients.Loop loop : shared) {
            SourceWorker pools = new SourceWorker(source, loop.worker(), loop.tunnels(), http, egressTls);
            loops.add(new CallerLoop(loop.worker(), pools));
        }
    }

    /** Hosts that are no service are counted together: their names are the caller's to choose, and memory is ours. */
    private RequestSeries series() {
        return source.telemetry()
                .metrics()
                .requests(
                        Metrics.Reporter.SOURCE,
                        source.labels(),
                        PeerLabels.destination(null, null, null),
                        "http",
                        false);
    }

    @Override
    public ClientExchange send(ClientRequest request, ResponseListener listener) {
        return send(request, egress, listener);
    }

    @Override
    public ClientExchange send(ClientRequest request, EgressPolicy policy, ResponseListener listener) {
        CallerLoop loop = loops.get(Math.floorMod(turn.getAndIncrement(), loops.size()));
        boolean room = active.incrementAndGet() <= limits.requests();
        ClientCall call = new ClientCall(this, loop, request, policy, listener);
        loop.start(call, room);
        return call;
    }

    @Override
    public int active() {
        return active.get();
    }

    /** A service of the mesh by name, or null. */
    @Nullable
    Service service(String host) {
        return names.find(host, source.identity().namespace());
    }

    /** Where requests to a service's port go; null when it has no such port. Takes a lock the first time only. */
    @Nullable
    ClusterTarget target(Service service, int port) {
        Port key = new Port(service.key(), port);
        ClusterTarget known = used.get(key);
        return known != null ? known : compile(key);
    }

    /** By the snapshot of now, which may be newer than the one the service was found in. */
    private synchronized @Nullable ClusterTarget compile(Port key) {
        Cluster cluster = cluster(names, key);
        return cluster == null ? null : used.computeIfAbsent(key, made -> upstreams.target(cluster));
    }

    private static @Nullable Cluster cluster(MeshNames in, Port key) {
        Service service = in.snapshot().services().get(key.service);
        return service == null ? null : service.cluster(key.port);
    }

    /** A new snapshot: what was called so far is compiled anew, the rest when it is called. */
    synchronized void apply(MeshNames next) {
        names = next;
        Map<Port, ClusterTarget> kept = new ConcurrentHashMap<>();
        upstreams.begin();
        used.keySet().forEach(port -> {
            Cluster cluster = cluster(next, port);
            if (cluster != null) {
                kept.put(port, upstreams.target(cluster));
            }
        });
        upstreams.commit();
        used = kept;
    }

    void ended() {
        active.decrementAndGet();
    }

    Source source() {
        return source;
    }

    ClientLimits limits() {
        return limits;
    }

    RequestSeries unresolved() {
        return unresolved;
    }

    PeerLabels outsideLabels() {
        return outsideLabels;
    }

    RequestSeries outside() {
        return outside;
    }

    boolean isServedHere(InetAddress address) {
        return clients.isServedHere(address);
    }

    long count() {
        return count.getAndIncrement();
    }

    boolean isClosed() {
        return closed;
    }

    @Override
    public void close() {
        closed = true;
        loops.forEach(CallerLoop::close);
        clients.closed(this);
    }
}
