package dev.polder.wasm.service;

import static dev.polder.wasm.service.Harness.info;
import static dev.polder.wasm.service.Harness.workload;
import static org.assertj.core.api.Assertions.assertThat;

import dev.polder.wasm.engine.EngineChoice;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Apps that nobody asks let go of their code, and come back without anybody noticing. */
class ScaleToZeroIT {

    private static final Duration SOON = Duration.ofMillis(30);

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
}
