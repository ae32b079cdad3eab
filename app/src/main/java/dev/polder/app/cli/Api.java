package dev.polder.app.cli;

import dev.polder.kernel.model.Problem;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The options of every command that talks to a running Polder, and the calls they make. */
public final class Api {

    public static final JsonMapper JSON = JsonMapper.shared();

    @Option(
            names = "--server",
            paramLabel = "URL",
            defaultValue = "${env:POLDER_SERVER}",
            description = "The portal's URL (default: the Polder that holds --data; env POLDER_SERVER).")
    private @Nullable String server;

    @Option(
            names = "--token",
            paramLabel = "TOKEN",
            defaultValue = "${env:POLDER_TOKEN}",
            description = "A token (default: the local one in --data; env POLDER_TOKEN).")
    private @Nullable String token;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = "${env:POLDER_DATA_DIR:-.polder}",
            description = "The data folder of a Polder on this machine (default: ${DEFAULT-VALUE}).")
    private Path data = Path.of(".polder");

    private @Nullable HttpClient client;

    /** GETs JSON. */
    public JsonNode get(String path) {
        return json(send(request(path).GET()));
    }

    /** POSTs bytes and reads JSON. */
    JsonNode post(String path, String contentType, byte[] body) {
        return json(send(
                request(path).header("content-type", contentType).POST(HttpRequest.BodyPublishers.ofByteArray(body))));
    }

    /** POSTs JSON and reads JSON. */
    public JsonNode post(String path, JsonNode body) {
        return post(path, "application/json", JSON.writeValueAsBytes(body));
    }

    /** POSTs a file and reads JSON. */
    public JsonNode post(String path, String contentType, Path file) {
        try {
            return json(send(
                    request(path).header("content-type", contentType).POST(HttpRequest.BodyPublishers.ofFile(file))));
        } catch (FileNotFoundException e) {
            throw Problem.invalid(file + " cannot be read (expected: a file)");
        }
    }

    /** PUTs JSON and reads JSON. */
    public JsonNode put(String path, JsonNode body) {
        return json(send(request(path)
                .header("content-type", "application/json")
                .PUT(HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)))));
    }

    /** DELETEs; whether the thing was there. */
    boolean delete(String path) {
        try {
            send(request(path).DELETE());
            return true;
        } catch (Problem e) {
            if (e.code() == Problem.Code.NOT_FOUND) {
                return false;
            }
            throw e;
        }
    }

    /** GETs bytes. */
    byte[] bytes(String path) {
        return send(request(path).GET());
    }

    /** Receives the events of a stream until the listener has enough or the stream ends. */
    public void events(String path, EventListener listener) {
        HttpRequest request =
                request(path).header("accept", "text/event-stream").GET().build();
        try {
            HttpResponse<InputStream> response = client().send(request, HttpResponse.BodyHandlers.ofInputStream());
            if (response.statusCode() != 200) {
                throw failure(response.statusCode(), response.body().readAllBytes(), request.uri());
            }
            EventStream.read(response.body(), listener);
        } catch (ConnectException e) {
            throw unreachable(request.uri(), e);
        } catch (IOException e) {
            throw Problem.unavailable("lost the connection to " + request.uri().getAuthority(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Percent-encodes one path segment or query value. */
    public static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** Where the portal is. */
    String baseUrl() {
        if (server != null && !server.isBlank()) {
            return server.endsWith("/") ? server.substring(0, server.length() - 1) : server;
        }
        return RunFile.read(data)
                .map(RunFile::url)
                .orElseThrow(() -> Problem.unavailable(
                        "no Polder holds " + data + " (expected: a running './polder up', or --server URL)", null));
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder builder =
                HttpRequest.newBuilder(URI.create(baseUrl() + path)).timeout(Duration.ofMinutes(15));
        bearer().ifPresent(value -> builder.header("authorization", "Bearer " + value));
        return builder;
    }

    private Optional<String> bearer() {
        if (token != null && !token.isBlank()) {
            return Optional.of(token.strip());
        }
        Path local = RunFile.tokenFile(data);
        try {
            return Files.isReadable(local) && (server == null || server.isBlank())
                    ? Optional.of(Files.readString(local).strip())
                    : Optional.empty();
        } catch (IOException e) {
            throw Problem.unavailable("cannot read " + local, e);
        }
    }

    private byte[] send(HttpRequest.Builder builder) {
        HttpRequest request = builder.build();
        try {
            HttpResponse<byte[]> response = client().send(request, HttpResponse.BodyHandlers.ofByteArray());
            if (response.statusCode() >= 400) {
                throw failure(response.statusCode(), response.body(), request.uri());
            }
            return response.body();
        } catch (ConnectException e) {
            throw unreachable(request.uri(), e);
        } catch (IOException e) {
            throw Problem.unavailable("lost the connection to " + request.uri().getAuthority() + ": " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Problem(Problem.Code.CANCELLED, Problem.WhoFailed.CALLER, true, "interrupted", null, e);
        }
    }

    private static JsonNode json(byte[] body) {
        return JSON.readTree(body);
    }

    private static Problem unreachable(URI uri, ConnectException e) {
        return Problem.unavailable(
                "nothing answers at " + uri.getAuthority() + " (expected: a running './polder up')", e);
    }

    private static Problem failure(int status, byte[] body, URI uri) {
        String detail = "HTTP " + status + " from " + uri.getPath();
        try {
            JsonNode parsed = JSON.readTree(body);
            if (parsed.path("detail").isString()) {
                detail = parsed.path("detail").stringValue();
            } else if (parsed.path("error").path("message").isString()) {
                detail = parsed.path("error").path("message").stringValue();
            } else if (parsed.path("errors").isArray()) {
                detail = parsed.path("errors")
                        .valueStream()
                        .map(error -> error.path("property").asString("") + ": "
                                + error.path("message").asString(""))
                        .reduce((a, b) -> a + "\n  " + b)
                        .orElse(detail);
            }
        } catch (JacksonException e) {
            detail = detail + " (its body is not JSON)";
        }
        Problem.Code code = java.util.Arrays.stream(Problem.Code.values())
                .filter(candidate -> candidate.httpStatus() == status)
                .findFirst()
                .orElse(status >= 500 ? Problem.Code.BAD_UPSTREAM : Problem.Code.INVALID);
        return new Problem(code, Problem.WhoFailed.CALLER, false, detail, null, null);
    }

    /** Made at the first call: a client reads the trust store, which takes longer than most commands. */
    private HttpClient client() {
        HttpClient made = client;
        if (made == null) {
            made = HttpClient.newBuilder()
                    .connectTimeout(Duration.ofSeconds(5))
                    .version(HttpClient.Version.HTTP_1_1)
                    .build();
            client = made;
        }
        return made;
    }
}
