package dev.polder.wasm.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.polder.kernel.model.Digest;
import dev.polder.kernel.model.Problem;
import dev.polder.kernel.store.BlobStore;
import dev.polder.wasm.registry.RegistryOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files by URL, from a real server on loopback. */
class RemoteSourcesTest {

    private static final byte[] WASM = TestModules.prints("Content-Type: text/plain\n\nfrom afar");
    private static final Digest DIGEST = Digest.of(WASM);

    @TempDir
    Path folder;

    private final List<String> said = new ArrayList<>();
    private final List<String> asked = new ArrayList<>();
    private HttpServer server;
    private RemoteSources open;
    private RemoteSources strict;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            String path = exchange.getRequestURI().toString();
            asked.add(path);
            switch (path) {
                case "/app.wasm?v=1" -> {
                    exchange.sendResponseHeaders(200, WASM.length);
                    exchange.getResponseBody().write(WASM);
                }
                case "/endless" -> {
                    exchange.sendResponseHeaders(200, 0); // of unknown length
                    for (int i = 0; i <= RemoteSources.MAX_WASM_BYTES >> 20; i++) {
                        exchange.getResponseBody().write(new byte[1 << 20]);
                    }
                }
                case "/moved" -> {
                    exchange.getResponseHeaders().set("Location", "/app.wasm?v=1");
                    exchange.sendResponseHeaders(302, -1);
                }
                case "/round" -> {
                    exchange.getResponseHeaders().set("Location", "/round");
                    exchange.sendResponseHeaders(307, -1);
                }
                case "/metadata" -> {
                    exchange.getResponseHeaders().set("Location", "https://169.254.169.254/latest");
                    exchange.sendResponseHeaders(302, -1);
                }
                default -> exchange.sendResponseHeaders(404, -1);
            }
            exchange.close();
        });
        server.start();
        BlobStore blobs = BlobStore.in(folder.resolve("blobs"));
        open = new RemoteSources(
                blobs, new RemoteSources.Settings(List.of("127.0.0.0/8"), null, RegistryOptions.DEFAULT));
        strict = new RemoteSources(BlobStore.in(folder.resolve("others")), RemoteSources.Settings.DEFAULT);
    }

    @AfterEach
    void stop() {
        open.close();
        strict.close();
        server.stop(0);
    }

    private String at(String path) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + path;
    }

    private byte[] fetch(String path) {
        return open.url(at(path), DIGEST, said::add);
    }

    private static void refused(Runnable fetch, Problem.Code code, String text) {
        assertThatThrownBy(fetch::run)
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.code()).isEqualTo(code))
                .hasMessageContaining(text);
    }

    @Test
    void whatHasTheDigestIsKept() {
        assertThat(fetch("/app.wasm?v=1")).isEqualTo(WASM);
        assertThat(said).containsExactly("fetching " + at("/app.wasm?v=1") + " (" + WASM.length + " bytes)");
        assertThat(fetch("/nowhere")).isEqualTo(WASM);
        assertThat(asked).containsExactly("/app.wasm?v=1");
    }

    @Test
    void redirectsAreFollowedToWhatMayBeAsked() {
        assertThat(fetch("/moved")).isEqualTo(WASM);
        open.close();
        open = new RemoteSources(
                BlobStore.in(folder.resolve("fresh")),
                new RemoteSources.Settings(List.of("127.0.0.0/8"), null, RegistryOptions.DEFAULT));
        refused(() -> fetch("/round"), Problem.Code.BAD_UPSTREAM, "more than 5 redirects");
        refused(() -> fetch("/metadata"), Problem.Code.FORBIDDEN, "169.254.169.254, which is not public");
    }

    @Test
    void anotherDigestIsNotKept() {
        Digest other = Digest.of(new byte[] {1});
        refused(
                () -> open.url(at("/app.wasm?v=1"), other, said::add),
                Problem.Code.BAD_UPSTREAM,
                "its digest is " + DIGEST + " (expected: " + other + ")");
        assertThat(BlobStore.in(folder.resolve("blobs")).size(DIGEST)).isEmpty();
    }

    @Test
    void statusesAndSizesAreToldApart() {
        refused(() -> fetch("/nowhere"), Problem.Code.NOT_FOUND, "404 (expected: 200)");
        refused(() -> fetch("/endless"), Problem.Code.TOO_LARGE, "(expected: at most 67108864)");
    }

    @Test
    void privateAddressesAreNotAskedUnlessConfigured() {
        refused(
                () -> strict.url(at("/app.wasm?v=1"), DIGEST, said::add),
                Problem.Code.FORBIDDEN,
                "127.0.0.1, which is not public (expected: a public address, or its network in wasm.sources.networks");
        refused(
                () -> strict.registryPackage("localhost:" + server.getAddress().getPort(), "a:b", "1.0.0", said::add),
                Problem.Code.FORBIDDEN,
                "not public");
        assertThat(asked).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp://h/x", "https://u:p@h/x", "no url", "https:///x", "file:///etc/passwd"})
    void whatIsNoUrlIsRefused(String url) {
        refused(() -> open.url(url, DIGEST, said::add), Problem.Code.INVALID, "url: ");
    }

    @Test
    void plainHttpIsForLoopback() {
        RemoteSources wide = new RemoteSources(
                BlobStore.in(folder.resolve("wide")),
                new RemoteSources.Settings(List.of("192.0.2.0/24"), null, RegistryOptions.DEFAULT));
        refused(() -> wide.url("http://192.0.2.1/x", DIGEST, said::add), Problem.Code.FORBIDDEN, "plain HTTP");
        wide.close();
    }

    @Test
    void aBuildTakesThem() throws IOException {
        AppBuilder builder = new AppBuilder(Builds.TOOLCHAINS, Builds.CACHES, open);
        String manifest = """
                spin_manifest_version = 2
                application = { name = "app" }
                [[trigger.http]]
                route = "/..."
                component = "app"
                executor = { type = "wagi" }
                [component.app]
                source = { url = "%s", digest = "%s" }
                """;
        Files.writeString(folder.resolve("spin.toml"), manifest.formatted(at("/moved"), DIGEST));
        BuiltApp built = builder.build(BuildRequest.of(folder, said::add));
        assertThat(built.components()).singleElement().satisfies(component -> {
            assertThat(component.wasm()).isEqualTo(WASM);
            assertThat(component.digest()).isEqualTo(DIGEST);
        });

        Files.writeString(folder.resolve("spin.toml"), manifest.formatted(at("/nowhere"), Digest.of(new byte[] {2})));
        assertThatThrownBy(() -> builder.build(BuildRequest.of(folder, said::add)))
                .hasMessageStartingWith("spin.toml:7")
                .hasMessageContaining("component.app.source")
                .hasMessageContaining("404 (expected: 200)");

        Files.writeString(
                folder.resolve("spin.toml"),
                manifest.replace("{ url = \"%s\", digest = \"%s\" }", "{ package = \"a:b\", version = \"1.0.0\" }"));
        assertThatThrownBy(() -> builder.build(BuildRequest.of(folder, said::add)))
                .hasMessageContaining("package a:b: no registry (expected: registry = \"HOST\" beside it");
    }
}
