package dev.polder.wasm.service;

import static dev.polder.wasm.service.Harness.info;
import static dev.polder.wasm.service.Harness.text;
import static dev.polder.wasm.service.Harness.workload;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.engine.EngineChoice;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The registry on both engines, with guests written byte by byte. */
class WasmAppsIT {

    @TempDir
    Path folder;

    private static HttpRequestData post(byte[] body) {
        return new HttpRequestData(
                "POST", "http", "shop.example.com", "/in", "HTTP/1.1", List.of(), body, "127.0.0.1", 9);
    }

    private static void assertProblem(ThrowingCallable call, Problem.Code code, String... texts) {
        assertThatThrownBy(call).isInstanceOfSatisfying(Problem.class, problem -> {
            assertThat(problem.code()).as(problem.getMessage()).isEqualTo(code);
            assertThat(problem.getMessage()).contains(texts);
        });
    }

    private static ComponentStats componentStats(Harness polder) {
        return polder.apps.componentStats(workload("shop")).get("service");
    }

    @ParameterizedTest
    @EnumSource(value = EngineChoice.class, names = "AUTO", mode = EnumSource.Mode.EXCLUDE)
    void tellsWhatItIsMadeOfAndHowItDoes(EngineChoice engine) {
        try (Harness polder = new Harness(engine, folder)) {
            byte[] wasm = TestModules.answers("hello");
            polder.deploy("shop", wasm);
            assertThat(polder.apps.componentStats(workload("shop"))).isEmpty();
            polder.get("shop", "/");
            polder.get("shop", "/");

            AppInventory.Part part = polder.apps
                    .inventory(workload("shop"))
                    .orElseThrow()
                    .components()
                    .getFirst();
            assertThat(part.isComponent()).isFalse();
            assertThat(part.bytes()).isEqualTo(wasm.length);
            assertThat(part.imports()).extracting(AppInventory.Import::name).containsExactly("wasi_snapshot_preview1");
            assertThat(part.exports()).contains("_start", "memory");
            // Counted when the guest is done, which may be after its answer.
            Awaitility.await().until(() -> componentStats(polder).latency().total() == 2);
            ComponentStats stats = componentStats(polder);
            assertThat(stats.latency().buckets())
                    .allSatisfy(bucket -> assertThat(bucket.fromMillis()).isLessThan(bucket.toMillis()));
            assertThat(stats.peak()).isBetween(1, 2);
            assertThat(stats.failures()).isZero();

            polder.deploy("shop", TestModules.traps("oh"));
            assertProblem(() -> polder.get("shop", "/"), Problem.Code.BAD_UPSTREAM, "trapped");
            assertThat(componentStats(polder).failures()).isEqualTo(1);
            polder.apps.stop(workload("shop"));
            assertThat(polder.apps.inventory(workload("shop"))).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(value = EngineChoice.class, names = "AUTO", mode = EnumSource.Mode.EXCLUDE)
    void deploysServesStopsAndForgets(EngineChoice engine) {
        try (Harness polder = new Harness(engine, folder)) {
            List<AppState> told = Collections.synchronizedList(new ArrayList<>());
            polder.apps.onChange(told::add);
            assertProblem(() -> polder.get("shop", "/"), Problem.Code.NOT_FOUND, "default/shop: nothing is deployed");

            AppState state = polder.deploy("shop", TestModules.answers("hello"));

            assertThat(state.phase()).isEqualTo(AppState.Phase.SERVING);
            assertThat(state.engine()).isEqualTo(polder.engine.name());
            assertThat(state.triggers()).containsExactly(new AppState.Trigger("http", "/...", "wagi", "service"));
            assertThat(state.serving().orElseThrow().info().commit()).isEqualTo("0123456789");
            assertThat(told).last().isEqualTo(state);
            HttpResponseData response = polder.get("shop", "/any/where?x=1");
            assertThat(response.status()).isEqualTo(200);
            assertThat(response.header("content-type")).isEqualTo("text/plain");
            assertThat(text(response)).isEqualTo("hello");
            HttpRequestData head =
                    new HttpRequestData("HEAD", "http", "h", "/", "HTTP/1.1", List.of(), new byte[0], "127.0.0.1", 9);
            assertThat(polder.send("shop", head).body()).isEmpty();

            polder.apps.stop(workload("shop"));
            assertProblem(() -> polder.get("shop", "/"), Problem.Code.UNAVAILABLE, "default/shop: it is stopped");
            polder.apps.start(workload("shop"));
            assertThat(text(polder.get("shop", "/"))).isEqualTo("hello");

            assertThat(polder.apps.undeploy(workload("shop"))).isTrue();
            assertThat(polder.apps.undeploy(workload("shop"))).isFalse();
            assertProblem(() -> polder.get("shop", "/"), Problem.Code.NOT_FOUND, "nothing is deployed");
            assertThat(polder.apps.states()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(value = EngineChoice.class, names = "AUTO", mode = EnumSource.Mode.EXCLUDE)
    void bodiesGoInAndOut(EngineChoice engine) {
        try (Harness polder = new Harness(engine, folder)) {
            polder.deploy("echo", TestModules.echoes());
            byte[] body = new byte[300_000];
            new Random(7).nextBytes(body);

            assertThat(polder.send("echo", post(body)).body()).isEqualTo(body);
            assertProblem(
                    () -> polder.send("echo", post(new byte[(1 << 20) + 1])),
                    Problem.Code.TOO_LARGE,
                    "workload default/echo: a request body of 1048577 bytes (expected: at most 1048576)");
        }
    }

    @ParameterizedTest
    @EnumSource(value = EngineChoice.class, names = "AUTO", mode = EnumSource.Mode.EXCLUDE)
    void eachFailureOfAGuestHasItsOwnWords(EngineChoice engine) {
        try (Harness polder = new Harness(engine, folder)) {
            polder.deploy("mute", TestModules.prints(""));
            polder.deploy("chatty", TestModules.prints("hello, no headers here"));
            polder.deploy("crash", TestModules.traps("the end is near"));
            polder.deploy("quits", TestModules.exits(3));
            polder.deploy("flood", TestModules.floods());
            polder.deploy("routed", TestModules.answers("x"));

            assertProblem(
                    () -> polder.get("mute", "/"),
                    Problem.Code.BAD_UPSTREAM,
                    "workload default/mute (component service): it wrote nothing");
            assertProblem(
                    () -> polder.get("chatty", "/"), Problem.Code.BAD_UPSTREAM, "default/chatty", "no empty line");
            assertProblem(
                    () -> polder.get("crash", "/"), Problem.Code.BAD_UPSTREAM, "it trapped: unreachable executed");
            assertThat(polder.apps.traps(workload("crash"))).singleElement().satisfies(trap -> {
                assertThat(trap.kind()).isEqualTo("unreachable");
                assertThat(trap.component()).isEqualTo("service");
                assertThat(trap.request()).isEqualTo("GET /");
                assertThat(trap.message()).endsWith("its last words: the end is near");
                assertThat(trap.frames()).extracting(TrapRecord.Frame::function).containsExactly("#3");
                assertThat(polder.apps.log(workload("crash")).after(0))
                        .extracting(LogLine::text)
                        .anyMatch(line -> line.contains(trap.id()))
                        .contains("    at #3");
            });
            assertProblem(() -> polder.get("quits", "/"), Problem.Code.BAD_UPSTREAM, "it ended with exit code 3");
            assertProblem(
                    () -> polder.get("flood", "/"),
                    Problem.Code.BAD_UPSTREAM,
                    "default/flood",
                    "standard output: more than 1048576 bytes");
            assertThat(polder.apps.log(workload("crash")).after(0))
                    .anyMatch(line -> line.stream() == LogLine.Stream.STDERR
                            && line.component().equals("service")
                            && line.text().equals("the end is near"));
            assertThat(polder.apps.log(workload("crash")).after(0))
                    .filteredOn(line -> line.stream() == LogLine.Stream.STDERR)
                    .allMatch(line -> line.component().equals("service"));
            assertThat(polder.apps.stats(workload("crash")).orElseThrow().instances())
                    .isEqualTo(new AppStats.Instances(1, 0, 0));
            assertThat(polder.apps.stats(workload("crash")).orElseThrow()).satisfies(stats -> {
                assertThat(stats.requests()).isEqualTo(1);
                assertThat(stats.failures()).isEqualTo(1);
                assertThat(stats.traps()).isEqualTo(1);
                assertThat(stats.running()).isZero();
            });
        }
    }

    @ParameterizedTest
    @EnumSource(value = EngineChoice.class, names = "AUTO", mode = EnumSource.Mode.EXCLUDE)
    void aLoopEndsByItsDeadlineAndTheNeighbourKeepsServing(EngineChoice engine) {
        try (Harness polder = new Harness(engine, folder)) {
            polder.limits.put("loop", new AppLimits(1 << 20, Duration.ofSeconds(2), 1024, 1024, 64));
            polder.deploy("loop", TestModules.loops());
            polder.deploy("shop", TestModules.answers("hello"));
            polder.get("shop", "/");

            long began = System.nanoTime();
            List<CompletableFuture<HttpResponseData>> loops = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                loops.add(polder.apps
                        .handle(workload("loop"), HttpRequestData.get("h", "/"))
                        .toCompletableFuture());
            }
            int served = 0;
            long slowest = 0;
            while (loops.stream().noneMatch(CompletableFuture::isDone)) {
                long asked = System.nanoTime();
                assertThat(text(polder.get("shop", "/"))).isEqualTo("hello");
                slowest = Math.max(slowest, System.nanoTime() - asked);
                served++;
            }
            assertThat(served).isGreaterThan(5);
            assertThat(Duration.ofNanos(slowest)).isLessThan(Duration.ofMillis(1_900));
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> loops.stream().allMatch(CompletableFuture::isCompletedExceptionally));
            // only now: behind the others it could wait for a thread for longer than it may
            assertProblem(
                    () -> polder.get("loop", "/"),
                    Problem.Code.DEADLINE,
                    "workload default/loop (component service): ran past its deadline"
                            + " (expected: an answer within 2000 ms)");
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(30));
        }
    }

    @ParameterizedTest
    @EnumSource(value = EngineChoice.class, names = "AUTO", mode = EnumSource.Mode.EXCLUDE)
    void whatCannotRunIsRefusedAndTheOldVersionServesOn(EngineChoice engine) {
        try (Harness polder = new Harness(engine, folder)) {
            polder.deploy("shop", TestModules.answers("old"));
            byte[] good = TestModules.answers("new");

            assertProblem(
                    () -> polder.deploy("shop", TestModules.wantsPages(65_536)),
                    Problem.Code.TOO_LARGE,
                    "workload default/shop (component service): ");
            assertProblem(
                    () -> polder.deploy("shop", Arrays.copyOf(good, good.length - 20)),
                    Problem.Code.INVALID,
                    "workload default/shop (component service): ");
            polder.apps.recordFailure(
                    workload("shop"),
                    info("deadbeef"),
                    Problem.guest(Problem.Code.INVALID, "main.go:3: undefined: x", null));

            assertThat(text(polder.get("shop", "/"))).isEqualTo("old");
            AppState state = polder.apps.state(workload("shop")).orElseThrow();
            assertThat(state.phase()).isEqualTo(AppState.Phase.SERVING);
            assertThat(state.versions())
                    .extracting(AppVersion::state)
                    .containsExactly(
                            AppVersion.State.FAILED,
                            AppVersion.State.FAILED,
                            AppVersion.State.FAILED,
                            AppVersion.State.SERVING);
            assertThat(state.versions().getFirst().error()).contains("main.go:3: undefined: x");
            assertThat(state.versions().getFirst().digest()).isNull();
        }
    }

    private static List<String> history(Harness polder) {
        return polder.apps.state(workload("shop")).orElseThrow().versions().stream()
                .map(version -> version.number() + " " + version.state().id())
                .toList();
    }

    @ParameterizedTest
    @EnumSource(value = EngineChoice.class, names = "AUTO", mode = EnumSource.Mode.EXCLUDE)
    void servesAnEarlierVersionAgain(EngineChoice engine) {
        try (Harness polder = new Harness(engine, folder)) {
            assertProblem(
                    () -> polder.apps.rollBack(workload("shop"), 0, ""), Problem.Code.NOT_FOUND, "nothing is deployed");
            polder.deploy("shop", TestModules.answers("one"));
            assertProblem(
                    () -> polder.apps.rollBack(workload("shop"), 0, ""),
                    Problem.Code.NOT_FOUND,
                    "no earlier version is kept (expected: another deployment first)");
            polder.deploy("shop", TestModules.answers("two"));
            polder.apps.recordFailure(
                    workload("shop"), info("1"), Problem.guest(Problem.Code.INVALID, "main.go:3", null));

            AppState state = polder.apps.rollBack(workload("shop"), 0, "user:default/grace");

            assertThat(text(polder.get("shop", "/"))).isEqualTo("one");
            assertThat(history(polder)).containsExactly("4 serving", "3 failed", "2 replaced", "1 replaced");
            DeployInfo info = state.versions().getFirst().info();
            assertThat(info.deployedBy()).isEqualTo("user:default/grace");
            assertThat(info.how()).isEqualTo("rollback");
            assertThat(info.commit()).isEqualTo("0123456789");
            assertProblem(
                    () -> polder.apps.rollBack(workload("shop"), 1, ""),
                    Problem.Code.CONFLICT,
                    "version 1 is what serves (expected: one of 2)");
            assertProblem(
                    () -> polder.apps.rollBack(workload("shop"), 3, ""),
                    Problem.Code.NOT_FOUND,
                    "version 3 is not kept (expected: one of 2)");
        }
        try (Harness polder = new Harness(engine, folder)) {
            polder.apps.restore();
            assertThat(text(polder.get("shop", "/"))).isEqualTo("one");

            polder.apps.rollBack(workload("shop"), 2, "");
            assertThat(text(polder.get("shop", "/"))).isEqualTo("two");

            polder.deploy("shop", TestModules.wantsPages(64));
            polder.apps.rollBack(workload("shop"), 5, "");
            polder.limits.put("shop", new AppLimits(1 << 20, Duration.ofSeconds(10), 1 << 20, 1 << 20, 256));
            assertProblem(() -> polder.apps.rollBack(workload("shop"), 6, ""), Problem.Code.TOO_LARGE, "default/shop");
            assertThat(text(polder.get("shop", "/"))).isEqualTo("two");
            assertThat(history(polder)).startsWith("8 failed", "7 serving", "6 replaced", "5 replaced");
        }
    }

    @Test
    void theLastVersionsAreKeptAndTheOneThatServes() {
        try (Harness polder = new Harness(EngineChoice.ENDIVE, folder)) {
            for (int i = 0; i < WasmApps.MAX_KEPT + 2; i++) {
                polder.deploy("shop", TestModules.answers("v" + i));
            }
            List<AppVersion> versions =
                    polder.apps.state(workload("shop")).orElseThrow().versions();
            assertThat(versions).hasSize(WasmApps.MAX_KEPT + 2);
            assertThat(versions.stream().filter(version -> version.parts() != null))
                    .hasSize(WasmApps.MAX_KEPT)
                    .startsWith(versions.getFirst());
            assertProblem(
                    () -> polder.apps.rollBack(workload("shop"), 1, ""), Problem.Code.NOT_FOUND, "version 1 is not");
        }
    }

    @ParameterizedTest
    @EnumSource(value = EngineChoice.class, names = "AUTO", mode = EnumSource.Mode.EXCLUDE)
    void servesAgainAfterARestart(EngineChoice engine) {
        try (Harness polder = new Harness(engine, folder)) {
            polder.deploy("shop", TestModules.answers("first"));
            polder.deploy("shop", TestModules.answers("second"));
            polder.deploy("still", TestModules.answers("quiet"));
            polder.apps.stop(workload("still"));
            assertProblem(
                    () -> polder.deploy("broken", new byte[] {0, 'a', 's', 'm', 1, 0, 0, 0, 1}),
                    Problem.Code.INVALID,
                    "default/broken");
        }
        try (Harness polder = new Harness(engine, folder)) {
            List<String> told = new ArrayList<>();
            assertThat(polder.apps.restore((app, done, all) -> told.add(app + " " + done + "/" + all)))
                    .isEqualTo(1);
            assertThat(told).containsExactly("default/broken 0/3", "default/shop 1/3", "default/still 2/3");

            assertThat(text(polder.get("shop", "/"))).isEqualTo("second");
            assertThat(polder.apps.states())
                    .extracting(AppState::phase)
                    .containsExactly(AppState.Phase.FAILED, AppState.Phase.SERVING, AppState.Phase.STOPPED);
            AppState shop = polder.apps.state(workload("shop")).orElseThrow();
            assertThat(shop.versions())
                    .extracting(AppVersion::state)
                    .containsExactly(AppVersion.State.SERVING, AppVersion.State.REPLACED);
            assertThat(shop.limits()).isEqualTo(Harness.LIMITS);
            polder.apps.start(workload("still"));
            assertThat(text(polder.get("still", "/"))).isEqualTo("quiet");
        }
    }

    @ParameterizedTest
    @EnumSource(value = EngineChoice.class, names = "AUTO", mode = EnumSource.Mode.EXCLUDE)
    void redeploysUnderLoadWithoutDroppingARequest(EngineChoice engine) {
        try (Harness polder = new Harness(engine, folder)) {
            polder.deploy("shop", TestModules.answers("0"));
            ConcurrentLinkedQueue<String> wrong = new ConcurrentLinkedQueue<>();
            AtomicBoolean done = new AtomicBoolean();
            List<Thread> clients = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                clients.add(Thread.ofVirtual().start(() -> {
                    int last = 0;
                    while (!done.get()) {
                        try {
                            int version = Integer.parseInt(text(polder.get("shop", "/")));
                            if (version < last) {
                                wrong.add("version " + version + " after " + last);
                            }
                            last = version;
                        } catch (RuntimeException e) {
                            wrong.add(e.toString());
                        }
                    }
                }));
            }
            for (int version = 1; version <= 12; version++) {
                polder.deploy("shop", TestModules.answers(Integer.toString(version)));
                assertThat(text(polder.get("shop", "/"))).isEqualTo(Integer.toString(version));
            }
            done.set(true);
            clients.forEach(client -> assertThat(joined(client)).isTrue());

            assertThat(wrong).isEmpty();
            assertThat(polder.apps.stats(workload("shop")).orElseThrow().requests())
                    .isGreaterThan(50);
        }
    }

    private static boolean joined(Thread thread) {
        try {
            return thread.join(Duration.ofSeconds(20));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
