package dev.polder.wasm.service;

import static dev.polder.wasm.service.Harness.info;
import static dev.polder.wasm.service.Harness.workload;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.polder.wasm.engine.EngineChoice;
import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.ref.SoftReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Apps that nobody asks let go of their code, and come back without anybody noticing. */
class ScaleToZeroIT {

    private static final Duration SOON = Duration.ofMillis(30);

    private static final Path MAPS = Path.of("/proc/self/maps");

    @TempDir
    Path folder;

    private static boolean isIdle(Harness polder, String name) {
        return polder.apps.state(workload(name)).orElseThrow().idle();
    }

    @ParameterizedTest
    @EnumSource(value = EngineChoice.class, names = "AUTO", mode = EnumSource.Mode.EXCLUDE)
    void noRequestIsLostOnTheWayDownAndUp(EngineChoice engine) {
        try (Harness polder = new Harness(engine, folder, SOON)) {
            polder.deploy("shop", TestModules.answers("hello"));
            for (int round = 0; round < 3; round++) {
                Awaitility.await().until(() -> isIdle(polder, "shop"));
                assertThat(polder.apps.state(workload("shop")).orElseThrow().phase())
                        .isEqualTo(AppState.Phase.SERVING);
                List<CompletableFuture<HttpResponseData>> answers = new ArrayList<>();
                for (int i = 0; i < 8; i++) {
                    answers.add(polder.apps
                            .handle(workload("shop"), HttpRequestData.get("h", "/"))
                            .toCompletableFuture());
                }
                assertThat(answers)
                        .allSatisfy(answer ->
                                assertThat(Harness.text(answer.join())).isEqualTo("hello"));
            }
            // One after the other, with the release falling wherever it falls.
            for (int i = 0; i < 20; i++) {
                assertThat(Harness.text(polder.get("shop", "/"))).isEqualTo("hello");
            }
        }
    }

    @Test
    void anAppWithoutCodeAndOneThatWasStoppedAreNotIdle() {
        try (Harness polder = new Harness(EngineChoice.ENDIVE, folder, SOON)) {
            polder.deploy("shop", TestModules.answers("hello"));
            polder.deploy("other", TestModules.answers("other"));
            polder.apps.stop(workload("shop"));
            Awaitility.await().until(() -> isIdle(polder, "other"));
            assertThat(isIdle(polder, "shop")).isFalse();

            polder.apps.start(workload("shop"));
            Awaitility.await().until(() -> isIdle(polder, "shop"));
            polder.apps.deploy(workload("shop"), TestModules.app(TestModules.answers("again")), info("2"));
            assertThat(Harness.text(polder.get("shop", "/"))).isEqualTo("again");
        }
    }

    /** Without a collection: those stop every app. */
    @Test
    void theMachineCodeOfAnIdleAppLeavesTheProcess() throws IOException {
        assumeTrue(Files.isReadable(MAPS), "no /proc/self/maps here");
        try (Harness polder = new Harness(EngineChoice.WASMTIME, folder, SOON)) {
            polder.deploy("shop", TestModules.answers("hello"));
            int seen = 0;
            for (int round = 0; round < 10 && seen == 0; round++) {
                Awaitility.await().until(() -> isIdle(polder, "shop"));
                long collections = collections();
                polder.apps
                        .handle(workload("shop"), HttpRequestData.get("h", "/"))
                        .toCompletableFuture()
                        .join();
                boolean mapped = isMapped();
                Awaitility.await().until(() -> isIdle(polder, "shop") && !isMapped());
                seen += mapped && collections == collections() ? 1 : 0;
            }
            assertThat(seen)
                    .as("code that came and went while Java collected nothing")
                    .isOne();
        }
    }

    /** What it was made of is not read again, and is there when its code is not. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anIdleAppComesBackByItsCodeAndWithoutThatByItsFile(boolean component) throws IOException {
        try (Harness polder = new Harness(EngineChoice.WASMTIME, folder, SOON)) {
            polder.apps.deploy(
                    workload("shop"),
                    component ? component() : TestModules.app(TestModules.answers("hello")),
                    info("1"));
            Path blobs = folder.resolve("data/blobs");
            Path away = folder.resolve("away");
            for (int round = 0; round < 2; round++) {
                Awaitility.await().until(() -> isIdle(polder, "shop"));
                Files.move(blobs, away);
                assertThat(polder.get("shop", "/").status()).isEqualTo(200);
                Awaitility.await().until(() -> isIdle(polder, "shop"));
                Files.move(away, blobs);

                Files.move(folder.resolve("compiled"), folder.resolve("code-" + round));
                Files.createDirectories(folder.resolve("compiled/wasmtime"));
                assertThat(polder.get("shop", "/").status()).isEqualTo(200);
            }
        }
    }

    /** What is left of an app is not what memory is made of when there is need. */
    @Test
    void anIdleAppComesBackByItsCodeWhenMemoryWasShort() throws IOException {
        try (Harness polder = new Harness(EngineChoice.WASMTIME, folder, SOON)) {
            polder.apps.deploy(workload("shop"), component(), info("1"));
            Awaitility.await().until(() -> isIdle(polder, "shop"));
            // Until nobody wakes it to see how that goes.
            Awaitility.await().during(Duration.ofMillis(200)).until(() -> polder.executor.running() == 0);
            SoftReference<Object> soft = new SoftReference<>(new Object());
            assertThatThrownBy(() -> length(Integer.MAX_VALUE - 2)).isInstanceOf(OutOfMemoryError.class);
            assertThat(soft.get()).as("what is held softly").isNull();

            Files.move(folder.resolve("data/blobs"), folder.resolve("away"));
            assertThat(polder.get("shop", "/").status()).isEqualTo(200);
        }
    }

    @Test
    void anAppThatFellAsleepIsWokenForNobodyWhoWouldSee() throws IOException {
        try (Harness polder = new Harness(EngineChoice.WASMTIME, folder, SOON)) {
            polder.apps.deploy(workload("shop"), component(), info("1"));
            Duration often = Duration.ofMillis(1);
            Awaitility.await().pollInterval(often).until(() -> isIdle(polder, "shop"));
            Awaitility.await().pollInterval(often).until(() -> polder.executor.running() > 0);
            assertThat(isIdle(polder, "shop")).isTrue();
            assertThat(polder.apps.stats(workload("shop")).orElseThrow().instances())
                    .isEqualTo(new AppStats.Instances(0, 0, 0));
        }
    }

    private static BuiltApp component() throws IOException {
        return TestModules.served(Files.readAllBytes(Path.of("../../deploy/training/service.wasm")));
    }

    /** Of 16 GiB, which no heap of a test has: the JVM gives up all that it may before it says so. */
    private static long length(int longs) {
        return new long[longs].length;
    }

    private boolean isMapped() throws IOException {
        try (Stream<String> lines = Files.lines(MAPS)) {
            return lines.anyMatch(
                    line -> line.contains(folder.resolve("compiled").toString()));
        }
    }

    private static long collections() {
        return ManagementFactory.getGarbageCollectorMXBeans().stream()
                .mapToLong(GarbageCollectorMXBean::getCollectionCount)
                .sum();
    }
}
