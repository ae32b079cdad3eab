package dev.polder.mesh.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polder.kernel.model.Resource;
import dev.polder.kernel.model.ResourceCodec;
import dev.polder.kernel.model.ResourceKey;
import dev.polder.kernel.model.YamlReader;
import dev.polder.kernel.store.ResourceStore;
import dev.polder.kernel.store.Store;
import dev.polder.mesh.config.MeshCompiler;
import dev.polder.mesh.config.MeshOptions;
import dev.polder.mesh.config.MeshSnapshot;
import dev.polder.mesh.config.Service;
import dev.polder.mesh.config.ServiceKey;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The controller on a real store. */
class MeshControllerIT {

    private static final String GATEWAY = """
            apiVersion: gateway.networking.k8s.io/v1
            kind: Gateway
            metadata: {name: gateway, namespace: polder-system}
            spec:
              gatewayClassName: polder
              listeners: [{name: http, port: 8080, protocol: HTTP, allowedRoutes: {namespaces: {from: All}}}]
            """;
    private static final String SERVICE = """
            apiVersion: v1
            kind: Service
            metadata: {name: shop, namespace: default}
            spec: {selector: {app: shop}, ports: [{name: http, port: 80, targetPort: 8080}]}
            """;
    private static final String WORKLOAD = """
            apiVersion: networking.istio.io/v1
            kind: WorkloadEntry
            metadata: {name: shop-1, namespace: default}
            spec: {address: 127.64.0.1, serviceAccount: shop, labels: {app: shop}}
            """;
    private static final String ROUTE = """
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: {name: shop, namespace: default}
            spec:
              parentRefs: [{name: gateway, namespace: polder-system}]
              hostnames: [shop.default.localhost]
              rules: [{backendRefs: [{name: shop, port: 80}]}]
            """;
    private static final ServiceKey SHOP = new ServiceKey("default", "shop.default.svc.cluster.local");

    @TempDir
    Path folder;

    private Store store;
    private MeshController controller;

    @BeforeEach
    void open() {
        store = Store.open(folder.resolve("data"));
        controller = new MeshController(
                store.resources(), new MeshCompiler(MeshOptions.DEFAULT, Clock.systemUTC()), MeshController.DEBOUNCE);
    }

    @AfterEach
    void close() {
        controller.close();
        store.close();
    }

    private static ConditionFactory soon() {
        return Awaitility.await().atMost(Duration.ofSeconds(10)).pollInterval(Duration.ofMillis(5));
    }

    private static Resource resource(String yaml) {
        return ResourceCodec.decode(YamlReader.read("test.yaml", yaml).getFirst(), "default");
    }

    private Resource apply(String yaml) {
        return store.resources().apply(resource(yaml));
    }

    private JsonNode condition(String yaml, String type) {
        Resource stored = store.resources().get(resource(yaml).key()).orElseThrow();
        JsonNode from =
                stored.status().has("parents") ? stored.status().path("parents").path(0) : stored.status();
        for (JsonNode condition : from.path("conditions")) {
            if (condition.path("type").asString("").equals(type)) {
                return condition;
            }
        }
        return from.path("missing");
    }

    private int healthyEndpoints() {
        Service service = controller.current().services().get(SHOP);
        return service == null || service.cluster(80) == null
                ? -1
                : service.cluster(80).healthy().size();
    }

    @Test
    void followsTheStoreFromStartToDelete() {
        apply(GATEWAY);
        apply(SERVICE);
        controller.start();
        assertThat(controller.current().gateways()).hasSize(1);
        assertThat(healthyEndpoints()).isZero();

        apply(WORKLOAD);
        soon().until(() -> healthyEndpoints() == 1);

        store.resources().delete(resource(WORKLOAD).key(), 0);
        soon().until(() -> healthyEndpoints() == 0);
    }

    @Test
    void writesStatusesOnceAndThenRests() {
        apply(GATEWAY);
        controller.start();
        apply(ROUTE);
        soon().until(() ->
                condition(ROUTE, "ResolvedRefs").path("reason").asString("").equals("BackendNotFound"));
        apply(SERVICE);
        soon().until(() ->
                condition(ROUTE, "ResolvedRefs").path("status").asString("").equals("True"));
        soon().until(() ->
                condition(GATEWAY, "Programmed").path("status").asString("").equals("True"));

        AtomicLong last = new AtomicLong(-1);
        soon().pollInterval(Duration.ofMillis(200)).until(() -> {
            long writes = controller.counters().statusWrites();
            return last.getAndSet(writes) == writes;
        });
        assertThat(controller.counters().statusWrites()).isBetween(3L, 4L);
        assertThat(controller.counters().failures()).isZero();
    }

