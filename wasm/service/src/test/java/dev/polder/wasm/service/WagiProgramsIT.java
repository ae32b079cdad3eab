package dev.polder.wasm.service;

import static dev.polder.wasm.service.Harness.info;
import static dev.polder.wasm.service.Harness.text;
import static dev.polder.wasm.service.Harness.workload;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.engine.EngineChoice;
import dev.polder.wasm.wasi.p2.http.HttpBody;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** One program behind the WAGI executor, as a module and as a component: answers, failures, limits, connections. */
class WagiProgramsIT {

    private static final String GUEST = """
            use std::{env, hint, io, io::Read, io::Write, net, process, thread, time};
            fn main() {
                let query = env::var("QUERY_STRING").unwrap();
                let (what, rest) = query.split_once('=').unwrap_or((&query, ""));
                match what {
                    "echo" => {
                        let mut body = Vec::new();
                        io::stdin().read_to_end(&mut body).unwrap();
                        print!("Content-Type: {}\n\n", env::var("CONTENT_TYPE").unwrap());
                        io::stdout().write_all(&body).unwrap();
                    }
                    "loop" => loop { hint::black_box(0); },
                    "sleep" => thread::sleep(time::Duration::from_secs(600)),
                    "panic" => panic!("on purpose"),
                    "exit" => { eprintln!("leaving"); process::exit(1) }
                    "hoard" => { let mut all = Vec::new(); loop { all.push(vec![1u8; 1 << 20]); } }
                    "flood" => loop { println!("more and more"); },
                    "connect" => {
                        let outcome = net::TcpStream::connect(rest).map(|_| "connected").map_err(|e| e.kind());
                        print!("Content-Type: text/plain\n\n{outcome:?}");
                    }
                    _ => {
                        let args: Vec<String> = env::args().collect();
                        print!("Status: 201\nContent-Type: text/plain\nX-Args: {}\n\nmade", args.join(","));
                    }
                }
            }
            """;

    private static final String MANIFEST = """
            spin_manifest_version = 2
            application = { name = "program" }
            [[trigger.http]]
            route = "/..."
            component = "service"
            executor = { type = "wagi", argv = "made ${SCRIPT_NAME} ${ARGS}" }
            [component.service]
            source = "service.wasm"
            """;

    @TempDir
    private static Path folder;

    @TempDir
    Path data;

    @BeforeAll
    static void compile() throws Exception {
        Path source = Files.writeString(folder.resolve("guest.rs"), GUEST);
        RustPrograms.compile(source, "wasm32-wasip1", folder.resolve("module.wasm"));
        RustPrograms.compile(source, "wasm32-wasip2", folder.resolve("component.wasm"));
    }

    static Stream<Arguments> everywhere() {
        return Stream.of("module", "component")
                .flatMap(form -> Stream.of(EngineChoice.WASMTIME, EngineChoice.ENDIVE)
                        .map(engine -> Arguments.of(form, engine)));
    }

    private static void deploy(Harness polder, String name, String form, String more) throws IOException {
        String manifest = MANIFEST + more;
        byte[] wasm = Files.readAllBytes(folder.resolve(form + ".wasm"));
        polder.apps.deploy(
                workload(name),
                new BuiltApp(
                        SpinManifest.parse("spin.toml", manifest),
                        manifest,
                        List.of(BuiltApp.Component.of("service", wasm)),
                        Language.RUST,
                        folder),
                info("0123456789"));
    }

    private static AppLimits limits(Duration wall) {
        return new AppLimits(8L << 20, wall, 1 << 20, 1 << 20, 16);
    }

