package dev.polder.app.bridge;

import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.Resource;
import dev.polder.kernel.model.ResourceKey;
import dev.polder.kernel.model.WorkloadRef;
import dev.polder.kernel.store.ResourceStore;
import dev.polder.kernel.store.Store;
import dev.polder.wasm.service.AppState;
import dev.polder.wasm.service.BuiltApp;
import dev.polder.wasm.service.LogLine;
import dev.polder.wasm.service.RemoteSources;
import dev.polder.wasm.service.WasmApps;
import dev.polder.wasm.service.WasmcloudWorkload;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs what wasmCloud's {@code WorkloadDeployment} resources ask for: pulls the images, deploys, and says in the status
 * how it is, with the conditions of the real operator.
 *
 * <p>Every change of such a resource is a piece of work by its key; pieces run one after the other on a thread of their
 * own. One that failed for a reason that may pass is tried again. When a ConfigMap, Secret or Artifact changes, what waits is
 * tried again, and what serves by its values is deployed anew: the version before serves on until the new one can.
 */
public final class WasmcloudDeployments implements AutoCloseable {

    /** In front of the key of the resource in {@code deployedBy}, by which its workloads are known again. */
    private static final String BY = "workloaddeployment:";

    private static final Logger LOG = LoggerFactory.getLogger(WasmcloudDeployments.class);
    private static final Duration END = Duration.ofSeconds(10);
    private static final long FIRST_RETRY_SECONDS = 5;
    private static final long LONGEST_RETRY_SECONDS = 300;

    private final ResourceStore resources;
    private final WasmcloudImages images;
    private final Deployments deployments;
    private final WasmApps apps;
    private final MeshWorkloads mesh;
    private final Clock clock;
    private final ScheduledExecutorService worker = Executors.newSingleThreadScheduledExecutor(
            Thread.ofVirtual().name("wasmcloud-", 0).factory());
    private final Map<ResourceKey, Long> generations = new ConcurrentHashMap<>();
    private final Map<ResourceKey, Map<ResourceKey, Long>> used = new HashMap<>();
    private final Queue<ResourceKey> changed = new ConcurrentLinkedQueue<>();
    private final Map<ResourceKey, Long> retries = new ConcurrentHashMap<>();
    private final List<ResourceStore.Watch> watches = new ArrayList<>();

    public WasmcloudDeployments(
            Store store,
            RemoteSources sources,
            Deployments deployments,
            WasmApps apps,
            MeshWorkloads mesh,
            Clock clock) {
        this.resources = store.resources();
        this.images = new WasmcloudImages(store, sources);
        this.deployments = deployments;
        this.apps = apps;
        this.mesh = mesh;
        this.clock = clock;
    }

    /** Takes up what is there, and every change from now on; returns at once. */
    public void start() {
        ResourceStore.Listing listing = list();
        LinkedHashSet<ResourceKey> all = new LinkedHashSet<>();
        listing.items().forEach(item -> {
            all.add(item.key());
            generations.put(item.key(), item.metadata().generation());
        });
        for (AppState state : apps.states()) {
            owner(state).ifPresent(all::add); // also those whose resource went while nobody looked
        }
        all.forEach(this::later);
        watches.add(resources.watch(WasmcloudWorkload.GROUP, WasmcloudWorkload.KIND, listing.version(), this::asked));
        watchUsed("", ConfigResources.CONFIG_MAP, listing.version());
        watchUsed("", ConfigResources.SECRET, listing.version());
        watchUsed(WasmcloudWorkload.GROUP, WasmcloudWorkload.ARTIFACT_KIND, listing.version());
    }

    private ResourceStore.Listing list() {
        return resources.list(WasmcloudWorkload.GROUP, WasmcloudWorkload.KIND, null);
    }

    private void later(ResourceKey key) {
        if (!worker.isShutdown()) {
            worker.execute(() -> look(key));
        }
    }

    /** Its status is written here, and is nothing to look after. */
    private void asked(ResourceStore.ResourceEvent event) {
        ResourceKey key = event.resource().key();
        long generation = event.type() == ResourceStore.ResourceEvent.Type.DELETED
                ? 0
                : event.resource().metadata().generation();
        Long before = generations.put(key, generation);
        if (before == null || before != generation) {
            later(key);
        }
    }

    private void watchUsed(String group, String kind, long fromVersion) {
        watches.add(resources.watch(group, kind, fromVersion, event -> {
            changed.add(event.resource().key());
            if (!worker.isShutdown()) {
                worker.execute(this::takeUpChanges);
            }
        }));
    }

    /** What was applied together is taken up together: all that changed until now. */
    private void takeUpChanges() {
        Set<ResourceKey> now = new LinkedHashSet<>();
        for (ResourceKey key = changed.poll(); key != null; key = changed.poll()) {
            now.add(key);
        }
        if (now.isEmpty()) {
            return;
        }
        for (Resource resource : list().items()) {
            boolean changedSince = usesAnother(resource, now);
            if (changedSince || !WasmcloudStatus.isReady(resource)) {
                look(resource.key(), changedSince);
            }
        }
    }

    /** Whether a workload uses one of these, and in another version than when it was deployed. */
    private boolean usesAnother(Resource resource, Set<ResourceKey> keys) {
        try {
            Map<ResourceKey, Long> now = sources(WasmcloudWorkload.of(resource));
            return now.keySet().stream().anyMatch(keys::contains) && !now.equals(used.get(resource.key()));
        } catch (Problem e) {
            return false; // kept since an older Polder took it; its status says why it does not run
        }
    }

