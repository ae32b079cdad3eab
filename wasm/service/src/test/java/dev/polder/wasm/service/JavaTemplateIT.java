package dev.polder.wasm.service;

import static dev.polder.wasm.service.Harness.info;
import static dev.polder.wasm.service.Harness.text;
import static dev.polder.wasm.service.Harness.workload;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.engine.EngineChoice;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Java, by Maven and TeaVM, on both engines; its build takes seconds, so there is one, and one that fails. */
class JavaTemplateIT {

    @TempDir
    Path folder;

    private final List<String> lines = Collections.synchronizedList(new ArrayList<>());

    @Test
    void javaServes() {
        Builds.assume(Language.JAVA);
        BuiltApp built = Builds.BUILDER.build(BuildRequest.of(
                Skeletons.write(Language.JAVA, folder.resolve("source"), "Grüße \"from\" the template"), lines::add));

        assertThat(built.language()).isEqualTo(Language.JAVA);
        assertThat(built.components().getFirst().wasm()).hasSizeLessThan(200_000);
        for (EngineChoice engine : List.of(EngineChoice.WASMTIME, EngineChoice.ENDIVE)) {
            try (Harness polder = new Harness(engine, folder.resolve(engine.name()))) {
                polder.apps.deploy(workload("shop"), built, info("a".repeat(40)));

                assertThat(text(polder.get("shop", "/some/path?x=1")))
                        .isEqualTo("Grüße \"from\" the template\npath: /some/path\nquery: x=1\n");
                assertThat(text(polder.get("shop", "/api?q")))
                        .isEqualTo("{\"greeting\":\"Grüße \\\"from\\\" the template\",\"path\":\"/api\","
                                + "\"query\":\"q\"}\n");
                assertThat(text(polder.get("shop", "/health"))).isEqualTo("{\"status\":\"ok\",\"service\":\"shop\"}\n");
            }
        }
    }

    @Test
    void whatTheCompilerRefusesIsShown() throws IOException {
        Builds.assume(Language.JAVA);
        Path source = Skeletons.write(Language.JAVA, folder, "Hello");
        Path code = source.resolve("src/main/java/service/Service.java");
        Files.writeString(code, "\nnot code\n", StandardCharsets.UTF_8, java.nio.file.StandardOpenOption.APPEND);

        assertThatThrownBy(() -> Builds.BUILDER.build(BuildRequest.of(source, lines::add)))
                .isInstanceOfSatisfying(
                        Problem.class,
                        problem -> assertThat(problem.whoFailed()).isEqualTo(Problem.WhoFailed.GUEST))
                .hasMessageContaining("Service.java");
    }
}
