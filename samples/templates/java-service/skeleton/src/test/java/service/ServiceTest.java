package service;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ServiceTest {

    private static final Map<String, String> VARIABLES = Map.of("GREETING", "Good \"day\"", "SERVICE_NAME", "shop");

    private static String answer(String method, String path, String query, String body) throws IOException {
        ByteArrayInputStream in = new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Service.answer(new Request(method, path, query, VARIABLES, in)).body().writeTo(out);
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void greetsAndShowsPathAndQuery() throws IOException {
        assertEquals("Good \"day\"\npath: /shop\nquery: a=1\n", answer("GET", "/shop", "a=1", ""));
    }

    @Test
    void answersInJson() throws IOException {
        assertEquals(
                "{\"greeting\":\"Good \\\"day\\\"\",\"path\":\"/api\",\"query\":\"x\"}\n",
                answer("GET", "/api", "x", ""));
        assertEquals("{\"status\":\"ok\",\"service\":\"shop\"}\n", answer("GET", "/health", "", ""));
    }

    @Test
    void sendsThePostedBodyBack() throws IOException {
        assertEquals("a body", answer("POST", "/", "", "a body"));
    }
}
