package dev.polder.wasm.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polder.kernel.model.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What {@code docs/wasm.md} shows of a refused manifest is what is said. */
class RefusalsInDocsTest {

    private static final Path DOCUMENT = Path.of("../../docs/wasm.md");

    @Test
    void everyRefusedKeyIsReportedAsDocumented() throws IOException {
        String text = Files.readString(DOCUMENT);
        String section = text.substring(text.indexOf("### How refused keys are reported"));

        assertThatThrownBy(() -> SpinManifest.parse("spin.toml", block(section, "toml")))
                .isInstanceOfSatisfying(
                        Problem.class,
                        problem -> assertThat("polder: " + problem.getMessage())
                                .isEqualTo(block(section, "text").stripTrailing()));
    }

    /** The first block of code in a language. */
    private static String block(String section, String language) {
        String fence = "```" + language + "\n";
        int begin = section.indexOf(fence) + fence.length();
        return section.substring(begin, section.indexOf("```", begin));
    }
}
