package dev.polder.mesh.config;

import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Everything a proxy decides by, compiled and immutable: a proxy holds one reference and swaps it whole.
 *
 * <p>All maps and lists are immutable; every method is free of locks and, where it says so, of allocation.
 *
 * @param version grows with every compilation
 * @param trustDomain the mesh's own trust domain
 * @param workloads by {@link Workload#uid()}
 * @param workloadsByAddress every address of every workload
 * @param services by namespace and host name
 * @param servicesByVip every virtual address of every service
 * @param gateways in order of namespace and name
 * @param policies every compiled AuthorizationPolicy, by {@code namespace/name}
 */
public record MeshSnapshot(
        long version,
        String trustDomain,
        Map<String, Workload> workloads,
        Map<InetAddress, Workload> workloadsByAddress,
        Map<ServiceKey, Service> services,
        Map<InetAddress, Service> servicesByVip,
        List<Gateway> gateways,
        Map<String, AuthorizationPolicy> policies) {

    public MeshSnapshot {
        workloads = Map.copyOf(workloads);
        workloadsByAddress = Map.copyOf(workloadsByAddress);
        services = Map.copyOf(services);
        servicesByVip = Map.copyOf(servicesByVip);
        gateways = List.copyOf(gateways);
        policies = Map.copyOf(policies);
    }

    /** A mesh without anything: what a proxy starts with. */
    public static MeshSnapshot empty(String trustDomain) {
        return new MeshSnapshot(0, trustDomain, Map.of(), Map.of(), Map.of(), Map.of(), List.of(), Map.of());
    }

    /** The workload that owns an address, or null. No allocation. */
    public @Nullable Workload workloadAt(InetAddress address) {
        return workloadsByAddress.get(address);
    }

    /** The service behind a virtual address, or null. No allocation. */
    public @Nullable Service serviceAt(InetAddress vip) {
        return servicesByVip.get(vip);
    }

    /** A gateway by name. */
    public Optional<Gateway> gateway(String namespace, String name) {
        return gateways.stream()
                .filter(gateway ->
                        gateway.namespace().equals(namespace) && gateway.name().equals(name))
                .findFirst();
    }
}
