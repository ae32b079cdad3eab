package dev.polder.portal.catalog;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.SimpleFileServer;
import dev.polder.kernel.model.Problem;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A folder served over HTTP, and a reader for it: what a git server's raw files are to a catalogue. */
final class FileServer implements LocationReader, AutoCloseable {

    private final HttpServer server;
    private final HttpClient client = HttpClient.newHttpClient();

    FileServer(Path folder) {
        server = SimpleFileServer.createFileServer(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), folder, SimpleFileServer.OutputLevel.NONE);
        server.start();
    }

    String host() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    String url(String path) {
        return "http://" + host() + "/" + path;
    }

    @Override
    public boolean supports(String url) {
        return url.startsWith("http://" + host() + "/");
    }

    @Override
    public Optional<String> version(String url) {
        return Optional.of("the files do not change while a test runs");
    }

    @Override
    public List<Content> read(String url, int maxBytes) {
        try {
            HttpResponse<byte[]> response = client.send(
                    HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofByteArray());
            if (response.statusCode() != 200) {
                throw Problem.notFound(url + ": " + response.statusCode());
            }
            return List.of(new Content(url, response.body()));
        } catch (IOException e) {
            throw Problem.unavailable(url + " could not be read", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Problem.unavailable("interrupted while reading " + url, e);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
