package dev.polder.mesh.proxy.internal.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LocalResponseTest {

    @Test
    void membersOfAProblemStandInItsBodyAndTheFirstNamesItsType() {
        LocalResponse plain = LocalResponse.problem(new Head(), 502, "it \"broke\"", "-");
        LocalResponse limit = LocalResponse.problem(new Head(), 504, "too slow", "-", Map.of("limit", "wall-time"));

        assertThat(text(plain))
                .isEqualTo("{\"type\":\"about:blank\",\"title\":\"Bad Gateway\",\"status\":502,"
                        + "\"detail\":\"it \\\"broke\\\"\"}\n");
        assertThat(text(limit))
                .startsWith("{\"type\":\"urn:polder:problem:limit\",")
                .endsWith("\"detail\":\"too slow\",\"limit\":\"wall-time\"}\n");
    }

    private static String text(LocalResponse response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }
}
