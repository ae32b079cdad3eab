package dev.polder.kernel.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.Resource;
import dev.polder.kernel.model.ResourceKey;
import dev.polder.kernel.store.ResourceStore.Listing;
import dev.polder.kernel.store.ResourceStore.ResourceEvent;
import dev.polder.kernel.store.ResourceStore.Watch;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What every resource store does, whatever is below it. */
abstract class ResourceStoreContract {

    private static final String GROUP = "polder.dev";
    private static final String KIND = "WasmApp";

    private Database database;
    private ResourceStore store;

    /** An empty database; closed by this class. */
    abstract Database openEmpty() throws Exception;

    @BeforeEach
    void open() throws Exception {
        database = openEmpty();
        store = SqlResourceStore.open(database, FeedLimits.DEFAULT);
    }

    @AfterEach
    void close() {
        store.close();
        database.close();
    }

    static Resource app(String name, int size) {
        ObjectNode spec = JsonNodeFactory.instance.objectNode().put("size", size);
        return Resource.of(GROUP + "/v1alpha1", KIND, "default", name, spec);
    }

    private static ResourceKey key(String name) {
        return new ResourceKey(GROUP, KIND, "default", name);
    }

    private static Resource at(Resource resource, long version) {
        return resource.with(resource.metadata().at(version));
    }

