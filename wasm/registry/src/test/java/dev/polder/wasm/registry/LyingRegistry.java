package dev.polder.wasm.registry;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.polder.kernel.model.Digest;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A server that answers as a test says: honest where it is told nothing else, and it keeps what it was asked. */
final class LyingRegistry implements AutoCloseable {

    interface Handler {
        void answer(HttpExchange exchange) throws IOException;
    }

    /** What came: {@code METHOD /path}, and the headers that matter. */
    record Asked(String what, String authorization, String range, String query) {}

    final List<Asked> asked = new CopyOnWriteArrayList<>();
    private final Map<String, Handler> handlers = new ConcurrentHashMap<>();
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    LyingRegistry() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            String path = exchange.getRequestURI().getPath();
            asked.add(new Asked(
                    exchange.getRequestMethod() + " " + path,
                    exchange.getRequestHeaders().getFirst("Authorization"),
                    exchange.getRequestHeaders().getFirst("Range"),
                    exchange.getRequestURI().getRawQuery()));
            try {
                handlers.getOrDefault(path, e -> answer(e, 404, new byte[0])).answer(exchange);
            } finally {
                exchange.close();
            }
        });
        server.start();
    }

    String host() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    String url(String path) {
        return "http://" + host() + path;
    }

    void at(String path, Handler handler) {
        handlers.put(path, handler);
    }

    /** Serves a blob of the repository {@code app} and returns its descriptor in JSON. */
    String blob(String mediaType, byte[] bytes) {
        return blob(mediaType, bytes, exchange -> answer(exchange, 200, bytes));
    }

    /** Promises a blob and serves what the handler serves. */
    String blob(String mediaType, byte[] bytes, Handler handler) {
        Digest digest = Digest.of(bytes);
        at("/v2/app/blobs/" + digest, handler);
        return "{\"mediaType\":\"" + mediaType + "\",\"digest\":\"" + digest + "\",\"size\":" + bytes.length + "}";
    }

    /** Serves a manifest under {@code app:1}. */
    byte[] manifest(String config, String... layers) {
        byte[] bytes = ("{\"schemaVersion\":2,\"config\":" + config + ",\"layers\":[" + String.join(",", layers) + "]}")
                .getBytes(StandardCharsets.UTF_8);
        at("/v2/app/manifests/1", exchange -> answer(exchange, 200, bytes, "Content-Type", MediaTypes.IMAGE_MANIFEST));
        return bytes;
    }

    Reference reference() {
        return Reference.parse(host() + "/app:1");
    }

    static void answer(HttpExchange exchange, int status, byte[] body, String... headers) throws IOException {
        for (int i = 0; i < headers.length; i += 2) {
            exchange.getResponseHeaders().set(headers[i], headers[i + 1]);
        }
        boolean head = exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(status, head || body.length == 0 ? -1 : body.length);
        if (!head && body.length > 0) {
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(body);
            }
        }
    }

    /** Bytes without end, until the client goes away. */
    static void endless(HttpExchange exchange) throws IOException {
        exchange.sendResponseHeaders(200, 0);
        byte[] noise = " ".repeat(64 * 1024).getBytes(StandardCharsets.UTF_8);
        while (true) {
            exchange.getResponseBody().write(noise);
        }
    }

    /** Promises {@code length} bytes, sends these, and hangs up. */
    static void broken(HttpExchange exchange, byte[] bytes, int length) throws IOException {
        exchange.sendResponseHeaders(200, length);
        exchange.getResponseBody().write(bytes);
        exchange.getResponseBody().flush();
        throw new IOException("hung up on purpose");
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
