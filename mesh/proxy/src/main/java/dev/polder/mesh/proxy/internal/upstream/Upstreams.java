package dev.polder.mesh.proxy.internal.upstream;

import dev.polder.mesh.config.Cluster;
import dev.polder.mesh.config.Endpoint;
import dev.polder.mesh.config.ServicePort;
import dev.polder.mesh.proxy.internal.telemetry.Metrics;
import dev.polder.mesh.proxy.internal.telemetry.PeerLabels;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * The upstreams of one source. They outlive snapshots: between {@link #begin} and {@link #commit} the targets of a new one
 * are asked for, and what was not asked for is retired. Not thread-safe.
 */
public final class Upstreams {

    private final Source source;
    private final IdentityHashMap<Cluster, ClusterTarget> targets = new IdentityHashMap<>();
    private Map<Upstream.Key, Upstream> current = new HashMap<>();
    private Map<Upstream.Key, Upstream> building = current;

    public Upstreams(Source source) {
        this.source = source;
    }

    /** A new snapshot comes. */
    public void begin() {
        building = new HashMap<>();
        targets.clear();
    }

    /** The snapshot is complete. */
    public void commit() {
        Map<Upstream.Key, Upstream> before = current;
        current = building;
        before.forEach((key, upstream) -> {
            if (!current.containsKey(key)) {
                upstream.retired = true;
            }
        });
    }

    /** The healthy endpoints of a cluster. */
    public ClusterTarget target(Cluster cluster) {
        ClusterTarget known = targets.get(cluster);
        if (known != null) {
            return known;
        }
        List<Endpoint> healthy = cluster.healthy();
        Upstream[] upstreams = new Upstream[healthy.size()];
        int[] weights = new int[upstreams.length];
        for (int i = 0; i < upstreams.length; i++) {
            Endpoint endpoint = healthy.get(i);
            upstreams[i] = upstream(endpoint, cluster);
            weights[i] = endpoint.weight();
        }
        PeerLabels labels = PeerLabels.destination(null, null, cluster);
        ClusterTarget made = new ClusterTarget(
                cluster.name(),
                upstreams,
                weights,
                source.telemetry().metrics().requests(Metrics.Reporter.SOURCE, source.labels(), labels, "http", false));
        targets.put(cluster, made);
        return made;
    }

    private static boolean speaksHttp2(ServicePort.AppProtocol protocol) {
        return protocol == ServicePort.AppProtocol.HTTP2 || protocol == ServicePort.AppProtocol.GRPC;
    }

    private Upstream upstream(Endpoint endpoint, Cluster cluster) {
        String uid = endpoint.workload() == null ? null : endpoint.workload().uid();
        Upstream.Key key = new Upstream.Key(
                new InetSocketAddress(endpoint.address(), endpoint.port()),
                endpoint.protocol(),
                endpoint.identity(),
                uid,
                cluster.service().toString(),
                null,
                speaksHttp2(cluster.port().appProtocol()));
        return building.computeIfAbsent(key, made -> {
            Upstream known = current.get(key);
            if (known != null) {
                return known;
            }
            PeerLabels labels = PeerLabels.destination(endpoint.workload(), endpoint.identity(), cluster);
            boolean mutualTls = endpoint.identity() != null;
            return new Upstream(
                    key,
                    labels,
                    endpoint.workload(),
                    source.telemetry()
                            .metrics()
                            .requests(Metrics.Reporter.SOURCE, source.labels(), labels, "http", mutualTls));
        });
    }
}
