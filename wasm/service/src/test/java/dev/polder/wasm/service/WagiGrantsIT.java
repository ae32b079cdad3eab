package dev.polder.wasm.service;

import static dev.polder.wasm.service.Harness.info;
import static dev.polder.wasm.service.Harness.text;
import static dev.polder.wasm.service.Harness.workload;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.WorkloadRef;
import dev.polder.wasm.capability.VariableProvider;
import dev.polder.wasm.engine.EngineChoice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a manifest grants a WAGI guest, a module or a component, seen by a real program: files, variables, routes. */
class WagiGrantsIT {

    private static final String GUEST = """
            use std::{env, fs};
            fn main() {
                let get = |name: &str| env::var(name).unwrap_or("unset".into());
                println!("Content-Type: text/plain\\n");
                println!("file={}", fs::read_to_string("static/hello.txt").unwrap_or_else(|e| e.kind().to_string()));
                println!("data={}", fs::read_to_string("/data/d.txt").unwrap_or_else(|e| e.kind().to_string()));
                println!("out={}", fs::read_to_string("/../../outside.txt").is_err());
                println!("write={}", fs::write("/static/hello.txt", "changed").is_err());
                println!("create={}", fs::write("/new.txt", "new").is_err());
                for name in ["GREETING", "SPIN_VARIABLE_LOUD", "SPIN_VARIABLE_TOKEN", "SPIN_VARIABLE_PLAIN", "BRACES",
                             "X_PATH_MATCH_ID", "PATH_INFO", "X_MATCHED_ROUTE"] {
                    println!("{}={}", name, get(name));
                }
            }
            """;

    private static final String MANIFEST = """
            spin_manifest_version = 2
            [application]
            name = "grants"
            [variables]
            plain = { default = "hello" }
            token = { required = true, secret = true }
            [[trigger.http]]
            route = "/item/:id/..."
            component = "c"
            executor = { type = "wagi" }
            [[trigger.http]]
            route = "/item/fixed"
            static_response = { status_code = 418, headers = { x-kind = "teapot" }, body = "short and stout" }
            [[trigger.http]]
            route = { private = true }
            component = "c"
            executor = { type = "wagi" }
            [component.c]
            source = "c.wasm"
            files = ["static/*.txt", { source = "elsewhere", destination = "/data" }]
            exclude_files = ["**/secret.txt"]
            variables = { loud = "{{ plain }}!" }
            environment = { GREETING = "{{ plain }} and {{token}}", BRACES = "{{ other }}" }
            """;

    private static Path source;

    @TempDir
    Path data;

    private static final List<String> TARGETS = List.of("wasm32-wasip1", "wasm32-wasip2");

    @BeforeAll
    static void compile(@TempDir Path folder) throws Exception {
        source = folder;
        Files.writeString(folder.resolve("guest.rs"), GUEST);
        Files.writeString(folder.resolve("spin.toml"), MANIFEST);
        Files.createDirectories(folder.resolve("static"));
        Files.writeString(folder.resolve("static/hello.txt"), "from the file");
        Files.writeString(folder.resolve("static/secret.txt"), "no");
        Files.createDirectories(folder.resolve("elsewhere"));
        Files.writeString(folder.resolve("elsewhere/d.txt"), "placed");
        for (String target : TARGETS) {
            RustPrograms.compile(folder.resolve("guest.rs"), target, folder.resolve(target + ".wasm"));
        }
    }

    static Stream<Arguments> everywhere() {
        return TARGETS.stream()
                .flatMap(target -> Stream.of(EngineChoice.WASMTIME, EngineChoice.ENDIVE)
                        .map(engine -> Arguments.of(target, engine)));
    }

    private static BuiltApp build() throws IOException {
        return build(TARGETS.getFirst());
    }

