package dev.polder.mesh.proxy.internal.upstream;

import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.SpiffeId;
import dev.polder.kernel.model.WorkloadRef;
import dev.polder.mesh.config.TunnelProtocol;
import dev.polder.mesh.config.Workload;
import dev.polder.mesh.proxy.internal.telemetry.PeerLabels;
import dev.polder.mesh.proxy.internal.telemetry.RequestSeries;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * One place requests are sent to, the same object over snapshots as long as its key stays: so connections to it live on
 * when routes change.
 */
public final class Upstream {

    /**
     * What makes two endpoints the same place.
     *
     * @param workload uid of the workload: an address that is reused by another one is another place
     * @param service {@code namespace/host}; for a place outside the mesh its host and port
     * @param tlsName with TLS that is not the mesh's: the name the server must prove; else null
     * @param http2 whether HTTP/2 is spoken without asking for it; with a TLS name it is asked for in the handshake
     */
    public record Key(
            InetSocketAddress address,
            TunnelProtocol protocol,
            @Nullable SpiffeId identity,
            @Nullable String workload,
            String service,
            @Nullable String tlsName,
            boolean http2) {}

    public final Key key;
    public final PeerLabels labels;
    public final @Nullable WorkloadRef workload;
    public final RequestSeries series;

    /** Set when no snapshot has it any more: resting connections are then closed. */
    public volatile boolean retired;

    public Upstream(Key key, PeerLabels labels, @Nullable Workload workload, RequestSeries series) {
        this.key = key;
        this.labels = labels;
        this.workload = workload == null
                ? service(key.service)
                : new WorkloadRef(workload.namespace(), workload.workloadName());
        this.series = series;
    }

    /** Traffic to a plain upstream is kept under its service: {@code namespace/first label of the host}. */
    private static @Nullable WorkloadRef service(String key) {
        int slash = key.indexOf('/');
        if (slash < 0) {
            return null;
        }
        int dot = key.indexOf('.', slash);
        try {
            return new WorkloadRef(
                    key.substring(0, slash), dot < 0 ? key.substring(slash + 1) : key.substring(slash + 1, dot));
        } catch (Problem e) {
            return null;
        }
    }

    public boolean tunnelled() {
        return key.protocol == TunnelProtocol.HBONE;
    }

    /** Whether no snapshot has it, so that it lives only as long as its connections. */
    public boolean outside() {
        return key.service.indexOf('/') < 0;
    }
}
