package dev.polder.mesh.proxy.internal.client;

import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.SpiffeId;
import dev.polder.mesh.config.MeshSnapshot;
import dev.polder.mesh.config.Workload;
import dev.polder.mesh.proxy.ClientLimits;
import dev.polder.mesh.proxy.EgressPolicy;
import dev.polder.mesh.proxy.EgressTrust;
import dev.polder.mesh.proxy.MeshClient;
import dev.polder.mesh.proxy.internal.hbone.SameProcess;
import dev.polder.mesh.proxy.internal.hbone.TunnelPool;
import dev.polder.mesh.proxy.internal.http.Worker;
import dev.polder.mesh.proxy.internal.telemetry.Telemetry;
import dev.polder.mesh.proxy.internal.transport.EgressTls;
import dev.polder.mesh.proxy.internal.transport.MeshTls;
import dev.polder.mesh.proxy.internal.transport.Transport;
import dev.polder.mesh.proxy.internal.upstream.Source;
import java.net.InetAddress;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The sending half of the workloads in this process: one {@link Caller} each, over tunnels that all share. */
public final class Clients implements AutoCloseable {

    /** What one event loop has for all callers. */
    record Loop(Worker worker, TunnelPool tunnels) {}

    private final Transport transport;
    private final MeshTls tls;
    private final Telemetry telemetry;
    private final int hbonePort;
    private final List<X509Certificate> roots;
    private final EgressTrust trust;
    private final Predicate<InetAddress> servedHere;
    private final SameProcess sameProcess;
    private final List<Loop> loops = new ArrayList<>();
    private final Set<Caller> callers = ConcurrentHashMap.newKeySet();
    private MeshNames names;
    private @Nullable EgressTls egressTls;

    /**
     * @param trustDomain of the mesh
     * @param roots trusted outside the mesh besides the runtime's own
     * @param trust who alone vouches for certain hosts there
     * @param servedHere addresses whose requests this process counts where they arrive
     * @param sameProcess the shorter ways to workloads of this process
     */
    public Clients(
            Transport transport,
            MeshTls tls,
            Telemetry telemetry,
            int hbonePort,
            String trustDomain,
            List<X509Certificate> roots,
            EgressTrust trust,
            Predicate<InetAddress> servedHere,
            SameProcess sameProcess,
            List<Worker> workers) {
        this.transport = transport;
        this.tls = tls;
        this.telemetry = telemetry;
        this.hbonePort = hbonePort;
        this.roots = roots;
        this.trust = trust;
        this.servedHere = servedHere;
        this.sameProcess = sameProcess;
        this.names = new MeshNames(MeshSnapshot.empty(trustDomain));
        for (Worker worker : workers) {
            loops.add(new Loop(worker, new TunnelPool(worker.loop(), transport, tls, worker.sweep(), sameProcess)));
        }
    }

    /** Takes a new snapshot. */
    public synchronized void apply(MeshSnapshot snapshot) {
        names = new MeshNames(snapshot);
        callers.forEach(caller -> caller.apply(names));
    }

    /**
     * A client for one workload; may block for its certificate.
     *
     * @throws Problem when there is no certificate for it
     */
    public synchronized MeshClient open(SpiffeId identity, ClientLimits limits, EgressPolicy egress) {
        tls.prepare(identity);
        EgressTls outside = egressTls;
        if (outside == null) {
            outside = new EgressTls(roots, trust);
            egressTls = outside;
        }
        Workload workload = names.snapshot().workloads().values().stream()
                .filter(each -> each.identity().equals(identity))
                .findFirst()
                .orElse(null);
        Source source = Source.of(transport, telemetry, identity, workload, hbonePort, sameProcess);
        Caller caller = new Caller(this, source, limits, egress, outside, loops, names);
        callers.add(caller);
        return caller;
    }

    boolean isServedHere(InetAddress address) {
        return servedHere.test(address);
    }

    void closed(Caller caller) {
        callers.remove(caller);
    }

    /** Cancels everything; the event loops must still run. */
    @Override
    public void close() {
        callers.forEach(Caller::close);
    }

    /** Frees what connections needed; after they are gone. */
    public synchronized void release() {
        if (egressTls != null) {
            egressTls.close();
            egressTls = null;
        }
    }
}
