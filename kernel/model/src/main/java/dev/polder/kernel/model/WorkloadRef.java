package dev.polder.kernel.model;

/**
 * A workload by namespace and name: what a deployed component runs as.
 *
 * <p>Its service account has the same name, so its identity is {@code spiffe://TD/ns/NAMESPACE/sa/NAME}.
 */
public record WorkloadRef(String namespace, String name) implements Comparable<WorkloadRef> {

    public WorkloadRef {
        ResourceKey.requireName(namespace, "workload namespace");
        ResourceKey.requireName(name, "workload name");
    }

    /** The identity of this workload within a trust domain. */
    public SpiffeId spiffeId(String trustDomain) {
        return new SpiffeId(trustDomain, namespace, name);
    }

    @Override
    public int compareTo(WorkloadRef other) {
        int byNamespace = namespace.compareTo(other.namespace);
        return byNamespace != 0 ? byNamespace : name.compareTo(other.name);
    }

    @Override
    public String toString() {
        return namespace + "/" + name;
    }
}
