package dev.polder.wasm.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.polder.kernel.model.Problem;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VersionRangeTest {

    private static Stream<String> versions() {
        return Stream.of(
                "0.1.0",
                "0.1.9",
                "0.2.0",
                "latest",
                "1.2.0",
                "1.10.0",
                "1.9.3",
                "1.2.7",
                "2.0.0-rc.2",
                "2.0.0-rc.10",
                "1.11.0-beta",
                "sha256-0123");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "* | 1.10.0",
                ">=1.2 | 1.10.0",
                ">=1.2, <1.10 | 1.9.3",
                "> 1.2 , <= 1.9.3 | 1.9.3",
                "^1.2 | 1.10.0",
                "1.2 | 1.10.0",
                "1 | 1.10.0",
                "~1.2 | 1.2.7",
                "~1.2.1 | 1.2.7",
                "1.2.* | 1.2.7",
                "1.* | 1.10.0",
                "=1.2 | 1.2.7",
                "=1.2.0 | 1.2.0",
                "^0.1 | 0.1.9",
                "0.1.0 | 0.1.9",
                "^0.1.0 | 0.1.9",
                "<0.2 | 0.1.9",
                ">=2.0.0-rc.1 | 2.0.0-rc.10",
                "~2.0.0-rc.1 | 2.0.0-rc.10",
                ">1.10.0, <2 | ",
                ">=2 | ",
                "^3 | ",
            })
    void theNewestThatIsInTheRange(String range, String expected) {
        assertThat(VersionRange.parse(range).newest(versions()).orElse(null)).isEqualTo(expected);
    }

    @Test
    void theBuildOfAVersionIsKept() {
        assertThat(VersionRange.parse("^1.0.0").newest(Stream.of("1.0.0", "1.0.1+linux.5")))
                .contains("1.0.1+linux.5");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "latest",
                "v1.2.3",
                "1.2.3.4",
                ">=1.2 <2",
                ">=1.2,",
                "1.2 || 2",
                "01.2.3",
                ">=*",
                "1.2.3 - 2.0.0",
                "99999999999.0.0",
                "=>1"
            })
    void whatIsNoRangeIsRefused(String text) {
        assertThatThrownBy(() -> VersionRange.parse(text))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.code()).isEqualTo(Problem.Code.INVALID))
                .hasMessageContaining("(expected: one such as 1.2.3, or a range such as >=1.2, <2)");
    }

    @FuzzTest(maxDuration = "30s")
    void anyTextIsARangeOrRefused(byte[] bytes) {
        try {
            VersionRange range = VersionRange.parse(new String(bytes, java.nio.charset.StandardCharsets.UTF_8));
            assertThat(range.newest(versions())).isNotNull();
        } catch (Problem expected) {
            assertThat(expected.code()).isEqualTo(Problem.Code.INVALID);
        }
    }
}
