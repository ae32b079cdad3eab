package dev.polder.wasm.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polder.kernel.model.Digest;
import dev.polder.kernel.model.Problem;
import dev.polder.kernel.store.Store;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Both layouts to a real registry server and back. */
class RegistryIT {

    @TempDir
    Path folder;

    private RegistryProcess server;
    private Store store;
    private Registry registry;
    private final List<TransferEvent> events = new CopyOnWriteArrayList<>();

    @BeforeEach
    void start() throws Exception {
        server = RegistryProcess.start(Files.createDirectory(folder.resolve("server")));
        store = Store.open(folder.resolve("store"));
        registry = Registry.open(RegistryOptions.DEFAULT, store.blobs());
    }

    @AfterEach
    void stop() throws Exception {
        if (server != null) {
            server.close();
        }
        if (store != null) {
            registry.close();
            store.close();
        }
    }

    private Reference reference(String rest) {
        return Reference.parse(server.host() + "/" + rest);
    }

    private JsonNode get(String path, String accept) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<byte[]> response = client.send(
                    HttpRequest.newBuilder(URI.create("http://" + server.host() + "/v2/" + path))
                            .header("Accept", accept)
                            .build(),
                    HttpResponse.BodyHandlers.ofByteArray());
            assertThat(response.statusCode()).as(path).isEqualTo(200);
            return JsonMapper.shared().readTree(response.body());
        }
    }

    private void put(String path, String type, byte[] body) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> response = client.send(
                    HttpRequest.newBuilder(URI.create("http://" + server.host() + "/v2/" + path))
                            .header("Content-Type", type)
                            .PUT(HttpRequest.BodyPublishers.ofByteArray(body))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
        }
    }

    @Test
    void aSpinAppComesBackAsItWas() throws Exception {
        LockedApp app = Samples.app(folder);
        PushedApp pushed = registry.push(new AppSource.Spin(app), reference("team/shop:1.2.0"), PushOptions.DEFAULT);

        JsonNode manifest = get("team/shop/manifests/1.2.0", MediaTypes.IMAGE_MANIFEST);
        assertThat(manifest.at("/mediaType").asString()).isEqualTo(MediaTypes.IMAGE_MANIFEST);
        assertThat(manifest.at("/config/mediaType").asString()).isEqualTo(MediaTypes.IMAGE_CONFIG);
        assertThat(manifest.at("/layers")
                        .valueStream()
                        .map(layer -> layer.get("mediaType").asString()))
                .containsExactly(
                        MediaTypes.CONTENT_DATA,
                        MediaTypes.CONTENT_WASM,
                        MediaTypes.CONTENT_WASM,
                        MediaTypes.SPIN_APPLICATION);
        assertThat(manifest.at("/annotations/org.opencontainers.image.title").asString())
                .isEqualTo("shop");
        JsonNode config = get("team/shop/blobs/" + manifest.at("/config/digest").asString(), "*/*");
        assertThat(config.at("/config/Labels/com.fermyon.spin.lockedAppDigest").asString())
                .isEqualTo(manifest.at("/layers/3/digest").asString());

        PulledApp pulled = registry.pull(reference("team/shop:1.2.0"), PullOptions.DEFAULT.withListener(events::add));
        assertThat(pulled).isInstanceOf(PulledApp.Spin.class);
        assertThat(pulled.reference()).isEqualTo(pushed.reference());
        LockedApp found = ((PulledApp.Spin) pulled).app();
        assertThat(found.metadata()).isEqualTo(app.metadata());
        assertThat(found.variables()).isEqualTo(app.variables());
        assertThat(found.triggers()).isEqualTo(app.triggers());
        LockedApp.Component first = found.component("first");
        assertThat(first.env()).containsEntry("LEVEL", "info");
        assertThat(first.files().stream().map(LockedApp.Mount::path))
                .containsExactly("css/small.css", "empty", "large.bin");
        assertThat(first.files().get(0).content().inline()).isNotNull();
        for (LockedApp.Mount mount : first.files()) {
            assertThat(store.blobs().read(mount.content().digest()))
                    .isEqualTo(Files.readAllBytes(folder.resolve("assets").resolve(mount.path())));
        }
        assertThat(store.blobs().read(first.source().content().digest())).isEqualTo(Samples.module(5_000, 1));
        assertThat(events.stream().filter(event -> event.kind() == TransferEvent.Kind.DONE))
                .hasSize(4);
    }

    @Test
    void aPinnedPullNeedsTheRegistryOnlyOnce() throws Exception {
        PushedApp pushed =
                registry.push(new AppSource.Spin(Samples.app(folder)), reference("team/shop:1"), PushOptions.DEFAULT);
        PulledApp first = registry.pull(reference("team/shop:1"), PullOptions.DEFAULT);
        server.close();

        PullOptions never = PullOptions.DEFAULT.withPolicy(PullPolicy.NEVER);
        assertThat(registry.pull(pushed.reference(), PullOptions.DEFAULT)).isEqualTo(first);
        assertThat(registry.pull(pushed.reference(), never)).isEqualTo(first);
        assertThatThrownBy(() -> registry.pull(reference("team/shop:1"), never))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.code()).isEqualTo(Problem.Code.NOT_FOUND))
                .hasMessageContaining("NEVER");
    }

    @Test
    void aTagIsResolvedEachTime() throws Exception {
        Path wasm = Files.write(folder.resolve("a.wasm"), Samples.module(100, 1));
        registry.push(AppSource.component(wasm), reference("a:dev"), PushOptions.DEFAULT);
        Digest before = registry.pull(reference("a:dev"), PullOptions.DEFAULT).manifest();
        Files.write(wasm, Samples.module(100, 2));
        PushedApp second = registry.push(AppSource.component(wasm), reference("a:dev"), PushOptions.DEFAULT);

        PulledApp pulled = registry.pull(reference("a:dev"), PullOptions.DEFAULT);
        assertThat(pulled.manifest()).isEqualTo(second.manifest()).isNotEqualTo(before);
    }

    @Test
    void aComponentHasTheConfigOfTheSpecification() throws Exception {
        byte[] bytes = Samples.component("wasi:clocks/wall-clock@0.2.0", "wasi:http/incoming-handler@0.2.0");
        Path wasm = Files.write(folder.resolve("handler.wasm"), bytes);
        AppSource source =
                new AppSource.Component(wasm, "A", "wasi:http/proxy@0.2.0", Instant.parse("2026-11-25T10:00:00Z"));
        registry.push(
                source, reference("handler"), PushOptions.DEFAULT.withAnnotations(Map.of("org.example.team", "pay")));

        JsonNode manifest = get("handler/manifests/latest", MediaTypes.IMAGE_MANIFEST);
        assertThat(manifest.at("/config/mediaType").asString()).isEqualTo(MediaTypes.WASM_CONFIG);
        assertThat(manifest.at("/layers").size()).isEqualTo(1);
        assertThat(manifest.at("/layers/0/mediaType").asString()).isEqualTo("application/wasm");
        assertThat(manifest.at("/annotations/org.example.team").asString()).isEqualTo("pay");
        JsonNode config = get("handler/blobs/" + manifest.at("/config/digest").asString(), "*/*");
        assertThat(config).isEqualTo(JsonMapper.shared().readTree("""
                {"created": "2026-11-25T10:00:00Z", "author": "A", "architecture": "wasm", "os": "wasip2",
                 "layerDigests": ["%s"],
                 "component": {"exports": ["wasi:http/incoming-handler@0.2.0"],
                               "imports": ["wasi:clocks/wall-clock@0.2.0"], "target": "wasi:http/proxy@0.2.0"}}
                """.formatted(Digest.of(bytes))));

        PulledApp.Component pulled = (PulledApp.Component) registry.pull(reference("handler"), PullOptions.DEFAULT);
        assertThat(store.blobs().read(pulled.wasm())).isEqualTo(bytes);
        assertThat(pulled.wasmBytes()).isEqualTo(bytes.length);
        assertThat(pulled.config().os()).isEqualTo("wasip2");
        assertThat(pulled.config().component().imports()).containsExactly("wasi:clocks/wall-clock@0.2.0");
        assertThat(pulled.annotations()).containsEntry("org.example.team", "pay");
    }

    @Test
    void largeBlobsGoUpInPieces() throws Exception {
        Path wasm = Files.write(folder.resolve("large.wasm"), Samples.module(1_000_000, 7));
        PushOptions pieces = PushOptions.DEFAULT.withChunkBytes(64 * 1024).withListener(events::add);
        PushedApp pushed = registry.push(AppSource.component(wasm), reference("large:1"), pieces);

        assertThat(pushed.uploadedBlobs()).isEqualTo(2);
        assertThat(events.stream().filter(event -> event.kind() == TransferEvent.Kind.PROGRESS))
                .hasSize(16);
        PulledApp.Component pulled = (PulledApp.Component) registry.pull(reference("large:1"), PullOptions.DEFAULT);
        assertThat(store.blobs().read(pulled.wasm())).isEqualTo(Files.readAllBytes(wasm));
    }

    @Test
    void whatIsThereIsNotSentAgainAndOtherRepositoriesLend() throws Exception {
        Path wasm = Files.write(folder.resolve("a.wasm"), Samples.module(10_000, 1));
        AppSource source = AppSource.component(wasm);
        assertThat(registry.push(source, reference("one:1"), PushOptions.DEFAULT)
                        .uploadedBlobs())
                .isEqualTo(2);
        assertThat(registry.push(source, reference("one:2"), PushOptions.DEFAULT)
                        .uploadedBlobs())
                .isZero();
        assertThat(registry.push(source, reference("two:1"), PushOptions.DEFAULT.withMountFrom("one"))
                        .uploadedBlobs())
                .isZero();
        assertThat(registry.pull(reference("two:1"), PullOptions.DEFAULT)).isInstanceOf(PulledApp.Component.class);
    }

    @Test
    void aBundleHoldsTheFilesOfAMount() throws Exception {
        LockedApp app = Samples.app(folder);
        String deep = "d".repeat(90) + "/" + "ü".repeat(60) + ".txt";
        Files.createDirectories(folder.resolve("assets").resolve(deep).getParent());
        Files.writeString(folder.resolve("assets").resolve(deep), "x".repeat(1000));
        registry.push(new AppSource.Spin(app), reference("b:1"), PushOptions.DEFAULT.withForceBundles());

        JsonNode manifest = get("b/manifests/1", MediaTypes.IMAGE_MANIFEST);
        assertThat(manifest.at("/layers")
                        .valueStream()
                        .map(layer -> layer.get("mediaType").asString()))
                .containsExactly(
                        MediaTypes.CONTENT_BUNDLE,
                        MediaTypes.CONTENT_WASM,
                        MediaTypes.CONTENT_WASM,
                        MediaTypes.SPIN_APPLICATION);
        PulledApp.Spin pulled = (PulledApp.Spin) registry.pull(reference("b:1"), PullOptions.DEFAULT);
        assertThat(pulled.app().component("first").files().stream().map(LockedApp.Mount::path))
                .containsExactly("css/small.css", deep, "empty", "large.bin");
        for (LockedApp.Mount mount : pulled.app().component("first").files()) {
            assertThat(store.blobs().read(mount.content().digest()))
                    .isEqualTo(Files.readAllBytes(folder.resolve("assets").resolve(mount.path())));
        }
        assertThat(registry.pull(pulled.reference(), PullOptions.DEFAULT.withPolicy(PullPolicy.NEVER)))
                .isEqualTo(pulled);
    }

    @Test
    void theLockedAppAsConfigIsReadToo() throws Exception {
        LockedApp app = Samples.app(folder);
        PushedApp pushed = registry.push(new AppSource.Spin(app), reference("old:new"), PushOptions.DEFAULT);
        JsonNode manifest = get("old/manifests/new", MediaTypes.IMAGE_MANIFEST);
        String old = """
                {"schemaVersion": 2, "config": %s, "layers": [%s, %s, %s]}
                """.formatted(
                manifest.at("/layers/3"), manifest.at("/layers/0"), manifest.at("/layers/1"), manifest.at("/layers/2"));
        put("old/manifests/1", MediaTypes.IMAGE_MANIFEST, old.getBytes(StandardCharsets.UTF_8));

        PulledApp.Spin pulled = (PulledApp.Spin) registry.pull(reference("old:1"), PullOptions.DEFAULT);
        assertThat(pulled.app())
                .isEqualTo(((PulledApp.Spin) registry.pull(pushed.reference(), PullOptions.DEFAULT)).app());
    }

    @Test
    void anIndexLeadsToTheWasmOne() throws Exception {
        Path wasm = Files.write(folder.resolve("a.wasm"), Samples.module(100, 1));
        PushedApp pushed = registry.push(AppSource.component(wasm), reference("i:one"), PushOptions.DEFAULT);
        Files.write(wasm, Samples.module(100, 2));
        PushedApp other = registry.push(AppSource.component(wasm), reference("i:two"), PushOptions.DEFAULT);
        String entry = "{\"mediaType\":\"" + MediaTypes.IMAGE_MANIFEST + "\",\"digest\":\"%s\",\"size\":%d,"
                + "\"platform\":{\"architecture\":\"%s\",\"os\":\"%s\"}}";
        int size = get("i/manifests/one", MediaTypes.IMAGE_MANIFEST).toString().length();
        String index = "{\"schemaVersion\":2,\"mediaType\":\"" + MediaTypes.IMAGE_INDEX + "\",\"manifests\":["
                + entry.formatted(other.manifest(), size, "amd64", "linux") + ","
                + entry.formatted(pushed.manifest(), size, "wasm", "wasip1") + "]}";
        put("i/manifests/all", MediaTypes.IMAGE_INDEX, index.getBytes(StandardCharsets.UTF_8));

        PulledApp pulled = registry.pull(reference("i:all"), PullOptions.DEFAULT);
        assertThat(pulled.manifest()).isEqualTo(pushed.manifest());
        Reference pinned = reference("i:all").pinned(Digest.of(index.getBytes(StandardCharsets.UTF_8)));
        assertThat(registry.pull(pinned, PullOptions.DEFAULT.withPolicy(PullPolicy.NEVER))
                        .manifest())
                .isEqualTo(pushed.manifest());
    }

    @Test
    void saysWhatIsNotThere() {
        assertThatThrownBy(() -> registry.pull(reference("nothing:1"), PullOptions.DEFAULT))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.code()).isEqualTo(Problem.Code.NOT_FOUND))
                .hasMessageContaining("MANIFEST_UNKNOWN");
    }

    @Test
    void whatCannotBePushedIsRefusedBeforeAnythingIsSent() throws Exception {
        Path text = Files.writeString(folder.resolve("a.wasm"), "(module)");
        assertThatThrownBy(() -> registry.push(AppSource.component(text), reference("a:1"), PushOptions.DEFAULT))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("magic number");
        LockedApp app = Samples.app(folder);
        Files.createSymbolicLink(folder.resolve("assets/secret"), Path.of("/etc/passwd"));
        assertThatThrownBy(() -> registry.push(new AppSource.Spin(app), reference("a:1"), PushOptions.DEFAULT))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("a link or device");
        assertThatThrownBy(() -> registry.pull(reference("a:1"), PullOptions.DEFAULT))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("404");
    }

    @Test
    void aPackageIsFoundByItsName() throws Exception {
        Path wasm = Files.write(folder.resolve("c.wasm"), Samples.component("wasi:io/error@0.2.0", "a:b/c"));
        registry.push(AppSource.component(wasm), reference("demo/greeter:1.2.3-rc.1_x"), PushOptions.DEFAULT);

        byte[] pushed = Files.readAllBytes(wasm);

        PulledApp pulled = registry.pullPackage(server.host(), "demo:greeter", "1.2.3-rc.1+x", PullOptions.DEFAULT);

        assertThat(pulled)
                .isInstanceOfSatisfying(
                        PulledApp.Component.class,
                        component ->
                                assertThat(store.blobs().read(component.wasm())).isEqualTo(pushed));
        assertThatThrownBy(() -> registry.pullPackage(server.host(), "demo:greeter", "9.0.0", PullOptions.DEFAULT))
                .isInstanceOfSatisfying(Problem.class, p -> assertThat(p.code()).isEqualTo(Problem.Code.NOT_FOUND));
        assertThatThrownBy(() -> registry.pullPackage(server.host(), "Demo/greeter", "1.0.0", PullOptions.DEFAULT))
                .hasMessageContaining("expected: NAMESPACE:NAME");
    }

    @Test
    void theNewestVersionOfAPackageInARangeIsFound() throws Exception {
        Path wasm = Files.write(folder.resolve("c.wasm"), Samples.component("wasi:io/error@0.2.0", "a:b/c"));
        for (String tag : List.of("1.9.0", "1.10.0_x", "2.0.0-rc.1", "latest")) {
            registry.push(AppSource.component(wasm), reference("demo/greeter:" + tag), PushOptions.DEFAULT);
        }
        String newest = registry.newest(server.host(), "demo:greeter", VersionRange.parse(">=1.2"));
        assertThat(newest).isEqualTo("1.10.0+x");
        assertThat(registry.pullPackage(server.host(), "demo:greeter", newest, PullOptions.DEFAULT))
                .isInstanceOf(PulledApp.Component.class);
        assertThatThrownBy(() -> registry.newest(server.host(), "demo:greeter", VersionRange.parse("^2")))
                .isInstanceOfSatisfying(Problem.class, p -> assertThat(p.code()).isEqualTo(Problem.Code.NOT_FOUND))
                .hasMessage("package demo:greeter of " + server.host()
                        + ": no version ^2 (expected: a range that has one of: 1.10.0+x, 1.9.0)");
        assertThatThrownBy(() -> registry.newest(server.host(), "demo:nobody", VersionRange.parse("*")))
                .isInstanceOfSatisfying(Problem.class, p -> assertThat(p.code()).isEqualTo(Problem.Code.NOT_FOUND));
    }

    @Test
    void theGuardIsAskedBeforeAnythingIsSent() {
        Registry guarded = Registry.open(
                RegistryOptions.DEFAULT.withGuard(host -> {
                    throw Problem.invalid("not " + host);
                }),
                store.blobs());
        assertThatThrownBy(() -> guarded.pull(reference("demo/greeter:1"), PullOptions.DEFAULT))
                .hasMessage("not 127.0.0.1");
        guarded.close();
    }
}
