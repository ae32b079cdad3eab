package dev.polder.wasm.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** Wasmtime's own server as a peer, brought by deploy/test-peers: what it serves is a component of {@code wasi:http}. */
final class WasmtimePeer implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Process process;
    private final Path log;
    private final URI address;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private WasmtimePeer(Process process, Path log, URI address) {
        this.process = process;
        this.log = log;
        this.address = address;
    }

    /** Skips the test when the program is not there. */
    static Path program() {
        String home = System.getProperty("user.home");
        Path peers = Path.of(System.getenv().getOrDefault("POLDER_PEERS", home + "/.cache/polder/peers/bin"));
        Path program = peers.resolve("wasmtime");
        assumeThat(program).as("wasmtime, which deploy/test-peers brings").isExecutable();
        return program;
    }

    static WasmtimePeer serve(Path component, Map<String, String> environment) {
        List<String> command = new ArrayList<>(List.of(program().toString(), "serve", "-S", "cli=y"));
        command.addAll(List.of("-C", "compiler=winch")); // in a quarter of the time, for a language's whole engine
        environment.forEach((name, value) -> command.addAll(List.of("--env", name + "=" + value)));
        try {
            Path log = Files.createTempFile("wasmtime", ".log");
            int port = freePort();
            command.addAll(List.of("--addr", "127.0.0.1:" + port, component.toString()));
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            WasmtimePeer peer = new WasmtimePeer(process, log, URI.create("http://127.0.0.1:" + port));
            Awaitility.await().atMost(PATIENCE).until(() -> peer.serves() || !process.isAlive());
            assertThat(process.isAlive()).as(Files.readString(log)).isTrue();
            return peer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    HttpResponse<byte[]> get(String target) {
        return send(HttpRequest.newBuilder(address.resolve(target)).build(), BodyHandlers.ofByteArray());
    }

    HttpResponse<byte[]> post(String target, String contentType, byte[] body) {
        return send(
                HttpRequest.newBuilder(address.resolve(target))
                        .header("Content-Type", contentType)
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                        .build(),
                BodyHandlers.ofByteArray());
    }

    private <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> handler) {
        try {
            return client.send(request, handler);
        } catch (IOException e) {
            throw new UncheckedIOException(said(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private boolean serves() throws IOException {
        return Files.readString(log).contains("Serving HTTP on");
    }

    private String said() {
        try {
            return "wasmtime said: " + Files.readString(log);
        } catch (IOException e) {
            return "wasmtime's words cannot be read: " + e;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
            client.close();
            Files.deleteIfExists(log);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
