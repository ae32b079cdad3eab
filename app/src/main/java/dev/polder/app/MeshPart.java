package dev.polder.app;

import dev.polder.app.bridge.MeshOutgoing;
import dev.polder.app.bridge.MeshWorkloads;
import dev.polder.app.bridge.WasmInbound;
import dev.polder.app.config.PolderConfig;
import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.WorkloadRef;
import dev.polder.kernel.store.Store;
import dev.polder.mesh.config.MeshCompiler;
import dev.polder.mesh.config.MeshOptions;
import dev.polder.mesh.config.MeshSnapshot;
import dev.polder.mesh.control.CertificateAuthority;
import dev.polder.mesh.control.MeshController;
import dev.polder.mesh.control.SvidIdentitySource;
import dev.polder.mesh.proxy.AccessLogMode;
import dev.polder.mesh.proxy.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The mesh of one process: its trust, controller, and a proxy that is gateway and inbound side at once. */
final class MeshPart implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(MeshPart.class);

    private static final Duration ROUTED_WITHIN = Duration.ofSeconds(5);

    private final MeshController controller;
    private final ExecutorService applying = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "mesh-apply");
        thread.setDaemon(true);
        return thread;
    });

    private final ReentrantLock routing = new ReentrantLock();
    private final Condition routesChanged = routing.newCondition();
    private MeshSnapshot routed;

    final CertificateAuthority authority;
    final SvidIdentitySource identities;
    final Proxy proxy;
    final MeshWorkloads workloads;

    private MeshPart(
            PolderConfig config, Store store, MeshTrust trust, WasmPart wasm, MeshOutgoing outgoing, Clock clock) {
        String trustDomain = config.mesh().trustDomain();
        MeshOptions defaults = MeshOptions.DEFAULT;
        MeshOptions options = new MeshOptions(
                trustDomain,
                MeshWorkloads.SYSTEM_NAMESPACE,
                defaults.clusterDomain(),
                defaults.gatewayClass(),
                defaults.controllerName());
        authority = trust.authority();
        identities = trust.identities();
        routed = MeshSnapshot.empty(trustDomain);
        controller = new MeshController(store.resources(), new MeshCompiler(options, clock), MeshController.DEBOUNCE);
        InetAddress listen = config.listen();
        int http = config.ports().gatewayHttp();
        int https = config.ports().gatewayHttps();
        proxy = Proxy.builder()
                .identities(identities)
                .gatewayIdentity(MeshTrust.gateway(trustDomain))
                .gatewayHttp(new InetSocketAddress(listen, http), http)
                .gatewayHttps(new InetSocketAddress(listen, https), https, trust.serving())
                .hbonePort(config.ports().hbone())
                .accessLog(AccessLogMode.JSON, 1)
                .egressTrust(wasm.authorities()::manager)
                .handOver(config.mesh().sameProcess() == PolderConfig.Mesh.SameProcess.MEMORY)
                .start();
        workloads = new MeshWorkloads(store.resources(), new MeshWorkloads.Attachment() {
            @Override
            public void attach(WorkloadRef workload, String address) {
                proxy.local(parse(address), new WasmInbound(workload, wasm.apps()));
            }

            @Override
            public void detach(WorkloadRef workload, String address) {
                proxy.local(parse(address), null);
                outgoing.forget(workload);
            }

            @Override
            public void awaitRouted(WorkloadRef workload, String address) {
                if (!isRouted(parse(address))) {
                    LOG.warn(
                            "{} at {} is not routed after {} s; it will be when the mesh is compiled",
                            workload,
                            address,
                            ROUTED_WITHIN.toSeconds());
                }
            }
        });
    }

    /** Opens the gateway and declares what is deployed; requests are routed when this returns. */
    static MeshPart start(
            PolderConfig config, Store store, MeshTrust trust, WasmPart wasm, MeshOutgoing outgoing, Clock clock) {
        MeshPart part = new MeshPart(config, store, trust, wasm, outgoing, clock);
        try {
            part.workloads.declareGateway(
                    config.ports().gatewayHttp(), config.ports().gatewayHttps());
            wasm.apps().states().forEach(state -> part.workloads.declare(state.workload()));
            part.controller.start();
            part.apply(part.controller.current());
            part.controller.subscribe(part::applyLater);
            outgoing.through(part.proxy);
            return part;
        } catch (RuntimeException e) {
            part.close();
            throw e;
        }
    }

    private void applyLater(MeshSnapshot snapshot) {
        applying.execute(() -> apply(snapshot));
    }

    private void apply(MeshSnapshot snapshot) {
        proxy.apply(snapshot);
        routing.lock();
        try {
            routed = snapshot;
            routesChanged.signalAll();
        } finally {
            routing.unlock();
        }
    }

    /** Waits until the proxy knows a workload at this address, and for {@link #ROUTED_WITHIN} at most. */
    private boolean isRouted(InetAddress address) {
        routing.lock();
        try {
            long left = ROUTED_WITHIN.toNanos();
            while (routed.workloadAt(address) == null && left > 0) {
                left = routesChanged.awaitNanos(left);
            }
            return routed.workloadAt(address) != null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            routing.unlock();
        }
    }

    /** The mesh as it is routed now. */
    MeshSnapshot snapshot() {
        return controller.current();
    }

    private static InetAddress parse(String address) {
        try {
            return InetAddress.ofLiteral(address);
        } catch (IllegalArgumentException e) {
            throw Problem.invalid("workload address: \"" + address + "\" (expected: an IP address)");
        }
    }

    @Override
    public void close() {
        controller.close();
        applying.shutdown();
        proxy.close();
    }
}
