package dev.polder.wasm.registry.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ChallengeTest {

    @Test
    void readsSchemesAndParameters() {
        assertThat(Challenge.parse(
                        "Bearer realm=\"https://auth.example/token\",service=\"a, b\",scope=\"x:y:pull,push\""))
                .containsExactly(new Challenge(
                        "bearer",
                        Map.of("realm", "https://auth.example/token", "service", "a, b", "scope", "x:y:pull,push")));
        assertThat(Challenge.parse("Negotiate, Basic realm=test , charset = \"UTF-8\", Bearer REALM=\"a\\\"b\""))
                .containsExactly(
                        new Challenge("negotiate", Map.of()),
                        new Challenge("basic", Map.of("realm", "test", "charset", "UTF-8")),
                        new Challenge("bearer", Map.of("realm", "a\"b")));
    }

    @Test
    void endsAtWhatItCannotRead() {
        for (String header : new String[] {"", ",", "=", "\"", "Bearer realm=\"open", "Bearer =x", "\\", "a=\"\\"}) {
            assertThat(Challenge.parse(header).size()).as(header).isLessThan(2);
        }
        assertThat(Challenge.parse("Basic ".repeat(10_000))).isEmpty();
    }

    @FuzzTest(maxDuration = "20s")
    void alwaysEnds(byte[] bytes) {
        for (Challenge challenge : Challenge.parse(new String(bytes, StandardCharsets.UTF_8))) {
            assertThat(challenge.scheme()).isNotEmpty();
        }
    }
}
