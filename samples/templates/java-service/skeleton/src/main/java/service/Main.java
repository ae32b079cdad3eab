package service;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.teavm.interop.Export;

/** What the component calls. */
public final class Main {

    /** Called before the first request of an instance. */
    public static void main(String[] args) {
        System.setOut(System.err); // into the log: standard output is the response
    }

    /** Called for each request; an instance may get several, one after the other. */
    @Export(name = "serve")
    public static void serve() {
        try {
            answer();
        } catch (RuntimeException failed) {
            failed.printStackTrace(); // into the log; the instance ends by the trap that follows
            throw failed;
        } catch (IOException failed) {
            failed.printStackTrace();
            throw new UncheckedIOException(failed);
        }
    }

    private static void answer() throws IOException {
        Map<String, String> variables = Cgi.environment();
        Response response = Service.answer(new Request(
                variables.getOrDefault("REQUEST_METHOD", "GET"),
                variables.getOrDefault("PATH_INFO", "/"),
                variables.getOrDefault("QUERY_STRING", ""),
                variables,
                Cgi.IN));
        String head = "Status: " + response.status() + "\nContent-Type: " + response.contentType() + "\n\n";
        Cgi.OUT.write(head.getBytes(StandardCharsets.UTF_8));
        response.body().writeTo(Cgi.OUT);
    }

    private Main() {}
}
