package dev.polder.app;

import dev.polder.app.bridge.MeshOutgoing;
import dev.polder.app.bridge.MeshWorkloads;
import dev.polder.app.bridge.WasmInbound;
import dev.polder.app.config.PolderConfig;
import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.SpiffeId;
import dev.polder.kernel.model.WorkloadRef;
import dev.polder.kernel.store.Store;
import dev.polder.mesh.config.MeshCompiler;
import dev.polder.mesh.config.MeshOptions;
import dev.polder.mesh.config.MeshSnapshot;
import dev.polder.mesh.config.ServingCertificateSource;
import dev.polder.mesh.control.CertificateAuthority;
import dev.polder.mesh.control.GivenServingCertificate;
import dev.polder.mesh.control.MeshController;
import dev.polder.mesh.control.RenewalScheduler;
import dev.polder.mesh.control.ServingCertificates;
import dev.polder.mesh.control.SvidIdentitySource;
import dev.polder.mesh.proxy.AccessLogMode;
import dev.polder.mesh.proxy.Proxy;
import dev.polder.wasm.service.WasmApps;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The mesh of one process: authority, identities, controller, and a proxy that is gateway and inbound side at once. */
final class MeshPart implements AutoCloseable {

    private static final Duration RENEWAL_LOOK = Duration.ofMinutes(1);

    private final RenewalScheduler renewals;
    private final MeshController controller;
    private final ExecutorService applying = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "mesh-apply");
        thread.setDaemon(true);
        return thread;
    });

    final CertificateAuthority authority;
    final SvidIdentitySource identities;
    final Proxy proxy;
    final MeshWorkloads workloads;

    private MeshPart(PolderConfig config, Store store, WasmApps apps, MeshOutgoing outgoing, Clock clock) {
        String trustDomain = config.mesh().trustDomain();
        MeshOptions defaults = MeshOptions.DEFAULT;
        MeshOptions options = new MeshOptions(
                trustDomain,
                MeshWorkloads.SYSTEM_NAMESPACE,
                defaults.clusterDomain(),
                defaults.gatewayClass(),
                defaults.controllerName());
        Duration life = Duration.ofHours(config.mesh().svidHours());
        authority = CertificateAuthority.open(store.dataDir().resolve("ca"), trustDomain, clock);
        identities = new SvidIdentitySource(authority, life, clock);
        renewals = new RenewalScheduler(RENEWAL_LOOK);
        renewals.add(identities);
        ServingCertificateSource serving = serving(config.mesh().tls(), life, clock);
        controller = new MeshController(store.resources(), new MeshCompiler(options, clock), MeshController.DEBOUNCE);
        InetAddress listen = config.listen();
        int http = config.ports().gatewayHttp();
        int https = config.ports().gatewayHttps();
        proxy = Proxy.builder()
                .identities(identities)
                .gatewayIdentity(new SpiffeId(trustDomain, MeshWorkloads.SYSTEM_NAMESPACE, MeshWorkloads.GATEWAY))
                .gatewayHttp(new InetSocketAddress(listen, http), http)
                .gatewayHttps(new InetSocketAddress(listen, https), https, serving)
                .hbonePort(config.ports().hbone())
                .accessLog(AccessLogMode.JSON, 1)
                .start();
        workloads = new MeshWorkloads(store.resources(), new MeshWorkloads.Attachment() {
            @Override
            public void attach(WorkloadRef workload, String address) {
                proxy.local(parse(address), new WasmInbound(workload, apps));
            }

            @Override
            public void detach(WorkloadRef workload, String address) {
                proxy.local(parse(address), null);
                outgoing.forget(workload);
            }
        });
    }

    /** Opens the gateway and declares what is deployed; requests are routed when this returns. */
    static MeshPart start(PolderConfig config, Store store, WasmApps apps, MeshOutgoing outgoing, Clock clock) {
        MeshPart part = new MeshPart(config, store, apps, outgoing, clock);
        try {
            part.workloads.declareGateway(
                    config.ports().gatewayHttp(), config.ports().gatewayHttps());
            apps.states().forEach(state -> part.workloads.declare(state.workload()));
            part.controller.start();
            part.proxy.apply(part.controller.current());
            part.controller.subscribe(part::applyLater);
            outgoing.through(part.proxy);
            return part;
        } catch (RuntimeException e) {
            part.close();
            throw e;
        }
    }

    /** The operator's own certificate, or one of the mesh's authority. */
    private ServingCertificateSource serving(PolderConfig.Tls tls, Duration life, Clock clock) {
        Path certificate = tls.certificate();
        Path key = tls.key();
        if (certificate != null && key != null) {
            GivenServingCertificate given = new GivenServingCertificate(certificate, key);
            renewals.add(given);
            return given;
        }
        ServingCertificates issued = new ServingCertificates(authority, life, clock);
        renewals.add(issued);
        return issued;
    }

    private void applyLater(MeshSnapshot snapshot) {
        applying.execute(() -> proxy.apply(snapshot));
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
        renewals.close();
    }
}
