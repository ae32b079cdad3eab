package dev.polder.wasm.service;

import static dev.polder.wasm.service.Harness.info;
import static dev.polder.wasm.service.Harness.text;
import static dev.polder.wasm.service.Harness.workload;
import static org.assertj.core.api.Assertions.assertThat;

import dev.polder.wasm.engine.EngineChoice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A reactor of {@code wasi:http} for WASI 0.1, made a component by wasm-tools and the adapters of Wasmtime, as people bring
 * it, and as the compiler left it, which Polder wraps by itself.
 */
class AdaptedComponentsIT {

    private static final byte[] COMPONENT = {0, 'a', 's', 'm', 0x0d, 0, 1, 0};
    private static final String GREETING = "Grüße \"from\" the template";

    private static final List<EngineChoice> ENGINES = List.of(EngineChoice.WASMTIME, EngineChoice.ENDIVE);

    /** Writes down the adapters, which are the content of a crate. */
    private static final String BUILD_SCRIPT = """
            use wasi_preview1_component_adapter_provider as adapters;
            fn main() {
                std::fs::create_dir_all("adapters").unwrap();
                for (name, bytes) in [
                    ("proxy", adapters::WASI_SNAPSHOT_PREVIEW1_PROXY_ADAPTER),
                    ("reactor", adapters::WASI_SNAPSHOT_PREVIEW1_REACTOR_ADAPTER),
                ] {
                    std::fs::write(format!("adapters/{name}.wasm"), bytes).unwrap();
                }
            }
            """;

    private static final String LOCKED = """

            [[package]]
            name = "wasi-preview1-component-adapter-provider"
            version = "30.0.2"
            source = "registry+https://github.com/rust-lang/crates.io-index"
            checksum = "ddbd7f2a9e3635abe5d4df93b12cadc8d6818079785ee4fab3719ae3c85a064e"
            """;

    private static final String REACTORS = """
            spin_manifest_version = 2
            application = { name = "adapted" }
            [[trigger.http]]
            route = "/..."
            component = "reactor"
            [[trigger.http]]
            route = "/proxy/..."
            component = "proxy"
            [[trigger.http]]
            route = "/unwrapped/..."
            component = "unwrapped"
            [component.unwrapped]
            source = "target/wasm32-wasip1/release/service.wasm"
            environment = { GREETING = "As the compiler left it" }
            [component.reactor]
            source = "reactor.wasm"
            environment = { SERVICE_NAME = "shop", GREETING = 'Grüße "from" the template' }
            [component.reactor.build]
            command = [
                "cargo build --release --locked --target wasm32-wasip1",
                "wasm-tools component new target/wasm32-wasip1/release/service.wasm --adapt wasi_snapshot_preview1=adapters/reactor.wasm -o reactor.wasm",
            ]
            [component.proxy]
            source = "proxy.wasm"
            [component.proxy.build]
            command = "wasm-tools component new target/wasm32-wasip1/release/service.wasm --adapt wasi_snapshot_preview1=adapters/proxy.wasm -o proxy.wasm"
            """;

    @TempDir
    Path folder;

    @TempDir
    Path data;

    private BuiltApp build() throws IOException {
        Builds.assume(Language.RUST);
        Builds.assume(Language.PYTHON);
        Path rust = folder.resolve("rust");
        Skeletons.write(new Skeletons.Template("rust-component-service", Language.RUST), rust, GREETING);
        Files.writeString(rust.resolve("build.rs"), BUILD_SCRIPT);
        Path manifest = rust.resolve("Cargo.toml");
        Files.writeString(
                manifest,
                Files.readString(manifest)
                        + "\n[build-dependencies]\nwasi-preview1-component-adapter-provider = \"=30.0.2\"\n");
        Path lock = rust.resolve("Cargo.lock");
        Files.writeString(
                lock,
                Files.readString(lock)
                                .replace(
                                        "dependencies = [\n \"wasip2\",",
                                        "dependencies = [\n \"wasi-preview1-component-adapter-provider\",\n \"wasip2\",")
                        + LOCKED);
        // As packages of Python's, those of the template for C.
        Path template = new Skeletons.Template("c-component-service", Language.C).folder();
        Files.copy(template.resolve("skeleton/requirements.txt"), rust.resolve("requirements.txt"));
        Files.writeString(rust.resolve("spin.toml"), REACTORS);
        return Builds.BUILDER.build(BuildRequest.of(rust, _ -> {}));
    }

    @Test
    void aReactorServesHttp() throws IOException {
        BuiltApp reactors = build();
        assertThat(reactors.components())
                .allSatisfy(component -> assertThat(component.wasm()).startsWith(COMPONENT));
        for (EngineChoice engine : ENGINES) {
            try (Harness polder = new Harness(engine, data.resolve(engine.name()))) {
                polder.apps.deploy(workload("shop"), reactors, info("0123456789"));

                greets(polder);
                repeats(polder);
                assertThat(text(polder.get("shop", "/proxy/x?y")))
                        .as("the proxy adapter has no environment")
                        .endsWith("path: /proxy/x\nquery: y\n")
                        .doesNotContain("Grüße");
                assertThat(text(polder.get("shop", "/unwrapped/x?y")))
                        .isEqualTo("As the compiler left it\npath: /unwrapped/x\nquery: y\n");
            }
        }
    }

    private static void greets(Harness polder) {
        HttpResponseData greeting = polder.get("shop", "/some/path?x=1&y=2");
        assertThat(greeting.status()).isEqualTo(200);
        assertThat(greeting.header("content-type")).isEqualTo("text/plain; charset=utf-8");
        assertThat(text(greeting)).isEqualTo(GREETING + "\npath: /some/path\nquery: x=1&y=2\n");
        assertThat(text(polder.get("shop", "/health"))).isEqualTo("{\"status\":\"ok\",\"service\":\"shop\"}\n");
    }

    private static void repeats(Harness polder) {
        assertThat(text(polder.get("shop", "/api?q")))
                .isEqualTo("{\"greeting\":\"Grüße \\\"from\\\" the template\",\"path\":\"/api\",\"query\":\"q\"}\n");
        byte[] posted = new byte[300_000];
        new Random(7).nextBytes(posted);
        HttpResponseData echo = polder.send(
                "shop",
                new HttpRequestData(
                        "POST",
                        "http",
                        "shop.example",
                        "/anything",
                        "HTTP/1.1",
                        List.of(new HttpHeader("content-type", "application/x-test")),
                        posted,
                        "127.0.0.1",
                        1));
        assertThat(echo.header("content-type")).isEqualTo("application/x-test");
        assertThat(echo.body()).isEqualTo(posted);
    }
}
