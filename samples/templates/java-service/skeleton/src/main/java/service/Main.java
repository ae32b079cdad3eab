package service;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/** One run answers one request. */
public final class Main {

    private static final int CHUNK = 64 * 1024;

    public static void main(String[] args) {
        Map<String, String> environment = Wagi.environment();
        if (environment.getOrDefault("REQUEST_METHOD", "GET").equals("POST")) {
            echo(environment.getOrDefault("CONTENT_TYPE", "application/octet-stream"));
            return;
        }
        Request request =
                new Request(environment.getOrDefault("PATH_INFO", "/"), environment.getOrDefault("QUERY_STRING", ""));
        Response response = Service.answer(request, environment);
        head(response.status(), response.contentType());
        byte[] body = response.body().getBytes(StandardCharsets.UTF_8);
        Wagi.write(body, body.length);
    }

    /** Sends the posted body back, part by part; it is never whole in memory here. */
    private static void echo(String contentType) {
        head(200, contentType);
        byte[] part = new byte[CHUNK];
        for (int length = Wagi.read(part); length > 0; length = Wagi.read(part)) {
            Wagi.write(part, length);
        }
    }

    private static void head(int status, String contentType) {
        byte[] head = ("Status: " + status + "\nContent-Type: " + contentType + "\n\n").getBytes(StandardCharsets.UTF_8);
        Wagi.write(head, head.length);
    }

    private Main() {}
}
