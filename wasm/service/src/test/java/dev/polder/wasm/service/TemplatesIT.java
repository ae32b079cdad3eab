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
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each template, built by its real compiler, on both engines: serve, edit, deploy again under load, break it. */
class TemplatesIT {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir
    Path folder;

    static Stream<Arguments> everywhere() {
        return Skeletons.languages().stream()
                .flatMap(language -> Stream.of(EngineChoice.WASMTIME, EngineChoice.ENDIVE)
                        .map(engine -> Arguments.of(language, engine)));
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    void servesIsEditedAndServesAgain(Language language, EngineChoice engine) {
        Builds.Built built = Builds.of(language);
        try (Harness polder = new Harness(engine, folder)) {
            polder.apps.deploy(workload("shop"), built.original(), info("a".repeat(40)));

            HttpResponseData greeting = polder.get("shop", "/some/path%20here?x=1&y=2");
            assertThat(greeting.status()).isEqualTo(200);
            assertThat(greeting.header("Content-Type")).isEqualTo("text/plain; charset=utf-8");
            assertThat(text(greeting))
                    .isEqualTo("Grüße \"from\" the template\npath: /some/path here\nquery: x=1&y=2\n");
            HttpResponseData health = polder.get("shop", "/health");
            assertThat(health.header("content-type")).isEqualTo("application/json");
            assertThat(text(health)).isEqualTo("{\"status\":\"ok\",\"service\":\"shop\"}\n");

            if (language == Language.GO && engine == EngineChoice.ENDIVE) {
                return; // compiling Go's runtime to bytecode once more would take longer than all other tests
            }
            replaceUnderLoad(polder, built.edited());

            assertThat(text(polder.get("shop", "/"))).contains("\nway: /\n");
            polder.apps.recordFailure(workload("shop"), info("b".repeat(40)), built.failure());
            assertThat(text(polder.get("shop", "/"))).contains("\nway: /\n");
            AppVersion failed =
                    polder.apps.state(workload("shop")).orElseThrow().versions().getFirst();
            assertThat(failed.state()).isEqualTo(AppVersion.State.FAILED);
            assertThat(failed.error()).contains("ended with exit code", "its last words:");

            byte[] wasm = built.edited().components().getFirst().wasm();
            byte[] cut = Arrays.copyOf(wasm, wasm.length / 2);
            assertThatThrownBy(() -> polder.deploy("shop", cut))
                    .isInstanceOfSatisfying(
                            Problem.class, problem -> assertThat(problem.code()).isEqualTo(Problem.Code.INVALID));
            assertThat(text(polder.get("shop", "/"))).contains("\nway: /\n");
        }
    }

    private static void replaceUnderLoad(Harness polder, BuiltApp edited) {
        ConcurrentLinkedQueue<String> wrong = new ConcurrentLinkedQueue<>();
        AtomicBoolean done = new AtomicBoolean();
        AtomicInteger before = new AtomicInteger();
        AtomicInteger after = new AtomicInteger();
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            clients.add(Thread.ofVirtual().start(() -> {
                while (!done.get()) {
                    try {
                        String answer = text(polder.get("shop", "/"));
                        (answer.contains("\nway: /\n") ? after : before).incrementAndGet();
                    } catch (RuntimeException e) {
                        wrong.add(e.toString());
                    }
                }
            }));
        }
        Awaitility.await().atMost(PATIENCE).until(() -> before.get() > 20 || !wrong.isEmpty());
        polder.apps.deploy(workload("shop"), edited, info("c".repeat(40)));
        Awaitility.await().atMost(PATIENCE).until(() -> after.get() > 20 || !wrong.isEmpty());
        done.set(true);
        Awaitility.await().atMost(PATIENCE).until(() -> clients.stream().noneMatch(Thread::isAlive));
        assertThat(wrong).isEmpty();
    }
}
