package dev.polder.wasm.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.polder.kernel.model.Resource;
import dev.polder.kernel.model.ResourceCodec;
import dev.polder.kernel.model.YamlReader;
import dev.polder.kernel.store.BlobStore;
import dev.polder.wasm.engine.EngineChoice;
import dev.polder.wasm.engine.Engines;
import dev.polder.wasm.engine.WasmEngine;
import dev.polder.wasm.registry.AppSource;
import dev.polder.wasm.registry.LockedApp;
import dev.polder.wasm.registry.PullOptions;
import dev.polder.wasm.registry.PushOptions;
import dev.polder.wasm.registry.Reference;
import dev.polder.wasm.registry.Registry;
import dev.polder.wasm.registry.RegistryOptions;
import dev.polder.wasm.registry.RegistryProcess;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two components of the real compiler, one composed into the other. */
class DependenciesIT {

    @SuppressWarnings("InlineFormatString") // a manifest, too long to stand where it is used
    private static final String MANIFEST = """
            spin_manifest_version = 2
            application = { name = "composed" }
            [[trigger.http]]
            route = "/..."
            component = "service"
            [component.service]
            source = "service/target/wasm32-wasip2/release/service.wasm"
            environment = { NAME = "secret" }
            files = ["spin.toml"]
            allowed_outbound_hosts = ["https://other.example.com"]
            [component.service.build]
            command = [
              "cargo build --release --target wasm32-wasip2 --manifest-path service/Cargo.toml --target-dir service/target",
              "cargo build --release --target wasm32-wasip2 --manifest-path provider/Cargo.toml --target-dir provider/target",
            ]
            [component.service.dependencies]
            %s
            """;

    private static final String PATH = "path = \"provider/target/wasm32-wasip2/release/provider.wasm\"";

    private static final String WORKLOAD = """
            apiVersion: runtime.wasmcloud.dev/v1alpha1
            kind: WorkloadDeployment
            metadata: {name: linked}
            spec:
              template:
                spec:
                  components:
                    - name: front
                      image: r.example/front:1
                      localResources:
                        environment: {config: {NAME: of the front}}
                        allowedHosts: [example.com]
                    - name: counting
                      image: r.example/counting:1
                      localResources:
                        environment: {config: {NAME: of the counting}}
                        volumeMounts: [{name: scratch, mountPath: /data}]
                  volumes: [{name: scratch, ephemeral: {}}]
                  hostInterfaces:
                    - {namespace: wasi, package: http, interfaces: [incoming-handler, outgoing-handler]}
            """;

    @TempDir
    static Path folder;

    private static Harness harness;
    private static Path source;

