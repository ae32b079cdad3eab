package dev.polder.wasm.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polder.kernel.model.Problem;
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
