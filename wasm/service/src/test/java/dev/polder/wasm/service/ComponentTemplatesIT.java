package dev.polder.wasm.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.polder.wasm.engine.EngineChoice;
import dev.polder.wasm.wasi.p2.http.JdkOutgoingHttp;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
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
        boolean calls = callsOthers(template.language(), source);

        BuiltApp built = Builds.BUILDER.build(BuildRequest.of(source, lines::add));

        assertThat(built.language()).isEqualTo(template.language());
        byte[] wasm = built.components().getFirst().wasm();
        assertThat(wasm).startsWith(COMPONENT);
        Path file = Files.write(folder.resolve("service.wasm"), wasm);
        Map<String, String> environment =
                built.spin().components().get("service").environment();
        try (WasmtimePeer peer = WasmtimePeer.serve(file, environment);
                Called called = new Called()) {
            servesAndStreams(Served.by(peer));
            if (calls) {
                assertThat(called.through(Served.by(peer))).isEqualTo(ANSWER);
            }
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
            if (calls) {
                callsWhomItMay(harness, built);
            }
            harness.apps.stop(Harness.workload("shop"));
            Awaitility.await().until(() -> live(harness) == 0);
        }
    }

    /** What {@link Called} says to the request that each template makes, as each shows it. */
    private static final String ANSWER = "201 called by shop: PUT /list?of=all a body";

    private static void callsWhomItMay(Harness harness, BuiltApp built) {
        try (JdkOutgoingHttp http = JdkOutgoingHttp.withDefaults();
                Called called = new Called()) {
            harness.outgoing = http;
            harness.apps.deploy(Harness.workload("shop"), built, Harness.info("0123456789"));
            assertThat(called.through(Served.by(harness)))
                    .doesNotContain("called by")
                    .isNotEmpty();
            assertThat(harness.apps.log(Harness.workload("shop")).after(0))
                    .extracting(LogLine::text)
                    .contains(called.address() + " is not allowed (expected: a host of allowed_outbound_hosts)");

            String allowed = built.manifest()
                    .replace(
                            "[component.service]\n",
                            "[component.service]\nallowed_outbound_hosts = [\"" + called.address() + "\"]\n");
            BuiltApp may = new BuiltApp(
                    SpinManifest.parse("spin.toml", allowed),
                    allowed,
                    built.components(),
                    built.language(),
                    built.sourceDir());
            harness.apps.deploy(Harness.workload("shop"), may, Harness.info("0123456789"));
            assertThat(called.through(Served.by(harness))).isEqualTo(ANSWER);
        }
    }

    /** A server that apps call; the JDK's. */
    private static final class Called implements AutoCloseable {

        private final HttpServer server;

        Called() {
            try {
                server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            server.createContext("/", exchange -> {
                try (exchange) {
                    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
                    byte[] answer = (exchange.getRequestMethod() + " " + exchange.getRequestURI() + " " + body)
                            .getBytes(StandardCharsets.UTF_8);
                    exchange.getResponseHeaders()
                            .set(
                                    "X-Said",
                                    "called by " + exchange.getRequestHeaders().getFirst("X-Asked"));
                    exchange.sendResponseHeaders(201, answer.length);
                    exchange.getResponseBody().write(answer);
                }
            });
            server.start();
        }

        String address() {
            return "http://127.0.0.1:" + server.getAddress().getPort();
        }

        /** What an app that was told of it says. */
        String through(Served app) {
            return Harness.text(app.send("GET", "/call?" + address() + "/list?of=all", "", NOTHING));
        }

        @Override
        public void close() {
            server.stop(0);
        }
    }

    /** Lets the path /call send a request to where the query says. */
    private static boolean callsOthers(Language language, Path source) throws IOException {
        return switch (language) {
            case ASSEMBLYSCRIPT ->
                insert(
                        source.resolve("assembly/index.ts"),
                        "  if (request.path == \"/health\")",
                        """
                          if (request.path == "/call") {
                            const headers = new Map<string, string>();
                            headers.set("X-Asked", request.variable("SERVICE_NAME", ""));
                            const answer = fetch(request.query, "PUT", headers, String.UTF8.encode("a body"));
                            if (answer.status == 0) return new Response(answer.error);
                            return new Response(answer.status.toString() + " " + answer.headers.get("x-said") + ": " + answer.text);
                          }
                        """,
                        "import { fetch } from \"./http\";\n");
            case GO -> // the host's part of what net/http sends by: with all of it the build would take half a minute
                insert(source.resolve("main.go"), "\tvar body string\n", """
                        	if env["PATH_INFO"] == "/call" {
                        		fmt.Println("this goes into the log")
                        		head, said, err := host.Send([]byte("PUT "+env["QUERY_STRING"]+"\\nX-Asked: "+env["SERVICE_NAME"]), strings.NewReader("a body"))
                        		if err != nil {
                        			_, err = fmt.Fprint(out, "Content-Type: text/plain\\n\\n", err)
                        			return err
                        		}
                        		defer said.Close()
                        		_, by, _ := strings.Cut(strings.ToLower(string(head)), "x-said: ")
                        		fmt.Fprint(out, "Content-Type: text/plain\\n\\n", string(head[8:11]), " ", strings.Split(by, "\\n")[0], ": ")
                        		_, err = io.Copy(out, said)
                        		return err
                        	}
                        """, "")
                        && replace(source.resolve("main.go"), "import (", """
                                import (
                                	"fmt"
                                	"service/shop/web/host"
                                """);
            case JAVA -> insert(source.resolve("src/main/java/service/Service.java"), "        return switch", """
                                if (request.path().equals("/call")) {
                                    System.out.println("this goes into the log");
                                    try {
                                        Http.Answer answer = Http.send(
                                                "PUT", request.query(), java.util.Map.of("X-Asked", request.variable("SERVICE_NAME")), "a body".getBytes());
                                        return Response.text(answer.status() + " " + answer.headers().get("x-said") + ": " + answer.text());
                                    } catch (IOException failed) {
                                        return Response.text(failed.getMessage());
                                    }
                                }
                        """, "");
            case PYTHON -> insert(source.resolve("src/answer.py"), "    if path == \"/health\":", """
                            if path == "/call":
                                import outbound
                                try:
                                    got = outbound.send("PUT", query, {"X-Asked": env["SERVICE_NAME"]}, b"a body")
                                except OSError as error:
                                    return Answer(str(error), "text/plain")
                                return Answer(f"{got.status} {dict(got.headers)['x-said']}: {got.text()}", "text/plain")
                        """, "");
            case JAVASCRIPT, TYPESCRIPT ->
                insert(
                        awaiting(source.resolve(language == Language.JAVASCRIPT ? "src/answer.js" : "src/answer.ts")),
                        "    case \"/health\":",
                        """
                            case "/call":
                              try {
                                const headers = { "X-Asked": env.SERVICE_NAME ?? "" };
                                const got = await fetch(query, { method: "PUT", headers, body: "a body" });
                                const body = `${got.status} ${got.headers.get("x-said")}: ${await got.text()}`;
                                return { status: 200, contentType: "text/plain", body };
                              } catch (error) {
                                return { status: 200, contentType: "text/plain", body: String(error) };
                              }
                        """,
                        "");
            default -> false;
        };
    }

    /** What the README of both says about calling others. */
    private static Path awaiting(Path file) throws IOException {
        replace(file, "export function answer(", "export async function answer(");
        if (file.toString().endsWith(".ts")) {
            replace(file, "): Answer {", "): Promise<Answer> {");
        }
        return file;
    }

    private static boolean insert(Path file, String before, String code, String first) throws IOException {
        return replace(file, before, code + before) && (first.isEmpty() || prepend(file, first));
    }

    private static boolean replace(Path file, String old, String with) throws IOException {
        String text = Files.readString(file);
        assertThat(text).contains(old);
        int at = text.indexOf(old);
        Files.writeString(file, text.substring(0, at) + with + text.substring(at + old.length()));
        return true;
    }

    private static boolean prepend(Path file, String first) throws IOException {
        Files.writeString(file, first + Files.readString(file));
        return true;
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
            case GO -> edit(source.resolve("main.go"), "env[\"PATH_INFO\"] + \"\\nquery", """
                    heap(env["PATH_INFO"]) + "\\nquery""", """
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
                .replace("\"os\"\n\t\"strings\"\n", "\"os\"\n\t\"strconv\"\n\t\"strings\"\n");
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
