package dev.polder.mesh.proxy.internal.upstream;

import dev.polder.kernel.model.SpiffeId;
import dev.polder.kernel.model.WorkloadRef;
import dev.polder.mesh.config.Workload;
import dev.polder.mesh.proxy.internal.hbone.SameProcess;
import dev.polder.mesh.proxy.internal.telemetry.PeerLabels;
import dev.polder.mesh.proxy.internal.telemetry.Telemetry;
import dev.polder.mesh.proxy.internal.transport.Transport;
import org.jspecify.annotations.Nullable;

/**
 * On whose behalf requests are sent.
 *
 * @param identity whose certificate is shown
 * @param self the same as a workload, for traffic figures
 * @param hbonePort of all workloads
 * @param baggage what a CONNECT says of the source, in ztunnel's keys
 * @param labels the source's side of Istio's metric labels
 * @param sameProcess the shorter ways to workloads of this process
 */
public record Source(
        Transport transport,
        Telemetry telemetry,
        SpiffeId identity,
        WorkloadRef self,
        int hbonePort,
        String baggage,
        PeerLabels labels,
        SameProcess sameProcess) {

    /**
     * @param workload what is known of it besides its identity, or null
     */
    public static Source of(
            Transport transport,
            Telemetry telemetry,
            SpiffeId identity,
            @Nullable Workload workload,
            int hbonePort,
            SameProcess sameProcess) {
        String baggage = "k8s.cluster.name=Kubernetes,k8s.namespace.name=" + identity.namespace()
                + ",k8s.deployment.name=" + identity.serviceAccount() + ",service.name=" + identity.serviceAccount()
                + ",service.version=latest";
        return new Source(
                transport,
                telemetry,
                identity,
                new WorkloadRef(identity.namespace(), identity.serviceAccount()),
                hbonePort,
                baggage,
                PeerLabels.source(workload, identity),
                sameProcess);
    }
}
