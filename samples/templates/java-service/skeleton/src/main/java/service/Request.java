package service;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * What is asked for.
 *
 * @param path without the query, and decoded
 * @param variables those of CGI, and those that spin.toml sets
 * @param body arrives while it is read
 */
record Request(String method, String path, String query, Map<String, String> variables, InputStream body) {

    /** A header, by its name in any case; empty where there is none. */
    String header(String name) {
        return variable("HTTP_" + name.toUpperCase().replace('-', '_'));
    }

    /** A variable; empty where there is none. */
    String variable(String name) {
        return variables.getOrDefault(name, "");
    }

    /** All of the body. */
    String text() throws IOException {
        return new String(body.readAllBytes(), StandardCharsets.UTF_8);
    }
}
