package service;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ServiceTest {

    private static Response answer(String path, String query) {
        return Service.answer(
                new Request(path, query), Map.of("GREETING", "Good \"day\"", "SERVICE_NAME", "shop"));
    }

    @Test
    void greetsAndShowsPathAndQuery() {
        assertEquals("Good \"day\"\npath: /shop\nquery: a=1\n", answer("/shop", "a=1").body());
    }

    @Test
    void answersInJson() {
        assertEquals(
                "{\"greeting\":\"Good \\\"day\\\"\",\"path\":\"/api\",\"query\":\"x\"}\n", answer("/api", "x").body());
        assertEquals("{\"status\":\"ok\",\"service\":\"shop\"}\n", answer("/health", "").body());
    }
}
