package dev.polder.app;

import dev.polder.app.bridge.AppApi;
import dev.polder.app.bridge.AppDetails;
import dev.polder.app.bridge.DeployApi;
import dev.polder.app.bridge.Deployments;
import dev.polder.app.bridge.EventMetrics;
import dev.polder.app.bridge.EventsApi;
import dev.polder.app.bridge.EvidenceApi;
import dev.polder.app.bridge.Facts;
import dev.polder.app.bridge.FactsApi;
import dev.polder.app.bridge.MeshOutgoing;
import dev.polder.app.bridge.MeshWorkloads;
import dev.polder.app.bridge.PlatformApi;
import dev.polder.app.bridge.PushDeploys;
import dev.polder.app.bridge.ResourcesApi;
import dev.polder.app.bridge.TokensApi;
import dev.polder.app.bridge.TryOut;
import dev.polder.app.bridge.UnusedBlobs;
import dev.polder.app.bridge.WasmMetrics;
import dev.polder.app.bridge.WasmcloudDeployments;
import dev.polder.app.bridge.WorkloadDetails;
import dev.polder.app.bridge.WorkloadsApi;
import dev.polder.app.cli.RunFile;
import dev.polder.app.config.PolderConfig;
import dev.polder.evidence.sbom.Releases;
import dev.polder.evidence.sbom.SbomBuilder;
import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.SpiffeId;
import dev.polder.kernel.model.WorkloadRef;
import dev.polder.kernel.server.Accounts;
import dev.polder.kernel.server.Health;
import dev.polder.kernel.server.PolderServer;
import dev.polder.kernel.server.PolderServerBuilder;
import dev.polder.kernel.server.SessionRoutes;
import dev.polder.kernel.store.Store;
import dev.polder.portal.catalog.Catalog;
import dev.polder.portal.catalog.CatalogApi;
import dev.polder.portal.catalog.Entity;
import dev.polder.portal.git.GitHttpService;
import dev.polder.portal.scaffolder.PreviewApi;
import dev.polder.portal.scaffolder.ScaffolderApi;
import dev.polder.wasm.engine.Engines;
import dev.polder.wasm.event.DeadLetters;
import dev.polder.wasm.event.EventTriggers;
import dev.polder.wasm.registry.DockerConfig;
import dev.polder.wasm.registry.RegistryOptions;
import dev.polder.wasm.service.AppBuilder;
import dev.polder.wasm.service.RemoteSources;
import dev.polder.wasm.service.Toolchains;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The composition root: opens every part in the order they need each other and closes them in reverse.
 *
 * <p>Store, then what runs (Wasm), then how it is reached (mesh), then what is shown (portal), and the port last, so that
 * nobody is answered before everything is there.
 */
