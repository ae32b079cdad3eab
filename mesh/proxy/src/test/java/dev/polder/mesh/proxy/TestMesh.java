package dev.polder.mesh.proxy;

import dev.polder.kernel.model.SpiffeId;
import dev.polder.mesh.config.AuthorizationPolicy;
import dev.polder.mesh.config.Backend;
import dev.polder.mesh.config.Cluster;
import dev.polder.mesh.config.Endpoint;
import dev.polder.mesh.config.Gateway;
import dev.polder.mesh.config.Health;
import dev.polder.mesh.config.HostTable;
import dev.polder.mesh.config.HttpFilter;
import dev.polder.mesh.config.HttpRule;
import dev.polder.mesh.config.Listener;
import dev.polder.mesh.config.ListenerPort;
import dev.polder.mesh.config.MeshSnapshot;
import dev.polder.mesh.config.PathMatch;
import dev.polder.mesh.config.PeerAuthentication;
import dev.polder.mesh.config.PolicySet;
import dev.polder.mesh.config.RouteEntry;
import dev.polder.mesh.config.RouteTable;
import dev.polder.mesh.config.Service;
import dev.polder.mesh.config.ServiceKey;
import dev.polder.mesh.config.ServicePort;
import dev.polder.mesh.config.TunnelProtocol;
import dev.polder.mesh.config.Workload;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Builds snapshots for tests: one gateway with HTTP on 80 and HTTPS on 443, and routes by path prefix. */
final class TestMesh {

    static final int HTTP = 80;
    static final int HTTPS = 443;
    private static final AtomicLong VERSIONS = new AtomicLong();

    private final Map<String, List<RouteEntry>> entries = new LinkedHashMap<>();
    private final Map<String, Workload> workloads = new LinkedHashMap<>();
    private final Map<String, AuthorizationPolicy> policies = new LinkedHashMap<>();
    private final Map<ServiceKey, Service> services = new LinkedHashMap<>();
    private final Map<InetAddress, Service> vips = new LinkedHashMap<>();

    static InetAddress ip(String literal) {
        return InetAddress.ofLiteral(literal);
    }

    static InetSocketAddress loopback(int port) {
        return new InetSocketAddress(ip("127.0.0.1"), port);
    }

    static Endpoint plain(String address, int port) {
        return new Endpoint(null, ip(address), port, TunnelProtocol.NONE, null, Health.HEALTHY, 1);
    }

    static Endpoint tunnelled(Workload workload, int port) {
        return new Endpoint(
                workload,
                workload.addresses().getFirst(),
                port,
                TunnelProtocol.HBONE,
                workload.identity(),
                Health.HEALTHY,
                1);
    }

    static Cluster cluster(String name, Endpoint... endpoints) {
        return cluster(name, ServicePort.AppProtocol.HTTP11, endpoints);
    }

    static Cluster cluster(String name, ServicePort.AppProtocol protocol, Endpoint... endpoints) {
        return new Cluster(
                new ServiceKey("default", name + ".default.svc.cluster.local"),
                new ServicePort("http", 80, 0, protocol),
                List.of(endpoints),
                List.of(endpoints));
    }

    static HttpRule rule(List<HttpFilter> filters, Duration timeout, Backend... backends) {
        int total = 0;
        for (Backend backend : backends) {
            total += backend.weight();
        }
        return new HttpRule(
                "default",
                "route",
                0,
                "",
                filters,
                List.of(backends),
                total,
                new HttpRule.Timeouts(timeout, Duration.ZERO));
    }

    static Backend backend(Cluster cluster) {
        return new Backend(1, cluster, "", List.of());
    }

    TestMesh route(String host, String prefix, HttpRule rule) {
        entries.computeIfAbsent(host, key -> new ArrayList<>())
                .add(new RouteEntry(new PathMatch.Prefix(prefix), null, List.of(), List.of(), rule));
        return this;
    }

    TestMesh route(String host, String prefix, Cluster cluster) {
        return route(host, prefix, rule(List.of(), Duration.ZERO, backend(cluster)));
    }

    TestMesh route(String prefix, Endpoint... endpoints) {
        String name = prefix.equals("/") ? "root" : prefix.substring(1).replace('/', '-');
        return route("*", prefix, cluster(name, endpoints));
    }

    /** A service with port 80. */
    TestMesh service(String name, String vip, Endpoint... endpoints) {
        return service(name, vip, ServicePort.AppProtocol.HTTP11, endpoints);
    }

    TestMesh service(String name, String vip, ServicePort.AppProtocol protocol, Endpoint... endpoints) {
        Cluster cluster = cluster(name, protocol, endpoints);
        Service service = new Service(cluster.service(), name, List.of(ip(vip)), Map.of(80, cluster));
        services.put(service.key(), service);
        vips.put(ip(vip), service);
        return this;
    }

    Workload workload(String name, String address) {
        return workload(name, address, null);
    }

    Workload workload(String name, String address, @Nullable AuthorizationPolicy policy) {
        return workload(name, address, policy, Map.of());
    }

    Workload workload(String name, String address, @Nullable AuthorizationPolicy policy, Map<String, Integer> ports) {
        if (policy != null) {
            policies.put(policy.key(), policy);
        }
        PolicySet set =
                PolicySet.of(PeerAuthentication.STRICT, policy == null ? List.of() : List.of(policy.key()), policies);
        Workload workload = new Workload(
                "Kubernetes//Pod/default/" + name,
                name,
                "default",
                name,
                SpiffeId.DEFAULT_TRUST_DOMAIN,
                List.of(ip(address)),
                "",
                TunnelProtocol.HBONE,
                name,
                "latest",
                name,
                "deployment",
                ports,
                Map.of(),
                Map.of(),
                Health.HEALTHY,
                set);
        workloads.put(workload.uid(), workload);
        return workload;
    }

    MeshSnapshot snapshot() {
        List<RouteTable.HostEntries> hosts = new ArrayList<>();
        entries.forEach((host, list) -> {
            List<RouteEntry> sorted = new ArrayList<>(list);
            hosts.add(new RouteTable.HostEntries(host, sorted));
        });
        RouteTable routes = RouteTable.of(hosts);
        Listener http = new Listener("http", HTTP, Listener.Protocol.HTTP, null, null, 1, routes);
        Listener https = new Listener(
                "https",
                HTTPS,
                Listener.Protocol.HTTPS,
                null,
                new Listener.ListenerTls(Listener.ListenerTls.MESH_CA, List.of("localhost")),
                1,
                routes);
        Gateway gateway =
                new Gateway("default", "gateway", List.of(http, https), Map.of(HTTP, port(http), HTTPS, port(https)));
        Map<InetAddress, Workload> byAddress = new LinkedHashMap<>();
        workloads.values().forEach(workload -> workload.addresses().forEach(a -> byAddress.put(a, workload)));
        return new MeshSnapshot(
                VERSIONS.incrementAndGet(),
                SpiffeId.DEFAULT_TRUST_DOMAIN,
                workloads,
                byAddress,
                services,
                vips,
                List.of(gateway),
                policies);
    }

    private static ListenerPort port(Listener listener) {
        return new ListenerPort(
                listener.port(), listener.protocol(), List.of(listener), HostTable.of(Map.of("*", listener)));
    }
}
