package dev.polder.wasm.service;

import static dev.polder.wasm.service.Harness.info;
import static dev.polder.wasm.service.Harness.text;
import static dev.polder.wasm.service.Harness.workload;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.engine.EngineChoice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each template, built by its real compiler, on both engines: serve, edit, deploy again under load, break it. */
class TemplatesIT {

    @TempDir
    static Path shared;

    @TempDir
    Path folder;

    /** The app as it comes out of the template, and after its greeting was edited in the source. */
    private record Pair(BuiltApp original, BuiltApp edited, Problem broken) {}

    private static final Map<Language, Pair> BUILT = new EnumMap<>(Language.class);
    private static Toolchains toolchains;
    private static AppBuilder builder;

    @BeforeAll
    static void open() {
        toolchains = new Toolchains();
        builder = new AppBuilder(toolchains, shared.resolve("caches"));
    }

    static Stream<Arguments> everywhere() {
        return Skeletons.languages().stream()
                .flatMap(language -> Stream.of(EngineChoice.WASMTIME, EngineChoice.ENDIVE)
                        .map(engine -> Arguments.of(language, engine)));
    }

    /** Builds once for both engines. */
    private static Pair built(Language language) throws IOException {
        Toolchain toolchain = toolchains.of(language).orElseThrow();
        assumeThat(toolchain.found()).as(toolchain.missing()).isTrue();
        Pair pair = BUILT.get(language);
        if (pair == null) {
            Path source = Skeletons.write(language, shared.resolve(language.id()), "Grüße \"from\" the template");
            BuiltApp original = build(source);
            Path code = source.resolve(
                    switch (language) {
                        case ASSEMBLYSCRIPT -> "assembly/index.ts";
                        case GO -> "main.go";
                        default -> "src/main.rs";
                    });
            String text = Files.readString(code);
            Files.writeString(code, text.replace("path: ", "way: "));
            BuiltApp edited = build(source);
            Files.writeString(code, text + "\nnot code\n");
            Problem broken = null;
            try {
                build(source);
            } catch (Problem problem) {
                broken = problem;
            }
            pair = new Pair(original, edited, broken);
            BUILT.put(language, pair);
        }
        return pair;
    }

    private static BuiltApp build(Path source) {
        return builder.build(BuildRequest.of(source, line -> {}));
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    void servesIsEditedAndServesAgain(Language language, EngineChoice engine) throws IOException {
        Pair pair = built(language);
        try (Harness polder = new Harness(engine, folder)) {
            polder.apps.deploy(workload("shop"), pair.original(), info("a".repeat(40)));

            HttpResponseData greeting = polder.get("shop", "/some/path%20here?x=1&y=2");
            assertThat(greeting.status()).isEqualTo(200);
            assertThat(greeting.header("Content-Type")).isEqualTo("text/plain; charset=utf-8");
            assertThat(text(greeting))
                    .isEqualTo("Grüße \"from\" the template\npath: /some/path here\nquery: x=1&y=2\n");
            HttpResponseData health = polder.get("shop", "/health");
            assertThat(health.header("content-type")).isEqualTo("application/json");
            assertThat(text(health)).isEqualTo("{\"status\":\"ok\",\"service\":\"shop\"}\n");

            replaceUnderLoad(polder, pair);

            assertThat(text(polder.get("shop", "/"))).contains("\nway: /\n");
            assertThat(pair.broken()).isNotNull();
            polder.apps.recordFailure(workload("shop"), info("b".repeat(40)), pair.broken());
            assertThat(text(polder.get("shop", "/"))).contains("\nway: /\n");
            AppVersion failed =
                    polder.apps.state(workload("shop")).orElseThrow().versions().getFirst();
            assertThat(failed.state()).isEqualTo(AppVersion.State.FAILED);
            assertThat(failed.error()).contains("ended with exit code", "its last words:");

            byte[] wasm = pair.edited().components().getFirst().wasm();
            byte[] cut = Arrays.copyOf(wasm, wasm.length / 2);
            assertThatThrownBy(() -> polder.deploy("shop", cut))
                    .isInstanceOfSatisfying(
                            Problem.class, problem -> assertThat(problem.code()).isEqualTo(Problem.Code.INVALID));
            assertThat(text(polder.get("shop", "/"))).contains("\nway: /\n");
        }
    }

    private static void replaceUnderLoad(Harness polder, Pair pair) {
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
        Awaitility.await().until(() -> before.get() > 20 || !wrong.isEmpty());
        polder.apps.deploy(workload("shop"), pair.edited(), info("c".repeat(40)));
        Awaitility.await().until(() -> after.get() > 20 || !wrong.isEmpty());
        done.set(true);
        Awaitility.await().until(() -> clients.stream().noneMatch(Thread::isAlive));
        assertThat(wrong).isEmpty();
    }
}
