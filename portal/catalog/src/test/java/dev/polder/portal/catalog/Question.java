package dev.polder.portal.catalog;

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One request to a catalogue.
 *
 * @param method GET, POST, PUT or DELETE
 * @param path below {@code /api/catalog}, encoded
 * @param body JSON, or null
 */
record Question(String method, String path, @Nullable String body) {

    static Question get(String path) {
        return new Question("GET", path, null);
    }

    static Question post(String path, String body) {
        return new Question("POST", path, body);
    }

    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    HttpRequest.Builder to(String base) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + path));
        if (body == null) {
            return request.method(method, HttpRequest.BodyPublishers.noBody());
        }
        return request.header("content-type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body));
    }

    @Override
    public String toString() {
        return method + " " + path + (body == null ? "" : " " + body);
    }
}