    /** What its values and images come from, with the version of each that there is; 0 for none. */
    private Map<ResourceKey, Long> sources(WasmcloudWorkload workload) {
        Map<ResourceKey, Long> versions = new HashMap<>();
        for (String kind :
                List.of(ConfigResources.CONFIG_MAP, ConfigResources.SECRET, WasmcloudWorkload.ARTIFACT_KIND)) {
            String group = kind.equals(WasmcloudWorkload.ARTIFACT_KIND) ? WasmcloudWorkload.GROUP : "";
            for (String name : workload.uses(kind)) {
                ResourceKey key =
                        new ResourceKey(group, kind, workload.workload().namespace(), name);
                versions.put(
                        key,
                        resources
                                .get(key)
                                .map(found -> found.metadata().resourceVersion())
                                .orElse(0L));
            }
        }
        return versions;
    }

    private void look(ResourceKey key) {
        look(key, false);
    }

    /** @param anew whether it is deployed even if what it asks for was done */
    private void look(ResourceKey key, boolean anew) {
        try {
            Optional<Resource> resource = resources.get(key);
            if (resource.isPresent()) {
                reconcile(resource.get(), anew);
            } else {
                remove(key);
            }
        } catch (RuntimeException e) {
            LOG.warn("{} could not be looked after; it is tried again", key, e);
            retry(key);
        }
    }

    private void retry(ResourceKey key) {
        long seconds =
                retries.merge(key, FIRST_RETRY_SECONDS, (before, _) -> Math.min(2 * before, LONGEST_RETRY_SECONDS));
        if (!worker.isShutdown()) {
            var _ = worker.schedule(() -> look(key), seconds, TimeUnit.SECONDS);
        }
    }

    private void remove(ResourceKey key) {
        retries.remove(key);
        used.remove(key);
        WorkloadRef workload = new WorkloadRef(key.namespace(), key.name());
        if (apps.state(workload)
                .flatMap(WasmcloudDeployments::owner)
                .filter(key::equals)
                .isPresent()) {
            deployments.undeploy(workload);
            LOG.info("workload {} is gone with its {}", workload, WasmcloudWorkload.KIND);
        }
    }

    /** The resource that a workload was deployed by, if it ever was by one. */
    private static Optional<ResourceKey> owner(AppState state) {
        return state.versions().stream()
                .map(version -> version.info().deployedBy())
                .filter(by -> by.startsWith(BY))
                .findFirst()
                .map(_ -> new ResourceKey(
                        WasmcloudWorkload.GROUP,
                        WasmcloudWorkload.KIND,
                        state.workload().namespace(),
                        state.workload().name()));
    }

    private void reconcile(Resource resource, boolean anew) {
        WorkloadRef ref = new WorkloadRef(
                resource.metadata().namespace(), resource.metadata().name());
        Optional<AppState> now = apps.state(ref);
        boolean runs = now.map(state -> state.phase() == AppState.Phase.SERVING).orElse(false);
        boolean stopped =
                now.map(state -> state.phase() == AppState.Phase.STOPPED).orElse(false);
        if (WasmcloudStatus.isReady(resource) && ((runs && !anew) || stopped || WasmcloudStatus.wantsNone(resource))) {
            return; // stopped by somebody in the portal, it stays so until the resource is changed
        }
        WasmcloudStatus status = new WasmcloudStatus(resource, clock.instant());
        try {
            deploy(resource, ref, now, status);
            retries.remove(resource.key());
        } catch (Problem e) {
            status.failed(e, runs);
            apps.log(ref).add(LogLine.Stream.BUILD, "not deployed: " + e.detail());
            if (e.retryable()) {
                retry(resource.key());
            }
        }
        write(resource, status);
    }

    private void write(Resource resource, WasmcloudStatus status) {
        try {
            resources.applyStatus(resource.key(), status.json());
        } catch (Problem e) {
            if (e.code() != Problem.Code.NOT_FOUND) {
                throw e;
            }
            // deleted meanwhile; that event is on its way
        }
    }

    private void deploy(Resource resource, WorkloadRef ref, Optional<AppState> now, WasmcloudStatus status) {
        if (now.isPresent() && owner(now.get()).isEmpty()) {
            throw Problem.conflict("workload " + ref + " is there already, by something else (expected: another name)");
        }
        WasmcloudWorkload workload = WasmcloudWorkload.of(resource);
        status.accepted(workload);
        if (workload.replicas() == 0) {
            if (now.isPresent()) {
                apps.stop(ref);
            }
            status.stopped();
            return;
        }
        used.put(resource.key(), sources(workload));
        Consumer<String> output = deployments.alsoLogged(ref, _ -> {});
        List<WasmcloudImages.Pulled> pulled = images.pull(workload, output);
        status.pulled(pulled);
        BuiltApp built = BuiltApp.ofWasmcloud(
                resource, pulled.stream().map(WasmcloudImages.Pulled::component).toList());
        deployments.deploy(ref, built, deployments.now("apply", "", BY + ref), output);
        mesh.serveAlso(ref, WasmcloudStatus.hosts(workload), WasmcloudStatus.path(workload));
        if (workload.kubernetesService() != null) {
            mesh.leadTo(ref, workload.kubernetesService());
        }
        status.deployed();
    }

    @Override
    public void close() {
        watches.forEach(ResourceStore.Watch::close);
        worker.shutdownNow();
        try {
            if (!worker.awaitTermination(END.toSeconds(), TimeUnit.SECONDS)) {
                LOG.warn("a workload is still being deployed after {}", END);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
