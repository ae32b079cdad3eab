package dev.polder.mesh.proxy.internal.telemetry;

import dev.polder.kernel.model.SpiffeId;
import dev.polder.mesh.config.Cluster;
import dev.polder.mesh.config.Workload;
import org.jspecify.annotations.Nullable;

/** One side of Istio's metric labels, written once: {@code unknown} where nothing is known. */
public record PeerLabels(String workload, String namespace, String principal, String text) {

    private static final String UNKNOWN = "unknown";
    private static final String CLUSTER = "Kubernetes";

    /** A source known by its workload, or only by its identity, or not at all. */
    public static PeerLabels source(@Nullable Workload workload, @Nullable SpiffeId identity) {
        String name =
                workload != null ? workload.workloadName() : identity == null ? UNKNOWN : identity.serviceAccount();
        String namespace = workload != null ? workload.namespace() : identity == null ? UNKNOWN : identity.namespace();
        String principal = identity == null ? UNKNOWN : identity.toString();
        String canonical = workload == null ? name : workload.canonicalName();
        String revision = workload == null ? "latest" : workload.canonicalRevision();
        return new PeerLabels(
                name, namespace, principal, side("source", name, namespace, principal, canonical, revision));
    }

    /** A destination workload, and the service it was reached by if any. */
    public static PeerLabels destination(
            @Nullable Workload workload, @Nullable SpiffeId identity, @Nullable Cluster cluster) {
        String name = workload == null ? UNKNOWN : workload.workloadName();
        String namespace = workload != null
                ? workload.namespace()
                : cluster == null ? UNKNOWN : cluster.service().namespace();
        String principal = identity == null ? UNKNOWN : identity.toString();
        String canonical = workload == null ? UNKNOWN : workload.canonicalName();
        String revision = workload == null ? UNKNOWN : workload.canonicalRevision();
        String host = cluster == null ? UNKNOWN : cluster.service().hostname();
        int dot = host.indexOf('.');
        String text = side("destination", name, namespace, principal, canonical, revision)
                + label("destination_service", host)
                + label("destination_service_name", dot < 0 ? host : host.substring(0, dot))
                + label(
                        "destination_service_namespace",
                        cluster == null ? namespace : cluster.service().namespace());
        return new PeerLabels(name, namespace, principal, text);
    }

    private static String side(
            String side, String name, String namespace, String principal, String canonical, String revision) {
        return label(side + "_workload", name)
                + label(side + "_workload_namespace", namespace)
                + label(side + "_principal", principal)
                + label(side + "_app", canonical)
                + label(side + "_version", revision)
                + label(side + "_canonical_service", canonical)
                + label(side + "_canonical_revision", revision)
                + label(side + "_cluster", CLUSTER);
    }

    static String label(String name, String value) {
        return name + "=\"" + value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + "\",";
    }
}
