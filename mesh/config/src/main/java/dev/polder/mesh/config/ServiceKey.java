package dev.polder.mesh.config;

/**
 * A service by namespace and host name, the resource name of Istio's Workload API: {@code namespace/hostname}.
 *
 * @param hostname fully qualified, such as {@code shop.default.svc.cluster.local}
 */
public record ServiceKey(String namespace, String hostname) implements Comparable<ServiceKey> {

    @Override
    public int compareTo(ServiceKey other) {
        int byNamespace = namespace.compareTo(other.namespace);
        return byNamespace != 0 ? byNamespace : hostname.compareTo(other.hostname);
    }

    @Override
    public String toString() {
        return namespace + "/" + hostname;
    }
}
