package dev.polder.wasm.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polder.wasm.engine.EngineChoice;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The templates of components, built by their real toolchains, served by a real peer and then by Polder. */
class ComponentTemplatesIT {

    private static final byte[] NOTHING = {};
    private static final long REQUESTS = 4;
    private static final byte[] COMPONENT = {0, 'a', 's', 'm', 0x0d, 0, 1, 0};

    @TempDir
    Path folder;

    private final List<String> lines = Collections.synchronizedList(new ArrayList<>());

    static List<Skeletons.Template> templates() {
        return Skeletons.components();
    }

    @ParameterizedTest
    @MethodSource("templates")
    void isBuiltAndServesAndStreams(Skeletons.Template template) throws IOException {
        Builds.assume(template.language());
        WasmtimePeer.program();
        Path source = Skeletons.write(template, folder.resolve("source"), "Grüße \"from\" the template");
        boolean fills = fillsItsHeap(template.language(), source);

        BuiltApp built = Builds.BUILDER.build(BuildRequest.of(source, lines::add));

        assertThat(built.language()).isEqualTo(template.language());
        byte[] wasm = built.components().getFirst().wasm();
        assertThat(wasm).startsWith(COMPONENT);
        Path file = Files.write(folder.resolve("service.wasm"), wasm);
        Map<String, String> environment =
                built.spin().components().get("service").environment();
        try (WasmtimePeer peer = WasmtimePeer.serve(file, environment)) {
            servesAndStreams(Served.by(peer));
        }
        try (Harness harness = new Harness(EngineChoice.WASMTIME, folder.resolve("polder"))) {
            harness.limits.put("shop", new AppLimits(128L << 20, Duration.ofSeconds(30), 4 << 20, 4 << 20, 16));
            harness.apps.deploy(Harness.workload("shop"), built, Harness.info("0123456789"));
            servesAndStreams(Served.by(harness));
            assertThat(instances(harness)).as("an instance for each request").isEqualTo(REQUESTS);

            harness.limits.computeIfPresent("shop", (_, limits) -> limits.withInstanceRequests(3));
            harness.apps.deploy(Harness.workload("shop"), built, Harness.info("0123456789"));
            servesAndStreams(Served.by(harness));
            servesAndStreams(Served.by(harness));
            if (fills) {
                for (int i = 0; i < 3; i++) {
                    assertThat(Harness.text(Served.by(harness).send("GET", "/heap", "", NOTHING)))
                            .contains("\npath: 10000000\n");
                }
            }
            // A request that comes before the one before it has put its instance back gets a new one.
            long more = 2 * REQUESTS + (fills ? 3 : 0);
            assertThat(instances(harness) - REQUESTS)
                    .as("instances for twice the requests, three each")
                    .isBetween(3L, more - 1);
            AppStats.Instances figures =
                    harness.apps.stats(Harness.workload("shop")).orElseThrow().instances();
            assertThat(figures.made() + figures.reused()).isEqualTo(REQUESTS + more);
            harness.apps.stop(Harness.workload("shop"));
            Awaitility.await().until(() -> live(harness) == 0);
        }
    }

    /** Lets the path /heap take much more memory than the program began with, beside what makes it a component. */
    private static boolean fillsItsHeap(Language language, Path source) throws IOException {
        return switch (language) {
            case ASSEMBLYSCRIPT -> edit(source.resolve("assembly/index.ts"), "request.path + \"\\nquery", """
                    heap(request.path) + "\\nquery""", """
                    function heap(path: string): string {
                      if (path != "/heap") return path;
                      const all = new Array<Uint8Array>();
                      for (let i = 0; i < 100; i++) all.push(new Uint8Array(100000).fill(<u8>i));
                      let right = 0;
                      for (let i = 0; i < 100; i++) for (let j = 0; j < 100000; j++) if (all[i][j] == <u8>i) right++;
                      return right.toString();
                    }
                    """);
            case GO -> edit(source.resolve("main.go"), "env(\"PATH_INFO\") + \"\\nquery", """
                    heap(env("PATH_INFO")) + "\\nquery""", """
                    func heap(path string) string {
                    	if path != "/heap" {
                    		return path
                    	}
                    	counts := make(chan int)
                    	for i := range 100 {
                    		part := bytes.Repeat([]byte{byte(i)}, 100000)
                    		go func() { counts <- bytes.Count(part, []byte{byte(i)}) }()
                    	}
                    	right := 0
                    	for range 100 {
                    		right += <-counts
                    	}
                    	return strconv.Itoa(right)
                    }
                    """);
            case JAVA ->
                edit(source.resolve("src/main/java/service/Service.java"), "request.path() + \"\\nquery", """
                    Heap.of(request.path()) + "\\nquery""", """
                    class Heap {
                        static String of(String path) {
                            if (!path.equals("/heap")) {
                                return path;
                            }
                            byte[][] all = new byte[100][];
                            for (int i = 0; i < all.length; i++) {
                                all[i] = new byte[100_000];
                                java.util.Arrays.fill(all[i], (byte) i);
                            }
                            int right = 0;
                            for (int i = 0; i < all.length; i++) {
                                for (byte b : all[i]) {
                                    right += b == i ? 1 : 0;
                                }
                            }
                            return Integer.toString(right);
                        }
                    }
                    """);
            default -> false;
        };
    }

