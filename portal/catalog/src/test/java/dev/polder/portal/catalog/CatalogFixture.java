package dev.polder.portal.catalog;

import dev.polder.kernel.model.EntityRef;
import dev.polder.kernel.server.PolderServer;
import dev.polder.kernel.server.PolderServerBuilder;
import dev.polder.kernel.server.Principal;
import dev.polder.kernel.server.Routes;
import dev.polder.kernel.store.Store;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A catalogue over a real store and a real server, for one test. */
final class CatalogFixture implements AutoCloseable {

    /** An answer with its body read as JSON; missing for an empty body. */
    record Answer(int status, JsonNode body, HttpResponse<String> http) {}

    static final Duration SETTLE = Duration.ofSeconds(30);

    private final HttpClient client = HttpClient.newHttpClient();
    private final Store store;
    private final PolderServer server;
    final Catalog catalog;

    private CatalogFixture(Path data, CatalogSettings settings) {
        store = Store.open(data);
        catalog = Catalog.open(store.database(), settings);
        PolderServerBuilder builder = PolderServer.builder()
                .authenticator(headers ->
                        Optional.of(new Principal(EntityRef.parse("user:default/tester"), Principal.Kind.SERVICE)));
        for (Routes routes : new CatalogApi(catalog).routes()) {
            builder.routes(routes);
        }
        server = builder.start();
        catalog.awaitSettled(SETTLE);
    }

    static CatalogFixture open(Path data, CatalogSettings settings) {
        return new CatalogFixture(data, settings.withPoll(Duration.ofMillis(200)));
    }

    static CatalogFixture open(Path data, String... files) {
        return open(
                data,
                CatalogSettings.of(
                        List.of(files).stream().map(LocationSpec::file).toList(), List.of()));
    }

    String base() {
        return server.uri() + "/api/catalog";
    }

    Answer get(String path) {
        return send(HttpRequest.newBuilder(URI.create(base() + path)).GET());
    }

    Answer post(String path, String body) {
        return send(HttpRequest.newBuilder(URI.create(base() + path))
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    Answer send(HttpRequest.Builder request) {
        return send(client, request);
    }

    static Answer send(HttpClient client, HttpRequest.Builder request) {
        try {
            HttpResponse<String> response =
                    client.send(request.timeout(Duration.ofSeconds(30)).build(), HttpResponse.BodyHandlers.ofString());
            String body = response.body();
            JsonNode json = body.isEmpty()
                    ? JsonMapper.shared().missingNode()
                    : JsonMapper.shared().readTree(body);
            return new Answer(response.statusCode(), json, response);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Everything the disk says now is in the index after this, and the index is sound. */
    void settle() {
        catalog.awaitSettled(SETTLE);
        catalog.index().checkInvariants();
    }

    List<String> refs() {
        return catalog.index().entities().stream()
                .map(entity -> entity.ref().toString())
                .filter(ref -> !ref.startsWith("location:default/generated-"))
                .sorted()
                .toList();
    }

    @Override
    public void close() {
        try {
            catalog.index().checkInvariants();
        } finally {
            server.close();
            catalog.close();
            store.close();
        }
    }
}