    private static void isConflict(Throwable failure) {
        assertThat(failure)
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.code()).isEqualTo(Problem.Code.CONFLICT));
    }

    @Test
    void givesBackWhatWasApplied() {
        Resource stored = store.apply(app("shop", 1));

        assertThat(stored.metadata().resourceVersion()).isPositive();
        assertThat(stored.metadata().generation()).isEqualTo(1);
        assertThat(stored.metadata().uid()).hasSize(36);
        assertThat(store.get(key("shop"))).contains(stored);
        assertThat(store.get(key("other"))).isEmpty();
    }

    @Test
    void anApplyThatChangesNothingKeepsTheVersion() {
        Resource first = store.apply(app("shop", 1));
        assertThat(store.apply(app("shop", 1))).isEqualTo(first);

        Resource changed = store.apply(app("shop", 2));
        assertThat(changed.metadata().resourceVersion())
                .isGreaterThan(first.metadata().resourceVersion());
        assertThat(changed.metadata().generation()).isEqualTo(2);
        assertThat(changed.metadata().uid()).isEqualTo(first.metadata().uid());
    }

    @Test
    void numbersOfAnyJavaTypeAreTheSameValue() {
        Resource first = store.apply(app("shop", 1));
        Resource sameInLong = app("shop", 0);
        sameInLong.spec().put("size", 1L);
        assertThat(store.apply(sameInLong)).isEqualTo(first);
    }

    @Test
    void labelsChangeTheVersionAndNotTheGeneration() {
        Resource first = store.apply(app("shop", 1));
        Resource labelled = store.apply(first.with(new Resource.Metadata(
                "shop", "default", Map.of("team", "checkout"), Map.of("note", "ü"), "", 0, 0, null)));

        assertThat(labelled.metadata().generation()).isEqualTo(1);
        assertThat(store.get(key("shop")).orElseThrow().metadata().labels()).containsEntry("team", "checkout");
        assertThat(store.get(key("shop")).orElseThrow().metadata().annotations())
                .containsEntry("note", "ü");
    }

    @Test
    void theTimeOfTheFirstApplyStays() {
        Instant before = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        Resource first = store.apply(app("shop", 1));
        assertThat(first.metadata().creationTimestamp()).isBetween(before, Instant.now());
        store.applyStatus(first.key(), JsonNodeFactory.instance.objectNode().put("phase", "good"));
        store.apply(app("shop", 2));
        assertThat(store.get(key("shop")).orElseThrow().metadata().creationTimestamp())
                .isEqualTo(first.metadata().creationTimestamp());
    }

    @Test
    void aStaleVersionIsAConflictAndChangesNothing() {
        Resource first = store.apply(app("shop", 1));
        Resource second = store.apply(app("shop", 2));

        assertThatThrownBy(() -> store.apply(at(app("shop", 3), first.metadata().resourceVersion())))
                .satisfies(ResourceStoreContract::isConflict)
                .hasMessageContaining("expected: " + second.metadata().resourceVersion());
        assertThatThrownBy(() -> store.apply(at(app("absent", 3), 7))).satisfies(ResourceStoreContract::isConflict);
        assertThatThrownBy(() -> store.delete(key("shop"), first.metadata().resourceVersion()))
                .satisfies(ResourceStoreContract::isConflict);
        assertThat(store.get(key("shop"))).contains(second);
    }

    @Test
    void appliesAllOrNone() {
        Resource first = store.apply(app("one", 1));
        long before = store.list(GROUP, KIND, null).version();

        assertThatThrownBy(() -> store.applyAll(List.of(app("two", 1), app("one", 2), at(app("three", 1), 99))))
                .satisfies(ResourceStoreContract::isConflict);

        Listing listing = store.list(GROUP, KIND, null);
        assertThat(listing.items()).containsExactly(first);
        assertThat(listing.version()).isEqualTo(before);
    }

    @Test
    void statusIsKeptApart() {
        store.apply(app("shop", 1));
        ObjectNode status = JsonNodeFactory.instance.objectNode().put("ready", true);
        Resource reported = store.applyStatus(key("shop"), status);
        assertThat(reported.metadata().generation()).isEqualTo(1);
        assertThat(store.applyStatus(key("shop"), status)).isEqualTo(reported);

        assertThat(store.apply(app("shop", 2)).status()).isEqualTo(status);
        assertThatThrownBy(() -> store.applyStatus(key("absent"), status))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.code()).isEqualTo(Problem.Code.NOT_FOUND));
    }

    @Test
    void listsByKindAndNamespaceInOrder() {
        store.applyAll(List.of(app("b", 1), app("a", 1)));
        store.apply(Resource.of("polder.dev/v1alpha1", KIND, "other", "c", JsonNodeFactory.instance.objectNode()));
        store.apply(Resource.of("v1", "Namespace", "", "default", JsonNodeFactory.instance.objectNode()));

        assertThat(store.list(GROUP, KIND, null).items())
                .extracting(r -> r.metadata().name())
                .containsExactly("a", "b", "c");
        assertThat(store.list(GROUP, KIND, "other").items()).hasSize(1);
        assertThat(store.list("", "Namespace", null).items())
                .singleElement()
                .satisfies(r -> assertThat(r.metadata().namespace()).isEmpty());
        assertThat(store.list(GROUP, "Nothing", null).items()).isEmpty();
    }

    @Test
    void deletesOnce() {
        Resource stored = store.apply(app("shop", 1));
        assertThat(store.delete(key("shop"), stored.metadata().resourceVersion()))
                .isTrue();
        assertThat(store.delete(key("shop"), 0)).isFalse();
        assertThat(store.get(key("shop"))).isEmpty();
    }

    @Test
    void aWatchFromAListMissesNothingAndRepeatsNothing() {
        store.apply(app("before", 1));
        Listing listing = store.list(GROUP, KIND, null);
        store.apply(app("shop", 1));
        List<ResourceEvent> events = Collections.synchronizedList(new ArrayList<>());
        try (Watch _ = store.watch(GROUP, KIND, listing.version(), events::add)) {
            store.apply(app("shop", 2));
            store.apply(Resource.of("v1", "Namespace", "", "x", JsonNodeFactory.instance.objectNode()));
            store.delete(key("shop"), 0);
            await().until(() -> events.size() == 3);
        }
        store.apply(app("after", 1));

        assertThat(events)
                .extracting(ResourceEvent::type)
                .containsExactly(ResourceEvent.Type.ADDED, ResourceEvent.Type.MODIFIED, ResourceEvent.Type.DELETED);
        assertThat(events.getLast().resource().spec().path("size").asInt()).isEqualTo(2);
        assertThat(events.getLast().resource().metadata().resourceVersion())
                .isGreaterThan(events.get(1).resource().metadata().resourceVersion());
    }

    @Test
    void aConsumerThatFailsEndsOnlyItsOwnWatch() {
        List<ResourceEvent> events = Collections.synchronizedList(new ArrayList<>());
        AtomicInteger failures = new AtomicInteger();
        try (Watch _ = store.watch(GROUP, KIND, 0, event -> {
                    failures.incrementAndGet();
                    throw new IllegalStateException("the consumer of this test fails on purpose");
                });
                Watch _ = store.watch(GROUP, KIND, 0, events::add)) {
            store.apply(app("a", 1));
            store.apply(app("b", 1));
            await().until(() -> events.size() == 2);
        }
        assertThat(failures).hasValue(1);
    }

    @Test
    void oneOfManyParallelWritersWinsEachVersion() throws Exception {
        store.apply(app("counter", 0));
        int writers = 8;
        int rounds = 15;
        AtomicInteger conflicts = new AtomicInteger();
        inParallel(writers, writer -> {
            for (int done = 0; done < rounds; ) {
                Resource now = store.get(key("counter")).orElseThrow();
                int size = now.spec().path("size").asInt();
                try {
                    store.apply(at(app("counter", size + 1), now.metadata().resourceVersion()));
                    done++;
                } catch (Problem e) {
                    isConflict(e);
                    conflicts.incrementAndGet();
                }
            }
        });
        assertThat(store.get(key("counter")).orElseThrow().spec().path("size").asInt())
                .isEqualTo(writers * rounds);
        assertThat(conflicts).hasPositiveValue();
    }

    @Test
    void aWatchUnderLoadSeesEveryVersionOnceAndInOrder() throws Exception {
        int writers = 6;
        int rounds = 60;
        List<Long> versions = Collections.synchronizedList(new ArrayList<>());
        Map<String, Integer> last = Collections.synchronizedMap(new HashMap<>());
        try (Watch _ = store.watch(GROUP, KIND, 0, event -> {
            versions.add(event.resource().metadata().resourceVersion());
            last.put(
                    event.resource().metadata().name(),
                    event.resource().spec().path("size").asInt());
        })) {
            inParallel(writers, writer -> {
                for (int i = 1; i <= rounds; i++) {
                    store.apply(app("app-" + writer, i));
                }
            });
            await().atMost(Duration.ofSeconds(20)).until(() -> versions.size() == writers * rounds);
        }
        assertThat(versions).isSorted().doesNotHaveDuplicates();
        assertThat(versions.getLast() - versions.getFirst()).isEqualTo((long) writers * rounds - 1);
        assertThat(last.values()).containsOnly(rounds);
    }

    @Test
    void aFeedThatNoLongerReachesBackSaysSo() {
        store.close();
        store = SqlResourceStore.open(database, new FeedLimits(10, Duration.ofMillis(-1), 20));
        for (int i = 0; i < 60; i++) {
            store.apply(app("app", i));
        }
        assertThatThrownBy(() -> store.watch(GROUP, KIND, 1, event -> {}))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.code()).isEqualTo(Problem.Code.INVALID))
                .hasMessageContaining("list again");
        List<ResourceEvent> events = Collections.synchronizedList(new ArrayList<>());
        try (Watch _ = store.watch(GROUP, KIND, store.list(GROUP, KIND, null).version() - 5, events::add)) {
            await().until(() -> events.size() == 5);
        }
    }

    @Test
    void tooBigAResourceIsRefused() {
        Resource big = app("big", 1);
        big.spec().put("text", "x".repeat(4 * 1024 * 1024));
        assertThatThrownBy(() -> store.apply(big))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.code()).isEqualTo(Problem.Code.TOO_LARGE));
        assertThat(store.get(key("big"))).isEmpty();
    }

    @Test
    void aFailedWriteLeavesNothingAndTheDatabaseUsable() {
        assertThatThrownBy(() -> database.write(connection -> {
                    ChangeRows.lock(connection);
                    ResourceRows.write(connection, at(app("half", 1), 5));
                    throw Problem.invalid("on purpose");
                }))
                .hasMessage("on purpose");
        assertThat(store.get(key("half"))).isEmpty();
        assertThatThrownBy(() -> database.read(connection -> {
                    ResourceRows.write(connection, at(app("half", 1), 5));
                    return true;
                }))
                .isInstanceOf(Problem.class);
        assertThat(store.get(key("half"))).isEmpty();
        assertThatThrownBy(() -> database.write(connection -> connection
                        .createStatement()
                        .executeUpdate("INSERT INTO feed (id, last, compacted) VALUES (1, 0, 0)")))
                .satisfies(ResourceStoreContract::isConflict);
        store.apply(app("whole", 1));
        assertThat(store.get(key("whole"))).isPresent();
    }

    private interface Step {
        void run(int number);
    }

    private static void inParallel(int threads, Step step) throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> futures = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                int number = i;
                futures.add(executor.submit(() -> {
                    go.await();
                    step.run(number);
                    return true;
                }));
            }
            go.countDown();
            for (Future<?> future : futures) {
                future.get(60, TimeUnit.SECONDS);
            }
        }
    }
}