    private static boolean edit(Path file, String old, String with, String more) throws IOException {
        String text = Files.readString(file);
        assertThat(text).contains(old);
        String edited = text.replace(old, with.strip())
                .replace("\"encoding/json\"", "\"bytes\"\n\t\"encoding/json\"")
                .replace("\"os\"\n", "\"os\"\n\t\"strconv\"\n");
        Files.writeString(file, edited + "\n" + more);
        return true;
    }

    private static long live(Harness harness) {
        return harness.apps
                .stats(Harness.workload("shop"))
                .orElseThrow()
                .instances()
                .live();
    }

    private static long instances(Harness harness) {
        return harness.apps
                .stats(Harness.workload("shop"))
                .orElseThrow()
                .instances()
                .made();
    }

    /** {@link #REQUESTS} of them. */
    private static void servesAndStreams(Served served) {
        HttpResponseData greeting = served.send("GET", "/some/path?x=1&y=2", "", NOTHING);
        assertThat(greeting.status()).isEqualTo(200);
        assertThat(greeting.header("content-type")).isEqualTo("text/plain; charset=utf-8");
        assertThat(Harness.text(greeting)).isEqualTo("Grüße \"from\" the template\npath: /some/path\nquery: x=1&y=2\n");

        HttpResponseData api = served.send("GET", "/api?q", "", NOTHING);
        assertThat(api.header("content-type")).isEqualTo("application/json");
        assertThat(Harness.text(api))
                .isEqualTo("{\"greeting\":\"Grüße \\\"from\\\" the template\",\"path\":\"/api\",\"query\":\"q\"}\n");
        assertThat(Harness.text(served.send("GET", "/health", "", NOTHING)))
                .isEqualTo("{\"status\":\"ok\",\"service\":\"shop\"}\n");

        byte[] posted = new byte[1 << 20];
        new Random(7).nextBytes(posted);
        HttpResponseData echo = served.send("POST", "/anything", "application/x-test", posted);
        assertThat(echo.header("content-type")).isEqualTo("application/x-test");
        assertThat(echo.body()).isEqualTo(posted);
    }

    /** Whoever serves the component. */
    private interface Served {

        HttpResponseData send(String method, String target, String contentType, byte[] body);

        static Served by(WasmtimePeer peer) {
            return (method, target, contentType, body) -> {
                HttpResponse<byte[]> response =
                        body.length == 0 ? peer.get(target) : peer.post(target, contentType, body);
                List<HttpHeader> headers = new ArrayList<>();
                response.headers()
                        .map()
                        .forEach((name, values) -> values.forEach(value -> headers.add(new HttpHeader(name, value))));
                return new HttpResponseData(response.statusCode(), headers, response.body());
            };
        }

        static Served by(Harness harness) {
            return (method, target, contentType, body) -> {
                List<HttpHeader> headers =
                        contentType.isEmpty() ? List.of() : List.of(new HttpHeader("content-type", contentType));
                return harness.send(
                        "shop",
                        new HttpRequestData(
                                method, "http", "shop.example", target, "HTTP/1.1", headers, body, "127.0.0.1", 1));
            };
        }
    }
}
