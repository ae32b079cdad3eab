package dev.polder.mesh.proxy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.TreeMap;
import java.util.concurrent.Executors;

/** A server of another make (the JDK's) behind the gateway. */
final class TestUpstream implements AutoCloseable {

    private final HttpServer server;

    TestUpstream(String name) {
        try {
            server = HttpServer.create(TestMesh.loopback(0), 1024);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", exchange -> text(exchange, 200, name));
        server.createContext("/echo", TestUpstream::echo);
        server.createContext("/headers", exchange -> text(exchange, 200, headers(exchange)));
        server.createContext("/chunked", TestUpstream::chunked);
        server.createContext("/status", TestUpstream::status);
        server.createContext("/bytes", TestUpstream::bytes);
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    private static void text(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getRequestBody().readAllBytes();
        boolean head = exchange.getRequestMethod().equals("HEAD");
        if (head) {
            exchange.getResponseHeaders().set("Content-Length", Integer.toString(bytes.length));
        }
        exchange.sendResponseHeaders(status, head ? -1 : bytes.length);
        if (!head) {
            exchange.getResponseBody().write(bytes);
        }
        exchange.close();
    }

    private static String headers(HttpExchange exchange) {
        StringBuilder all = new StringBuilder(exchange.getRequestMethod() + " " + exchange.getRequestURI() + "\n");
        new TreeMap<>(exchange.getRequestHeaders())
                .forEach((name, values) -> values.forEach(value -> all.append(name.toLowerCase(Locale.ROOT))
                        .append(": ")
                        .append(value)
                        .append('\n')));
        return all.toString();
    }

    private static void echo(HttpExchange exchange) throws IOException {
        String length = exchange.getRequestHeaders().getFirst("Content-Length");
        exchange.sendResponseHeaders(200, length == null || length.equals("0") ? 0 : Long.parseLong(length));
        try (OutputStream out = exchange.getResponseBody()) {
            exchange.getRequestBody().transferTo(out);
        }
        exchange.close();
    }

    private static void chunked(HttpExchange exchange) throws IOException {
        exchange.sendResponseHeaders(200, 0);
        try (OutputStream out = exchange.getResponseBody()) {
            for (int i = 0; i < 10; i++) {
                out.write(("part " + i + "\n").getBytes(StandardCharsets.UTF_8));
                out.flush();
            }
        }
        exchange.close();
    }

    private static void status(HttpExchange exchange) throws IOException {
        exchange.sendResponseHeaders(
                Integer.parseInt(exchange.getRequestURI().getPath().substring("/status/".length())), -1);
        exchange.close();
    }

    private static void bytes(HttpExchange exchange) throws IOException {
        long size = Long.parseLong(exchange.getRequestURI().getPath().substring("/bytes/".length()));
        exchange.sendResponseHeaders(200, size);
        byte[] block = new byte[65536];
        try (OutputStream out = exchange.getResponseBody()) {
            for (long sent = 0; sent < size; sent += block.length) {
                out.write(block, 0, (int) Math.min(block.length, size - sent));
            }
        }
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