    @Test
    void whatIsStoredTogetherIsCompiledTogether() {
        List<String> reasons = new CopyOnWriteArrayList<>();
        ResourceStore.Watch _ = store.resources()
                .watch(
                        "gateway.networking.k8s.io",
                        "HTTPRoute",
                        0,
                        event -> event.resource()
                                .status()
                                .findValues("reason")
                                .forEach(reason -> reasons.add(reason.asString(""))));
        controller.close();
        controller = new MeshController(
                new SlowServices(store.resources()),
                new MeshCompiler(MeshOptions.DEFAULT, Clock.systemUTC()),
                MeshController.DEBOUNCE);
        controller.start();
        store.resources().applyAll(List.of(resource(GATEWAY), resource(ROUTE), resource(SERVICE)));
        soon().until(() ->
                condition(ROUTE, "ResolvedRefs").path("status").asString("").equals("True"));
        soon().until(() -> !reasons.isEmpty());
        assertThat(reasons).doesNotContain("BackendNotFound");
        assertThat(controller.counters().failures()).isZero();
    }

    /** A store whose watch of Services is behind the others. */
    private record SlowServices(ResourceStore store) implements ResourceStore {

        private static final Duration BEHIND = Duration.ofMillis(100);

        @Override
        public Watch watch(String group, String kind, long from, Consumer<ResourceEvent> consumer) {
            return store.watch(group, kind, from, event -> {
                if (kind.equals("Service")) {
                    LockSupport.parkNanos(BEHIND.toNanos());
                }
                consumer.accept(event);
            });
        }

        @Override
        public Optional<Resource> get(ResourceKey key) {
            return store.get(key);
        }

        @Override
        public Listing list(String group, String kind, @Nullable String namespace) {
            return store.list(group, kind, namespace);
        }

        @Override
        public Resource apply(Resource resource) {
            return store.apply(resource);
        }

        @Override
        public List<Resource> applyAll(List<Resource> resources) {
            return store.applyAll(resources);
        }

        @Override
        public Resource applyStatus(ResourceKey key, ObjectNode status) {
            return store.applyStatus(key, status);
        }

        @Override
        public boolean delete(ResourceKey key, long expectedVersion) {
            return store.delete(key, expectedVersion);
        }

        @Override
        public void close() {}
    }

    @Test
    void keepsWhatTheRunnerSaysOfHealth() {
        apply(SERVICE);
        apply(WORKLOAD);
        controller.start();
        ResourceKey key = resource(WORKLOAD).key();
        ObjectNode sick = (ObjectNode) YamlReader.read("status", "{conditions: [{type: Healthy, status: 'False'}]}")
                .getFirst()
                .root();
        store.resources().applyStatus(key, sick);
        soon().until(() -> healthyEndpoints() == 0);
        assertThat(store.resources().get(key).orElseThrow().status()).isEqualTo(sick);
    }

    @Test
    void aBurstOfChangesIsCompiledTogetherAndListenersSeeVersionsGrow() {
        controller.start();
        List<MeshSnapshot> seen = new CopyOnWriteArrayList<>();
        controller.subscribe(seen::add);
        long before = controller.counters().compilations();
        store.resources()
                .applyAll(IntStream.range(1, 200)
                        .mapToObj(i -> resource(
                                WORKLOAD.replace("shop-1", "shop-" + i).replace("127.64.0.1", "127.64.1." + i)))
                        .toList());
        // listeners hear of a snapshot after it is the current one
        soon().until(() -> !seen.isEmpty() && seen.getLast().workloads().size() == 199);
        assertThat(controller.current().workloads()).hasSize(199);
        assertThat(controller.counters().compilations() - before).isLessThan(50);
        assertThat(seen).isSortedAccordingTo(Comparator.comparingLong(MeshSnapshot::version));
    }

    @Test
    void aChangeIsInForceAtOnce() {
        controller.start();
        apply(SERVICE);
        long start = System.nanoTime();
        apply(WORKLOAD);
        soon().until(() -> healthyEndpoints() == 1);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
    }
}