    private static BuiltApp build(String target) throws IOException {
        Files.copy(source.resolve(target + ".wasm"), source.resolve("c.wasm"), StandardCopyOption.REPLACE_EXISTING);
        return Builds.BUILDER.build(BuildRequest.of(source, _ -> {}));
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    void seesWhatItIsGrantedAndNothingElse(String target, EngineChoice engine) throws IOException {
        BuiltApp built = build(target);
        try (Harness polder = new Harness(engine, data)) {
            polder.apps.deploy(workload("grants"), built, info("1"));
            assertThat(polder.apps.log(workload("grants")).after(0))
                    .anyMatch(line -> line.text().contains("BRACES is kept as written"))
                    .noneMatch(line -> line.text().contains("t0ken"));
            assertGranted(text(polder.get("grants", "/item/7/rest/of%20it")));
            assertThatThrownBy(() -> polder.get("grants", "/"))
                    .hasMessageContaining("no route for \"/\"")
                    .message()
                    .doesNotContain("private");
        }
        try (Harness polder = new Harness(engine, data)) {
            assertThat(polder.apps.restore()).isEqualTo(1);
            assertGranted(text(polder.get("grants", "/item/7/rest/of%20it")));
        }
    }

    /** What a program cannot ask for is asked for it, at each request. */
    @Test
    void valuesOfAServerAreThoseOfTheRequest() throws IOException {
        AtomicReference<String> value = new AtomicReference<>("");
        VariableProvider server = new VariableProvider() {
            @Override
            public Optional<String> value(String name) {
                if (value.get().isEmpty()) {
                    throw new Problem(
                            Problem.Code.UNAVAILABLE,
                            Problem.WhoFailed.UPSTREAM,
                            true,
                            "vault http://10.0.0.1: connection refused",
                            null,
                            null);
                }
                return name.equals("plain") ? Optional.of(value.get()) : Optional.empty();
            }

            @Override
            public boolean isLive() {
                return true;
            }
        };
        Files.writeString(source.resolve("spin.toml"), MANIFEST.replaceAll("environment = .*", ""));
        BuiltApp built;
        try {
            built = build();
        } finally {
            Files.writeString(source.resolve("spin.toml"), MANIFEST);
        }
        WorkloadRef app = workload("grants");
        try (Harness polder = new Harness(EngineChoice.ENDIVE, data)) {
            polder.variables.add(server);
            assertThatThrownBy(() -> polder.apps.deploy(app, built, info("1")))
                    .hasMessageContaining("variable \"plain\": vault http://10.0.0.1: connection refused");
            value.set("from afar");
            polder.apps.deploy(app, built, info("1"));
            assertThat(text(polder.get("grants", "/item/7/x"))).contains("SPIN_VARIABLE_LOUD=from afar!");
        }
        value.set("");
        try (Harness polder = new Harness(EngineChoice.ENDIVE, data)) {
            polder.variables.add(server);
            assertThat(polder.apps.restore())
                    .as("it serves on without its server")
                    .isEqualTo(1);
            assertThatThrownBy(() -> polder.get("grants", "/item/7/x"))
                    .hasMessageContaining("the value of a variable could not be had")
                    .hasMessageNotContaining("10.0.0.1");
            assertThat(polder.apps.log(app).after(0))
                    .anyMatch(line -> line.text().contains("variable \"plain\": vault http://10.0.0.1: connection"));
        }
    }

    private static void assertGranted(String answer) {
        assertThat(answer.lines())
                .contains(
                        "file=from the file",
                        "data=placed",
                        "out=true",
                        "write=true",
                        "create=true",
                        "GREETING=hello and t0ken",
                        "SPIN_VARIABLE_LOUD=hello!",
                        "SPIN_VARIABLE_TOKEN=unset",
                        "SPIN_VARIABLE_PLAIN=unset",
                        "BRACES={{ other }}",
                        "X_PATH_MATCH_ID=7",
                        "PATH_INFO=/rest/of it",
                        "X_MATCHED_ROUTE=/item/:id/...");
    }

    @Test
    void theHostAnswersAStaticRouteItself() throws IOException {
        BuiltApp built = build();
        assertThat(built.files().get("c").keySet()).containsExactlyInAnyOrder("static/hello.txt", "data/d.txt");
        try (Harness polder = new Harness(EngineChoice.ENDIVE, data)) {
            AppState state = polder.apps.deploy(workload("grants"), built, info("1"));

            HttpResponseData response = polder.get("grants", "/item/fixed");

            assertThat(response.status()).isEqualTo(418);
            assertThat(response.header("x-kind")).isEqualTo("teapot");
            assertThat(text(response)).isEqualTo("short and stout");
            HttpRequestData head = new HttpRequestData(
                    "HEAD", "http", "h", "/item/fixed", "HTTP/1.1", List.of(), new byte[0], "127.0.0.1", 9);
            assertThat(polder.send("grants", head).body()).isEmpty();
            assertThat(state.triggers())
                    .containsExactly(
                            new AppState.Trigger("http", "/item/fixed", "static", ""),
                            new AppState.Trigger("http", "/item/:id/...", "wagi", "c"));
        }
    }

    @Test
    void changedFilesMakeAnotherVersion() throws IOException {
        BuiltApp one = build();
        Files.writeString(source.resolve("static/more.txt"), "more");
        BuiltApp two = build();
        Files.delete(source.resolve("static/more.txt"));

        assertThat(two.digest()).isNotEqualTo(one.digest());
        assertThat(build().digest()).isEqualTo(one.digest());
    }
}