    @BeforeAll
    static void build() throws IOException {
        Builds.assume(Language.RUST);
        source = folder.resolve("source");
        for (String name : List.of("service", "provider")) {
            Path crate =
                    Files.createDirectories(source.resolve(name).resolve("src")).getParent();
            Files.writeString(
                    crate.resolve("Cargo.toml"),
                    resource("chain/Cargo.toml.txt")
                            .replace("\"chain\"", "\"" + name + "\"")
                            .replace("\"service\"", "\"" + name + "\"")
                            .replace("wasip2 = \"=1.0.4\"", "wasip2 = \"=1.0.4\"\nwit-bindgen = \"=0.57.1\""));
            Files.writeString(
                    crate.resolve("Cargo.lock"),
                    resource("chain/Cargo.lock.txt").replace("\"chain\"", "\"" + name + "\""));
            Files.writeString(crate.resolve("src/lib.rs"), resource("composed/" + name + ".rs"));
            Files.writeString(crate.resolve("src/bindings.rs"), resource("composed/" + name + "-bindings.rs"));
        }
        harness = new Harness(EngineChoice.WASMTIME, folder.resolve("polder"));
        deploy("closed", "\"test:counting/counters@1.2.0\" = { " + PATH + " }", true);
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = DependenciesIT.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @AfterAll
    static void close() {
        if (harness != null) {
            harness.close();
        }
    }

    private static void deploy(String name, String dependency, boolean commands) throws IOException {
        Files.writeString(source.resolve("spin.toml"), MANIFEST.formatted(dependency));
        List<String> lines = new ArrayList<>();
        BuildRequest request = BuildRequest.of(source, lines::add);
        BuiltApp built = commands ? Builds.BUILDER.build(request) : Builds.BUILDER.collect(request);
        harness.apps.deploy(Harness.workload(name), built, Harness.info("0123456789"));
    }

    private static String get(String name, String path) {
        return Harness.text(harness.get(name, path));
    }

    @Test
    void resourcesCrossBothWays() {
        assertThat(get("closed", "/merge")).isEqualTo("counter at 13, counter at 10");
    }

    @Test
    void aResourceOfTheHostIsTheSameForBoth() {
        byte[] body = new byte[300_000];
        HttpResponseData measured = harness.send(
                "closed",
                new HttpRequestData("POST", "http", "h", "/measure", "HTTP/1.1", List.of(), body, "127.0.0.1", 1));
        assertThat(Harness.text(measured)).isEqualTo("300000");
    }

    @Test
    void whatIsNotInheritedIsNotThere() throws IOException {
        assertThat(get("closed", "/own")).isEqualTo("secret");
        assertThat(get("closed", "/look")).isEqualTo("(\"nothing\", 0)");
        assertThat(catchThrowable(() -> get("closed", "/fetch")))
                .hasMessageContaining("dependency \"test:counting/counters@1.2.0\": wasi:http/outgoing-handler@0.2.")
                .hasMessageContaining("is not granted to it");

        deploy(
                "open",
                "\"test:counting/counters\" = { " + PATH
                        + ", inherit_configuration = [\"environment\", \"files\", \"allowed_outbound_hosts\"] }",
                false);
        assertThat(get("open", "/look")).isEqualTo("(\"secret\", 1)");
        assertThat(get("open", "/fetch")).isEqualTo("ErrorCode::HttpRequestDenied");
    }

    @Test
    void itServesAgainAfterARestart() throws IOException {
        deploy("kept", "\"test:counting\" = { " + PATH + " }", false);
        harness.close();
        harness = new Harness(EngineChoice.WASMTIME, folder.resolve("polder"));
        harness.apps.restore();
        assertThat(get("kept", "/merge")).isEqualTo("counter at 13, counter at 10");
    }

    private static BuiltApp.Component built(String name, String id) throws IOException {
        return BuiltApp.Component.of(
                id, Files.readAllBytes(source.resolve(name + "/target/wasm32-wasip2/release/" + name + ".wasm")));
    }

    @Test
    void componentsOfAWasmcloudWorkloadCallEachOtherEachWithItsOwnGrants() throws IOException {
        Resource workload = ResourceCodec.decode(
                YamlReader.read("w.yaml", WORKLOAD.getBytes(StandardCharsets.UTF_8))
                        .getFirst(),
                "default");
        BuiltApp app =
                BuiltApp.ofWasmcloud(workload, List.of(built("service", "front"), built("provider", "counting")));
        harness.apps.deploy(Harness.workload("linked"), app, Harness.info("0123456789"));

        assertThat(get("linked", "/merge")).isEqualTo("counter at 13, counter at 10");
        assertThat(get("linked", "/own")).isEqualTo("of the front");
        assertThat(get("linked", "/look")).isEqualTo("(\"of the counting\", 1)");
        assertThat(get("linked", "/fetch")).as("only the front may").isEqualTo("ErrorCode::HttpRequestDenied");
        AppInventory inventory =
                harness.apps.inventory(Harness.workload("linked")).orElseThrow();
        assertThat(inventory.components()).extracting(AppInventory.Part::id).containsExactly("front", "counting");
        assertThat(inventory.components().get(1).exports()).containsExactly("test:counting/counters@1.2.0");

        harness.close();
        harness = new Harness(EngineChoice.WASMTIME, folder.resolve("polder"));
        harness.apps.restore();
        assertThat(get("linked", "/merge")).isEqualTo("counter at 13, counter at 10");
    }

    @Test
    void anAppWithDependenciesGoesToARegistryAndBack() throws IOException {
        Files.writeString(
                source.resolve("spin.toml"),
                MANIFEST.formatted("\"test:counting/counters\" = { " + PATH
                        + ", inherit_configuration = [\"environment\", \"files\"] }"));
        BuiltApp app = Builds.BUILDER.collect(BuildRequest.of(source, _ -> {}));
        BlobStore blobs = harness.store.blobs();
        Path apart = Files.createDirectory(folder.resolve("apart"));
        Path whole = Files.createDirectory(folder.resolve("whole"));
        try (RegistryProcess server = RegistryProcess.start(Files.createDirectory(folder.resolve("registry")));
                Registry registry = Registry.open(RegistryOptions.DEFAULT, blobs);
                WasmEngine engine = Engines.open(EngineChoice.WASMTIME, folder.resolve("code"))
                        .engine()) {
            push(registry, server, "apart", LockedApps.of(app, blobs));
            pull(server, "apart", apart);
            push(registry, server, "whole", LockedApps.composed(app, blobs, engine));
            pull(server, "whole", whole);
        }
        assertThat(apart.resolve("dependencies/service/0.wasm"))
                .hasSameBinaryContentAs(source.resolve("provider/target/wasm32-wasip2/release/provider.wasm"));
        assertThat(whole.resolve("dependencies")).as("in one file").doesNotExist();
        assertThat(whole.resolve("spin.toml")).content().doesNotContain("dependencies");
        for (Path into : List.of(apart, whole)) {
            String name = into.getFileName().toString();
            harness.apps.deploy(
                    Harness.workload(name),
                    Builds.BUILDER.collect(BuildRequest.of(into, _ -> {})),
                    Harness.info("0123456789"));
            assertThat(get(name, "/merge")).isEqualTo("counter at 13, counter at 10");
            assertThat(get(name, "/look")).isEqualTo("(\"secret\", 1)");
            assertThat(catchThrowable(() -> get(name, "/fetch"))).isNotNull();
            byte[] body = new byte[300_000];
            HttpResponseData measured = harness.send(
                    name,
                    new HttpRequestData("POST", "http", "h", "/measure", "HTTP/1.1", List.of(), body, "127.0.0.1", 1));
            assertThat(Harness.text(measured)).isEqualTo("300000");
        }
    }

    private static void push(Registry registry, RegistryProcess server, String name, LockedApp app) {
        var _ = registry.push(
                new AppSource.Spin(app), Reference.parse(server.host() + "/team/" + name + ":1"), PushOptions.DEFAULT);
    }

    private static void pull(RegistryProcess server, String name, Path into) throws IOException {
        BlobStore elsewhere = BlobStore.in(folder.resolve("elsewhere-" + name));
        try (Registry puller = Registry.open(RegistryOptions.DEFAULT, elsewhere)) {
            Reference from = Reference.parse(server.host() + "/team/" + name + ":1");
            var _ = LockedManifest.write(puller.pull(from, PullOptions.DEFAULT), "composed", elsewhere, into);
        }
    }

    @Test
    void aComposedComponentIsGrantedWhatItsPartsWere() throws IOException {
        Files.writeString(
                source.resolve("spin.toml"), MANIFEST.formatted("\"test:counting/counters\" = { " + PATH + " }"));
        BuiltApp app = Builds.BUILDER.collect(BuildRequest.of(source, _ -> {}));
        Path alone = Files.createDirectory(folder.resolve("alone"));
        try (WasmEngine engine =
                Engines.open(EngineChoice.WASMTIME, folder.resolve("code")).engine()) {
            Files.write(
                    alone.resolve("whole.wasm"),
                    LockedApps.composed(app, app.component("service").orElseThrow(), engine));
        }
        Files.writeString(
                alone.resolve("spin.toml"),
                MANIFEST.substring(0, MANIFEST.indexOf("[component.service.build]"))
                        .replace("service/target/wasm32-wasip2/release/service.wasm", "whole.wasm"));
        harness.apps.deploy(
                Harness.workload("alone"),
                Builds.BUILDER.collect(BuildRequest.of(alone, _ -> {})),
                Harness.info("0123456789"));
        assertThat(get("alone", "/own")).isEqualTo("secret");
        assertThat(get("alone", "/look")).isEqualTo("(\"nothing\", 0)");
        assertThat(catchThrowable(() -> get("alone", "/fetch"))).isNotNull();
    }

    @Test
    void twoDependenciesForOneImportAreRefused() {
        assertThatThrownBy(() -> deploy(
                        "twice",
                        "\"test:counting/counters\" = { " + PATH + " }\n\"test:counting/counters@1.2.0\" = { " + PATH
                                + " }",
                        false))
                .hasMessageContaining("conflicts with");
    }

    @Test
    void whatDoesNotFitIsNamed() {
        assertThatThrownBy(() -> deploy("bad", "\"test:other/thing\" = { " + PATH + " }", false))
                .hasMessageContaining("dependency \"test:other/thing\" satisfies no import (expected one of: ")
                .hasMessageContaining("test:counting/counters@1.2.0");
        assertThatThrownBy(() -> deploy(
                        "bad",
                        "\"test:counting/counters\" = { " + PATH + ", export = \"test:counting/others\" }",
                        false))
                .hasMessageContaining("does not export test:counting/others (expected one of: ");
        assertThatThrownBy(() -> deploy(
                        "bad", "\"test:counting/counters\" = { version = \">=x\", registry = \"r.example\" }", false))
                .hasMessageContaining("version \">=x\" (expected: one such as 1.2.3, or a range such as >=1.2, <2)");
    }
}
