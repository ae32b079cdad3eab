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

/** Java, by Maven and TeaVM; its build takes seconds, so there is one, and one that fails. */
class JavaTemplateIT {

    @TempDir
    Path folder;

    private final List<String> lines = Collections.synchronizedList(new ArrayList<>());

    /** On Wasmtime it is among the components of all languages. */
    @Test
    void servesOnThePortableEngineAndTellsWhereItFails() throws IOException {
        Builds.assume(Language.JAVA);
        Path source = Skeletons.write(Language.JAVA, folder.resolve("source"), "Hello");
        Path code = source.resolve("src/main/java/service/Service.java");
        String text = Files.readString(code);
        int line = (int) text.substring(0, text.indexOf("        return switch"))
                        .lines()
                        .count()
                + 2;
        Files.writeString(code, text.replace("        return switch", """
                                if (request.path().equals("/math")) return Response.text("" + Math.floor(1000 * Math.pow(Math.sin(1), 2)));
                                if (request.path().equals("/fail")) throw new IllegalStateException(request.query());
                                return switch"""));
        BuiltApp app = Builds.BUILDER.build(BuildRequest.of(source, lines::add));
        assertThat(app.components().getFirst().wasm()).hasSizeLessThan(700_000);
        try (Harness polder = new Harness(EngineChoice.ENDIVE, folder.resolve("polder"))) {
            polder.apps.deploy(workload("shop"), app, info("0123456789"));
            assertThat(text(polder.get("shop", "/a%20path?x=1"))).isEqualTo("Hello\npath: /a path\nquery: x=1\n");

            assertThat(text(polder.get("shop", "/math"))).isEqualTo("708.0");

            assertThatThrownBy(() -> polder.get("shop", "/fail?no+such+thing")).isInstanceOf(Problem.class);
            assertThat(polder.apps.log(workload("shop")).after(0))
                    .extracting(LogLine::text)
                    .contains("java.lang.IllegalStateException: no+such+thing")
                    .anySatisfy(said -> assertThat(said).endsWith("service.Service.answer(Service.java:" + line + ")"));
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
