package dev.polder.wasm.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.polder.wasm.engine.EngineChoice;
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
