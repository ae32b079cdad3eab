package service;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.teavm.interop.Export;

/** What the component calls. */
public final class Main {

    private static final int CHUNK = 64 * 1024;

    /** Called before the first request of an instance. */
    public static void main(String[] args) {}

    /** Called for each request; an instance may get several, one after the other. */
    @Export(name = "serve")
    public static void serve() {
        try {
            answer();
        } catch (RuntimeException failed) {
            failed.printStackTrace(); // into the log; the instance ends by the trap that follows
            throw failed;
        }
    }

    private static void answer() {
        Map<String, String> environment = Cgi.environment();
        if (environment.getOrDefault("REQUEST_METHOD", "GET").equals("POST")) {
            String contentType = environment.getOrDefault("CONTENT_TYPE", "");
            echo(contentType.isEmpty() ? "application/octet-stream" : contentType);
            return;
        }
        Request request =
                new Request(environment.getOrDefault("PATH_INFO", "/"), environment.getOrDefault("QUERY_STRING", ""));
        Response response = Service.answer(request, environment);
        head(response.status(), response.contentType());
        byte[] body = response.body().getBytes(StandardCharsets.UTF_8);
        Cgi.write(body, body.length);
    }

    /** Sends the posted body back, part by part; it is never whole in memory here. */
    private static void echo(String contentType) {
        head(200, contentType);
        byte[] part = new byte[CHUNK];
        for (int length = Cgi.read(part); length > 0; length = Cgi.read(part)) {
            Cgi.write(part, length);
        }
    }

    private static void head(int status, String contentType) {
        byte[] head = ("Status: " + status + "\nContent-Type: " + contentType + "\n\n").getBytes(StandardCharsets.UTF_8);
        Cgi.write(head, head.length);
    }

    private Main() {}
}
