package dev.polder.wasm.service;

import static dev.polder.wasm.service.Harness.info;
import static dev.polder.wasm.service.Harness.text;
import static dev.polder.wasm.service.Harness.workload;
import static org.assertj.core.api.Assertions.assertThat;

import dev.polder.wasm.engine.EngineChoice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * WASI 0.1 modules of several compilers, made components by wasm-tools and the adapters of Wasmtime, as people bring them:
 * a reactor of {@code wasi:http}, which Polder wraps by itself too, and commands behind the WAGI executor. What the sources need for it is in
 * docs/decisions/go-components.md.
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
                    ("command", adapters::WASI_SNAPSHOT_PREVIEW1_COMMAND_ADAPTER),
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

    /** Go's heap begins behind what the adapter took, instead of over it; see docs/decisions/go-components.md. */
    private static final String GO = """
            '''sed 's/^\\tinitBloc()$/\\treadRandom(make([]byte, 1))\\n&/; s/^\\tblocMax = .*/&\\n\\tbloc = blocMax/' $(go env GOROOT)/src/runtime/os_wasm.go > os_wasm.go.txt''',
            '''echo '{"Replace": {"'$(go env GOROOT)'/src/runtime/os_wasm.go": "os_wasm.go.txt"}}' > overlay.json''',
            '''GOOS=wasip1 GOARCH=wasm go build -overlay overlay.json -trimpath -ldflags='-s -w' -o build/service.wasm .''',
            """;

    /** So that the adapter gets its memory from the allocator that it would else write over. */
    private static final String REALLOC = """

            export function cabi_realloc(old: usize, oldSize: usize, align: usize, size: usize): usize {
              const place = (heap.alloc(size + align) + align - 1) & ~(align - 1);
              if (old != 0) memory.copy(place, old, oldSize);
              return place;
            }
            """;

    @TempDir
    private static Path folder;

    private static Path rust;
    private static BuiltApp reactors;

    @TempDir
    Path data;

    /** Also brings the adapters of the others. */
    @BeforeAll
    static void buildReactors() throws IOException {
        Builds.assume(Language.RUST);
        Builds.assume(Language.PYTHON);
        rust = folder.resolve("rust");
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
        wasmTools(rust);
        Files.writeString(rust.resolve("spin.toml"), REACTORS);
        reactors = Builds.BUILDER.build(BuildRequest.of(rust, _ -> {}));
    }

    /** As packages of Python's, those of the template for C. */
    private static void wasmTools(Path source) throws IOException {
        Path template = new Skeletons.Template("c-component-service", Language.C).folder();
        Files.copy(template.resolve("skeleton/requirements.txt"), source.resolve("requirements.txt"));
    }

    @Test
    void aReactorServesHttp() {
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

    @Test
    void goServesAsACommand() throws IOException {
        Builds.assume(Language.GO);
        Path source = Skeletons.write(Language.GO, folder.resolve("go-command"), GREETING);
        // On Endive, compiling its runtime to bytecode takes longer than all of the others.
        serves(List.of(EngineChoice.WASMTIME), build(source, GO), false);
    }

    @Test
    void assemblyScriptServesAsACommand() throws IOException {
        Builds.assume(Language.ASSEMBLYSCRIPT);
        Path source = Skeletons.write(Language.ASSEMBLYSCRIPT, folder.resolve("assemblyscript-command"), GREETING);
        Files.writeString(source.resolve("assembly/index.ts"), REALLOC, StandardOpenOption.APPEND);
        serves(ENGINES, build(source, "\"npx asc assembly/index.ts --target release\","), false);
    }

    @Test
    void javaServesAsAModuleAndAsACommand() throws IOException {
        BuiltApp module = Builds.original(Language.JAVA);
        assertThat(module.components().getFirst().wasm()).hasSizeLessThan(200_000);
        serves(ENGINES, module, true);
        Path source = folder.resolve("java-command");
        Files.createDirectories(source.resolve("build"));
        Files.write(
                source.resolve("build/service.wasm"),
                module.components().getFirst().wasm());
        serves(ENGINES, build(source, ""), true);
    }

    private static BuiltApp build(Path source, String commands) throws IOException {
        Files.copy(rust.resolve("adapters/command.wasm"), source.resolve("command.wasm"));
        wasmTools(source);
        Files.writeString(source.resolve("spin.toml"), """
            spin_manifest_version = 2
            application = { name = "adapted" }
            [[trigger.http]]
            route = "/..."
            component = "service"
            executor = { type = "wagi" }
            [component.service]
            source = "adapted.wasm"
            environment = { SERVICE_NAME = "shop", GREETING = 'Grüße "from" the template' }
            [component.service.build]
            command = [
                %s
                "wasm-tools component new build/service.wasm --adapt wasi_snapshot_preview1=command.wasm -o adapted.wasm",
            ]
            """.formatted(commands));
        BuiltApp built = Builds.BUILDER.build(BuildRequest.of(source, _ -> {}));
        assertThat(built.components().getFirst().wasm()).startsWith(COMPONENT);
        return built;
    }

    private void serves(List<EngineChoice> engines, BuiltApp app, boolean more) {
        for (EngineChoice engine : engines) {
            try (Harness polder = new Harness(engine, data.resolve(engine.name()))) {
                polder.limits.put("shop", new AppLimits(64L << 20, Duration.ofSeconds(30), 4 << 20, 4 << 20, 16));
                polder.apps.deploy(workload("shop"), app, info("0123456789"));
                greets(polder);
                if (more) {
                    repeats(polder);
                }
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