public final class Composition implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Composition.class);
    private static final Duration FIRST_CATALOGUE = Duration.ofSeconds(10);

    private final Closing closing = new Closing();
    private final long startedAt = System.nanoTime();
    private final Clock clock = Clock.systemUTC();
    private final CountDownLatch started = new CountDownLatch(1);
    private final PolderConfig config;
    private final Store store;
    private final Accounts accounts;
    private final Optional<String> adminToken;
    private final WasmPart wasm;
    private final MeshPart mesh;

    private Composition(PolderConfig config, Consumer<String> slow) {
        this.config = config;
        try {
            store = closing.add(StoreOpening.open(config));
            Opening<Engines.Opened> engine = closing.add(new Opening<>(
                    "engine",
                    () -> WasmPart.engine(config, store.dataDir()),
                    opened -> opened.engine().close()));
            MeshTrust trust = closing.add(MeshTrust.open(config, store, clock));
            accounts = StoreOpening.accounts(config, store, clock);
            adminToken = accounts.firstAdminToken();
            MeshOutgoing outgoing = new MeshOutgoing(
                    workload -> new SpiffeId(config.mesh().trustDomain(), workload.namespace(), workload.name()));
            wasm = closing.add(WasmPart.open(config, store, engine.get(), outgoing, clock, slow));
            mesh = closing.add(MeshPart.start(config, store, trust, wasm, outgoing, clock));
            closing.add(portal());
            Path data = store.dataDir();
            new RunFile(portalUrl(), ProcessHandle.current().pid()).write(data);
            closing.add(() -> RunFile.remove(data));
            started.countDown();
        } catch (RuntimeException | Error e) {
            closing.closeAfter(e);
            throw e;
        }
    }

    /**
     * Starts everything; every port answers when this returns.
     *
     * @throws dev.polder.kernel.model.Problem naming what is missing, held or malformed; nothing is left open then
     */
    public static Composition start(PolderConfig config) {
        return start(config, _ -> {});
    }

    /**
     * The same.
     *
     * @param slow told once in a while, from another thread, what a start is at that takes longer than a second
     */
    public static Composition start(PolderConfig config, Consumer<String> slow) {
        return new Composition(config, slow);
    }

    private PolderServer portal() {
        SbomBuilder sboms = new SbomBuilder(clock, UUID::randomUUID, About.version());
        // The first document would otherwise wait seconds for its library and schema.
        Thread.ofPlatform().daemon().name("sbom-warm-up").start(() -> {
            pauseUntilStarted();
            sboms.warmUp();
        });
        Releases releases = closing.add(new Releases(store.resources(), store.blobs(), sboms, clock, null));
        Toolchains toolchains = new Toolchains();
        RemoteSources sources = closing.add(
                new RemoteSources(store.blobs(), sourceSettings(config.wasm().sources())));
        AppBuilder builder = new AppBuilder(toolchains, store.dataDir().resolve("cache/build"), sources);
        Deployments deployments = new Deployments(
                builder,
                wasm.apps(),
                mesh.workloads,
                releases,
                store,
                this::serviceUrl,
                Duration.ofSeconds(config.wasm().buildSeconds()),
                clock);
        closing.add(new WasmcloudDeployments(store, sources, deployments, wasm.apps(), mesh.workloads, clock))
                .start();
        PortalPart portal = closing.add(PortalPart.open(config, store, portalUrl(), deployments));
        portal.repositories()
                .onPush(new PushDeploys(
                        portal.repositories(),
                        deployments,
                        portal.catalog(),
                        portal.locations()::descriptor,
                        store.dataDir().resolve("work/push")));
        Facts facts = new Facts(portal.catalog(), wasm.apps(), mesh.proxy.traffic(), releases, this::serviceUrl);
        AppDetails appDetails = new AppDetails(wasm.apps(), mesh.proxy.traffic());
        TryOut tryOut = new TryOut("http://" + host() + ":" + config.ports().gatewayHttp());
        WorkloadDetails details = new WorkloadDetails(
                appDetails,
                wasm.engine(),
                wasm.why(),
                mesh.identities,
                mesh.workloads,
                portal.repositories(),
                this::serviceUrl,
                portal.locations()::cloneUrl);
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        closing.add(WasmMetrics.bind(wasm.apps(), registry));
        EventTriggers events = closing.add(new EventTriggers(
                wasm.apps(),
                wasm.brokers(),
                new DeadLetters(store.database(), wasm.eventLimits()),
                wasm.eventLimits(),
                new EventMetrics(registry),
                clock));
        UnusedBlobs unused = closing.add(new UnusedBlobs(
                store.blobs(),
                List.of(wasm.apps()::blobs, releases::documents),
                Duration.ofHours(config.store().unusedHours()),
                registry));
        unused.start();
        Health health = new Health();
        closing.add(OperationsPart.start(config, mesh, registry, health));
        PolderServerBuilder builderOfServer = PolderServer.builder()
                .listen(config.listen(), config.ports().portal())
                .authenticator(accounts)
                .health(health)
                .metrics("/metrics", dev.polder.kernel.server.Access.READ, registry)
                .requestTimeout(Duration.ofSeconds(60))
                .service("/git", GitHttpService::accessOf, new GitHttpService("/git", portal.repositories()))
                .routes(SessionRoutes.of(
                        accounts, ref -> portal.catalog().entity(ref).map(Entity::title), clock))
                .routes(new FactsApi(facts).routes())
                .routes(new WorkloadsApi(wasm.apps(), deployments, mesh.proxy.traffic(), details).routes())
                .routes(new AppApi(wasm.apps(), appDetails, tryOut, this::serviceUrl).routes())
                .routes(new EventsApi(events).routes())
                .routes(new DeployApi(
                                deployments,
                                sources,
                                store.blobs(),
                                wasm.variables(),
                                store.dataDir().resolve("work/upload"))
                        .routes())
                .routes(new EvidenceApi(releases).routes())
                .routes(new ResourcesApi(store.resources(), portal.catalog()).routes())
                .routes(new PlatformApi(toolchains, this::about).routes())
                .routes(new TokensApi(accounts).routes())
                .routes(unused.routes());
        new CatalogApi(portal.catalog()).routes().forEach(builderOfServer::routes);
        builderOfServer.routes(ScaffolderApi.routes(portal.scaffolder()));
        builderOfServer.routes(PreviewApi.routes(portal.scaffolder()));
        portal.scaffolder().start();
        config.hosts().forEach(builderOfServer::allowHost);
        Path web = About.home().resolve("portal/web/dist");
        if (Files.isRegularFile(web.resolve("index.html"))) {
            builderOfServer.staticFiles(web);
        }
        awaitFirstCatalogue(portal.catalog());
        return builderOfServer.start();
    }

    /** On new data "ready" means that the templates are there, too; later starts begin with what was stored. */
    private static void awaitFirstCatalogue(Catalog catalog) {
        if (!catalog.isEmpty()) {
            return;
        }
        try {
            catalog.awaitSettled(FIRST_CATALOGUE);
        } catch (Problem e) {
            if (e.code() != Problem.Code.DEADLINE) {
                throw e;
            }
            LOG.info("the first look at the catalogue's locations takes longer than {}; going on", FIRST_CATALOGUE);
        }
    }

    private static RemoteSources.Settings sourceSettings(PolderConfig.Wasm.Sources configured) {
        Path credentials = configured.dockerConfig();
        return new RemoteSources.Settings(
                configured.networks(),
                configured.registry(),
                credentials == null
                        ? RegistryOptions.DEFAULT
                        : RegistryOptions.DEFAULT.withCredentials(DockerConfig.read(credentials)));
    }

    /** The portal's base URL, no slash at its end. */
    public String portalUrl() {
        return "http://" + host() + ":" + config.ports().portal();
    }

    /** The gateway's URLs, HTTP and HTTPS. */
    public List<String> gatewayUrls() {
        return List.of(
                "http://localhost:" + config.ports().gatewayHttp(),
                "https://localhost:" + config.ports().gatewayHttps());
    }

    /** The administrator's token; only at the very first start. */
    public Optional<String> adminToken() {
        return adminToken;
    }

    /** Which Wasm engine runs, and why. */
    public String engine() {
        return wasm.engine().name() + " " + wasm.engine().version();
    }

    /** The data folder. */
    public Path data() {
        return store.dataDir();
    }

    private void pauseUntilStarted() {
        try {
            started.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private String serviceUrl(WorkloadRef workload) {
        return URI.create("http://" + MeshWorkloads.hostOf(workload) + ":"
                        + config.ports().gatewayHttp() + "/")
                .toString();
    }

    private String host() {
        return config.listen().isAnyLocalAddress() || config.listen().isLoopbackAddress()
                ? "127.0.0.1"
                : config.listen().getHostAddress();
    }

    private ObjectNode about() {
        ObjectNode about = JsonNodeFactory.instance.objectNode();
        about.put("version", About.version());
        about.put("engine", engine());
        about.put("engineWhy", wasm.why());
        about.put("uptimeMs", (System.nanoTime() - startedAt) / 1_000_000);
        about.putObject("urls")
                .put("portal", portalUrl())
                .put("gateway", gatewayUrls().getFirst());
        about.put("store", store.database().dialect().name().toLowerCase(java.util.Locale.ROOT));
        about.put("trustDomain", mesh.authority.trustDomain());
        about.put("transport", mesh.proxy.transport());
        return about;
    }

    /** Ends streams, lets requests and guests finish within their limits, and lets the data folder go. */
    @Override
    public void close() {
        closing.close();
    }
}
