package dev.polder.wasm.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.polder.kernel.model.Problem;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DotEnvTest {

    @Test
    void readsWhatPeopleWrite() {
        assertThat(DotEnv.parse(".env", """
                # of the shop
                A=plain
                export B = two words   # and a comment
                C="a \\"quoted\\" # value\\nof two lines"
                D='as $it \\n stands'
                EMPTY=
                F=#none
                G=a#b
                """))
                .isEqualTo(Map.of(
                        "A", "plain",
                        "B", "two words",
                        "C", "a \"quoted\" # value\nof two lines",
                        "D", "as $it \\n stands",
                        "EMPTY", "",
                        "F", "",
                        "G", "a#b"));
    }

    @Test
    void tellsTheLineAndNoValue() {
        assertThatThrownBy(() -> DotEnv.parse(".env", "A=1\nhunter2\n"))
                .isInstanceOf(Problem.class)
                .hasMessageContaining(".env:2:1: no variable (expected: NAME=VALUE)")
                .hasMessageNotContaining("hunter2");
        assertThatThrownBy(() -> DotEnv.parse(".env", "A=\"open")).hasMessageContaining(".env:1:1");
    }

    @FuzzTest(maxDuration = "30s")
    void anyTextIsReadOrRefused(byte[] bytes) {
        try {
            assertThat(DotEnv.parse(".env", new String(bytes, StandardCharsets.UTF_8)))
                    .isNotNull();
        } catch (Problem expected) {
            assertThat(expected.getMessage()).isNotBlank();
        }
    }
}