    private static Problem failure(Harness polder, String name, String query) {
        Problem problem = catchThrowableOfType(Problem.class, () -> polder.get(name, "/?" + query));
        assertThat(problem).as(query).isNotNull();
        return problem;
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    void answersAndFails(String form, EngineChoice engine) throws Exception {
        try (Harness polder = new Harness(engine, data)) {
            polder.limits.put("shop", limits(Duration.ofMinutes(10)));
            polder.limits.put("brief", limits(Duration.ofMillis(200)));
            deploy(polder, "shop", form, "");
            deploy(polder, "brief", form, "");

            answers(polder);
            failsAndIsTold(polder);
            assertThat(text(polder.get("shop", "/"))).as("and serves on").isEqualTo("made");
            assertThat(instances(polder)).as("one for each request").isEqualTo(7);
            endsWhenNobodyWaits(polder);
            for (String query : List.of("loop", "sleep")) {
                Problem problem = failure(polder, "brief", query);
                assertThat(problem.code()).as(query).isEqualTo(Problem.Code.DEADLINE);
                assertThat(problem.members()).as(query).containsEntry("limit", "wall-time");
            }
        }
    }

    private static long instances(Harness polder) {
        return polder.apps.stats(workload("shop")).orElseThrow().instances().made();
    }

    private static void answers(Harness polder) {
        HttpResponseData made = polder.get("shop", "/some/path?a&b=c");
        assertThat(made.status()).isEqualTo(201);
        assertThat(made.header("x-args")).isEqualTo("made,/some/path,a,b=c");
        assertThat(text(made)).isEqualTo("made");
        byte[] posted = new byte[300_000];
        new Random(7).nextBytes(posted);
        HttpResponseData echo = polder.send(
                "shop",
                new HttpRequestData(
                        "POST",
                        "http",
                        "shop.example",
                        "/?echo",
                        "HTTP/1.1",
                        List.of(new HttpHeader("content-type", "application/x-test")),
                        posted,
                        "127.0.0.1",
                        1));
        assertThat(echo.header("content-type")).isEqualTo("application/x-test");
        assertThat(echo.body()).isEqualTo(posted);
    }

    private static void failsAndIsTold(Harness polder) {
        Problem panic = failure(polder, "shop", "panic");
        assertThat(panic.code()).isEqualTo(Problem.Code.BAD_UPSTREAM);
        assertThat(panic.members()).containsEntry("trap", "unreachable").containsKey("trace");
        assertThat(polder.apps.traps(workload("shop")))
                .first()
                .satisfies(trap -> assertThat(trap.message()).endsWith("its last words: on purpose"));
        assertThat(polder.apps.log(workload("shop")).after(0))
                .extracting(LogLine::text)
                .contains("on purpose");
        assertThat(failure(polder, "shop", "exit")).hasMessageContaining("exit code 1; its last words: leaving");
        assertThat(failure(polder, "shop", "flood").members()).containsEntry("limit", "output");
        assertThat(failure(polder, "shop", "hoard").members()).containsEntry("limit", "memory");
    }

    private static void endsWhenNobodyWaits(Harness polder) throws Exception {
        long before = instances(polder);
        CompletableFuture<Problem> failed = new CompletableFuture<>();
        AppCall call = polder.apps.handle(
                workload("shop"),
                HttpRequestData.get("shop.example", "/?loop"),
                HttpBody.of(new byte[0]),
                new AppResponder() {
                    @Override
                    public void respond(int status, List<HttpHeader> headers, HttpBody body) {
                        failed.completeExceptionally(new AssertionError("answered " + status));
                    }

                    @Override
                    public void fail(Problem problem) {
                        failed.complete(problem);
                    }
                });
        Awaitility.await().until(() -> instances(polder) > before);
        call.cancel();
        assertThat(failed.get(60, TimeUnit.SECONDS).code()).isEqualTo(Problem.Code.CANCELLED);
    }

    @Test
    void aComponentConnectsWhereItMay() throws IOException {
        try (Harness polder = new Harness(EngineChoice.WASMTIME, data);
                ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            String address = "127.0.0.1:" + server.getLocalPort();
            deploy(polder, "shop", "component", "");
            assertThat(text(polder.get("shop", "/?connect=" + address))).isEqualTo("Err(PermissionDenied)");
            server.setSoTimeout(50);
            assertThat(catchThrowableOfType(SocketTimeoutException.class, server::accept))
                    .as("no packet was sent")
                    .isNotNull();

            deploy(polder, "shop", "component", "allowed_outbound_hosts = [\"tcp://" + address + "\"]\n");
            assertThat(text(polder.get("shop", "/?connect=" + address))).isEqualTo("Ok(\"connected\")");
            AppInventory inventory = polder.apps.inventory(workload("shop")).orElseThrow();
            assertThat(inventory.components())
                    .singleElement()
                    .satisfies(part -> assertThat(part.exports()).contains("wasi:cli/run@0.2.0"));
        }
    }

    @Test
    void aCommandBehindTheHttpExecutorIsRefusedWithTheRightOne() throws IOException {
        String manifest = MANIFEST.lines()
                .filter(line -> !line.startsWith("executor"))
                .reduce("", (all, line) -> all + line + "\n");
        BuiltApp app = new BuiltApp(
                SpinManifest.parse("spin.toml", manifest),
                manifest,
                List.of(BuiltApp.Component.of("service", Files.readAllBytes(folder.resolve("component.wasm")))),
                Language.RUST,
                folder);
        try (Harness polder = new Harness(EngineChoice.WASMTIME, data)) {
            Problem problem = catchThrowableOfType(
                    Problem.class, () -> polder.apps.deploy(workload("shop"), app, info("0123456789")));
            assertThat(problem.code()).isEqualTo(Problem.Code.UNSUPPORTED);
            assertThat(problem).hasMessageContaining("expected: executor = { type = \"wagi\" }");
        }
    }
}
