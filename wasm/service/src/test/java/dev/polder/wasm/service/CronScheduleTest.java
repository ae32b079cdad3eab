package dev.polder.wasm.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.polder.kernel.model.Problem;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CronScheduleTest {

    /** 2026-11-25 is a Wednesday. */
    private static final Instant NOW = Instant.parse("2026-11-25T10:20:30.500Z");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1/2 * * * * *| 2026-11-25T10:20:31Z",
                "0 */5 * * * *| 2026-11-25T10:25:00Z",
                "*/5 * * * *| 2026-11-25T10:25:00Z",
                "0 0 9 * * MON| 2026-11-30T09:00:00Z",
                "0 0 9 * * 0| 2026-11-29T09:00:00Z",
                "0 0 9 * * 7| 2026-11-29T09:00:00Z",
                "0 0 0 L * ?| 2026-11-30T00:00:00Z",
                "0 30 8 1 JAN ? 2030| 2030-01-01T08:30:00Z",
                "0  0   12 * * 1-5| 2026-11-25T12:00:00Z",
            })
    void theNextTime(String expression, Instant expected) {
        assertThat(CronSchedule.parse(expression).next(NOW)).contains(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "often| expected: 5 to 7 fields",
                "1 2 3 4 5 6 7 8| 8 fields",
                "61 * * * * *| expected: 5 to 7 fields",
                "* * * * * X| expected: 5 to 7 fields",
            })
    void whatIsNoExpression(String expression, String words) {
        assertThatThrownBy(() -> CronSchedule.parse(expression))
                .isInstanceOf(Problem.class)
                .hasMessageContaining(words);
    }

    @Test
    void aTimeThatNeverComes() {
        assertThat(CronSchedule.parse("0 0 0 1 1 ? 2020").next(NOW)).isEmpty();
        assertThat(CronSchedule.parse("0 0 0 30 2 ?").next(NOW)).isEmpty();
    }

    @FuzzTest(maxDuration = "20s")
    void everyTextIsAScheduleOrAProblem(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        if (text.length() > 500) {
            return; // the manifest refuses it before
        }
        try {
            var _ = CronSchedule.parse(text).next(NOW);
        } catch (Problem problem) {
            assertThat(problem.code()).isEqualTo(Problem.Code.INVALID);
        }
    }
}
