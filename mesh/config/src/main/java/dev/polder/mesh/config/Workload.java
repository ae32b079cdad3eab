package dev.polder.mesh.config;

import dev.polder.kernel.model.SpiffeId;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;

/**
 * One running instance that has an identity and at least one address.
 *
 * <p>The fields are those of Istio's Workload API ({@code istio.workload.Workload}) that the proxy decides or reports by.
 *
 * @param uid unique in the mesh: {@code CLUSTER/networking.istio.io/WorkloadEntry/NAMESPACE/NAME} and the like
 * @param addresses where it listens; the first one is preferred
 * @param node the machine it runs on, or {@code ""}
 * @param tunnelProtocol how a peer in the mesh reaches it
 * @param canonicalName Istio's canonical service name
 * @param canonicalRevision Istio's canonical revision, {@code latest} when unset
 * @param workloadName the name that groups replicas
 * @param workloadType {@code deployment}, {@code pod}, {@code job} or {@code cronjob}
 * @param ports its named ports
 * @param services every service port it backs, to its own port
 * @param policies what an inbound connection is judged by
 */
public record Workload(
        String uid,
        String name,
        String namespace,
        String serviceAccount,
        String trustDomain,
        List<InetAddress> addresses,
        String node,
        TunnelProtocol tunnelProtocol,
        String canonicalName,
        String canonicalRevision,
        String workloadName,
        String workloadType,
        Map<String, Integer> ports,
        Map<String, String> labels,
        Map<ServiceKey, Map<Integer, Integer>> services,
        Health status,
        PolicySet policies) {

    public Workload {
        addresses = List.copyOf(addresses);
        ports = Map.copyOf(ports);
        labels = Map.copyOf(labels);
        services = Map.copyOf(services);
    }

    /** The identity it presents, and a peer must expect. */
    public SpiffeId identity() {
        return new SpiffeId(trustDomain, namespace, serviceAccount);
    }

    /** The same workload, backing these service ports. */
    public Workload with(Map<ServiceKey, Map<Integer, Integer>> newServices) {
        return new Workload(
                uid,
                name,
                namespace,
                serviceAccount,
                trustDomain,
                addresses,
                node,
                tunnelProtocol,
                canonicalName,
                canonicalRevision,
                workloadName,
                workloadType,
                ports,
                labels,
                newServices,
                status,
                policies);
    }
}
