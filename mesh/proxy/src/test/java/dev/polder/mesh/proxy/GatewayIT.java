package dev.polder.mesh.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.SpiffeId;
import dev.polder.mesh.config.Backend;
import dev.polder.mesh.config.HttpFilter;
import dev.polder.mesh.config.PathModifier;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GatewayIT {

    private static final SpiffeId SELF = SpiffeId.parse("spiffe://cluster.local/ns/polder-system/sa/gateway");

    private final TestUpstream upstream = new TestUpstream("one");
    private final TestCa ca = new TestCa("cluster.local");
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private Proxy proxy;

    @BeforeAll
    void start() {
        proxy = Proxy.builder()
                .identities(ca)
                .gatewayIdentity(SELF)
                .gatewayHttp(TestMesh.loopback(0), TestMesh.HTTP)
                .gatewayHttps(TestMesh.loopback(0), TestMesh.HTTPS, ca)
                .workers(1)
                .start();
        proxy.apply(mesh().snapshot());
    }

    @AfterAll
    void stop() {
        proxy.close();
        upstream.close();
    }

    private TestMesh mesh() {
        var endpoint = TestMesh.plain("127.0.0.1", upstream.port());
        var cluster = TestMesh.cluster("one", endpoint);
        return new TestMesh()
                .route("/", endpoint)
                .route(
                        "edited.example",
                        "/headers",
                        TestMesh.rule(
                                List.of(
                                        new HttpFilter.RequestHeaders(new HttpFilter.HeaderEdit(
                                                List.of(new HttpFilter.Header("x-set", "new")),
                                                List.of(new HttpFilter.Header("x-add", "two")),
                                                List.of("x-secret"))),
                                        new HttpFilter.ResponseHeaders(new HttpFilter.HeaderEdit(
                                                List.of(new HttpFilter.Header("x-answer", "yes")),
                                                List.of(),
                                                List.of("date")))),
                                Duration.ZERO,
                                TestMesh.backend(cluster)))
                .route(
                        "edited.example",
                        "/old",
                        TestMesh.rule(
                                List.of(new HttpFilter.Rewrite(
                                        "inner.example", new PathModifier.ReplacePrefixMatch("/headers"))),
                                Duration.ZERO,
                                TestMesh.backend(cluster)))
                .route(
                        "edited.example",
                        "/away",
                        TestMesh.rule(
                                List.of(new HttpFilter.Redirect(
                                        "https", "else.example", new PathModifier.ReplaceFullPath("/there"), 0, 301)),
                                Duration.ZERO))
                .route(
                        "edited.example",
                        "/broken",
                        TestMesh.rule(List.of(), Duration.ZERO, new Backend(1, null, "service x not found", List.of())))
                .route("edited.example", "/empty", TestMesh.cluster("empty"))
                .route("edited.example", "/refused", TestMesh.cluster("refused", TestMesh.plain("127.0.0.1", 1)));
    }

    private InetSocketAddress http() {
        return proxy.gatewayAddress(TestMesh.HTTP);
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + http().getPort() + path);
    }

    private HttpResponse<String> get(String path) throws Exception {
        return client.send(HttpRequest.newBuilder(uri(path)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private String raw(String request) throws Exception {
        try (RawClient raw = new RawClient(http())) {
            return raw.send(request).readAll();
        }
    }

    private static String ask(String target, String host, String... lines) {
        return "GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\n"
                + String.join(
                        "", List.of(lines).stream().map(line -> line + "\r\n").toList())
                + "Connection: close\r\n\r\n";
    }

    @Test
    void passesRequestsAndKeepsConnections() throws Exception {
        for (int i = 0; i < 50; i++) {
            HttpResponse<String> response = get("/");
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.body()).isEqualTo("one");
        }
    }

    @Test
    void addsForwardingHeadersAndDropsHopByHop() throws Exception {
        String answer = raw(ask(
                "/headers?q=1",
                "shop.example:8080",
                "X-Forwarded-For: 9.9.9.9",
                "X-Forwarded-Proto: https",
                "Keep-Alive: timeout=5",
                "TE: trailers",
                "X-Mine: 1",
                "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "Connection: X-Mine"));
        assertThat(answer)
                .startsWith("HTTP/1.1 200 OK\r\n")
                .contains("GET /headers?q=1\n")
                .contains("host: shop.example:8080\n")
                .contains("x-forwarded-for: 9.9.9.9, 127.0.0.1\n")
                .contains("x-forwarded-proto: http\n")
                .contains("traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\n")
                .containsPattern("x-request-id: [0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\n")
                .doesNotContain("keep-alive: timeout")
                .contains("te: trailers\n")
                .contains("connection: te\n")
                .doesNotContain("x-mine");
    }

    @Test
    void keepsTheClientsRequestId() throws Exception {
        assertThat(raw(ask("/headers", "a", "X-Request-Id: mine-1"))).contains("x-request-id: mine-1\n");
    }

    @Test
    void appliesFilters() throws Exception {
        String answer = raw(ask("/headers", "edited.example", "X-Secret: s", "X-Set: old", "X-Add: one"));
        assertThat(answer)
                .contains("x-set: new\n")
                .contains("x-add: one\n")
                .contains("x-add: two\n")
                .doesNotContain("x-secret")
                .doesNotContain("old\n")
                .contains("x-answer: yes\r\n")
                .doesNotContain("Date: ");
        assertThat(raw(ask("/old/a/b?c=d", "edited.example")))
                .contains("GET /headers/a/b?c=d\n")
                .contains("host: inner.example\n");
        assertThat(raw(ask("/away?x=1", "edited.example")))
                .startsWith("HTTP/1.1 301 Moved Permanently\r\n")
                .contains("location: https://else.example/there?x=1\r\n");
    }

    @Test
    void answersProblemsWhereThereIsNoUpstream() throws Exception {
        proxy.apply(mesh().snapshot());
        assertThat(raw(ask("/broken", "edited.example")))
                .startsWith("HTTP/1.1 500 ")
                .contains("service x not found");
        assertThat(raw(ask("/empty", "edited.example")))
                .startsWith("HTTP/1.1 503 ")
                .contains("application/problem+json")
                .contains("\"flags\":\"UH\"");
        assertThat(raw(ask("/refused", "edited.example")))
                .startsWith("HTTP/1.1 503 ")
                .contains("\"flags\":\"UF\"");
        Proxy bare = Proxy.builder()
                .identities(ca)
                .gatewayIdentity(SELF)
                .gatewayHttp(TestMesh.loopback(0), TestMesh.HTTP)
                .workers(1)
                .start();
        try (bare;
                RawClient raw = new RawClient(bare.gatewayAddress(TestMesh.HTTP))) {
            assertThat(raw.send(ask("/nothing", "x.example")).readAll())
                    .startsWith("HTTP/1.1 404 ")
                    .contains("no route for host \\\"x.example\\\"")
                    .contains("\"flags\":\"NR\"");
        }
    }

    @Test
    void normalisesDotSegments() throws Exception {
        assertThat(raw(ask("/a/../headers/./x/%2e%2e/y", "a"))).contains("GET /headers/y\n");
        assertThat(raw(ask("/../../headers", "a"))).contains("GET /headers\n");
    }

    @Test
    void takesAbsoluteTargets() throws Exception {
        assertThat(raw(ask("http://edited.example/headers", "ignored")))
                .contains("GET /headers\n")
                .contains("host: edited.example\n");
    }

    @Test
    void handlesBodiesInBothFramings() throws Exception {
        String body = "x".repeat(200_000);
        HttpResponse<String> sized = client.send(
                HttpRequest.newBuilder(uri("/echo"))
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(sized.body()).isEqualTo(body);
        HttpResponse<String> chunked = client.send(
                HttpRequest.newBuilder(uri("/echo"))
                        .POST(HttpRequest.BodyPublishers.fromPublisher(HttpRequest.BodyPublishers.ofString(body)))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(chunked.body()).isEqualTo(body);
        assertThat(get("/chunked").body()).startsWith("part 0\n").endsWith("part 9\n");
    }

    @Test
    void answersWithoutBodies() throws Exception {
        HttpResponse<String> head = client.send(
                HttpRequest.newBuilder(uri("/"))
                        .method("HEAD", HttpRequest.BodyPublishers.noBody())
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.headers().firstValue("content-length")).contains("3");
        assertThat(get("/status/204").statusCode()).isEqualTo(204);
        assertThat(get("/status/304").statusCode()).isEqualTo(304);
        assertThat(get("/").body()).isEqualTo("one");
    }

    @Test
    void passesContinue() throws Exception {
        try (RawClient raw = new RawClient(http())) {
            raw.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
            assertThat(raw.readUntil("\r\n\r\n")).startsWith("HTTP/1.1 100 Continue\r\n");
            raw.send("hello");
            assertThat(raw.readUntil("hello")).contains("HTTP/1.1 200 OK");
        }
    }

    @Test
    void servesPipelinedRequestsInOrder() throws Exception {
        try (RawClient raw = new RawClient(http())) {
            raw.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n".repeat(20) + ask("/headers?last", "a"));
            String all = raw.readAll();
            assertThat(all.split("HTTP/1.1 200 OK", -1)).hasSize(22);
            assertThat(all).contains("GET /headers?last\n");
        }
    }

    @Test
    void servesHttp10() throws Exception {
        assertThat(raw("GET / HTTP/1.0\r\n\r\n"))
                .contains("connection: close\r\n")
                .endsWith("one");
        assertThat(raw("GET /chunked HTTP/1.0\r\n\r\n"))
                .doesNotContain("chunked\r\n")
                .endsWith("part 9\n");
    }

    @Test
    void servesHttp2WithAndWithoutTls() throws Exception {
        HttpClient h2 = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_2)
                .sslContext(TestTls.trusting(ca.roots()))
                .build();
        URI https = URI.create(
                "https://localhost:" + proxy.gatewayAddress(TestMesh.HTTPS).getPort() + "/headers");
        HttpResponse<String> response =
                h2.send(HttpRequest.newBuilder(https).build(), HttpResponse.BodyHandlers.ofString());
        assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
        assertThat(response.body()).contains("x-forwarded-proto: https\n").contains("host: localhost:");
        String body = "y".repeat(1_000_000);
        HttpResponse<String> echo = h2.send(
                HttpRequest.newBuilder(https.resolve("/echo"))
                        .POST(HttpRequest.BodyPublishers.fromPublisher(HttpRequest.BodyPublishers.ofString(body)))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(echo.body()).isEqualTo(body);
        HttpClient h1 = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .sslContext(TestTls.trusting(ca.roots()))
                .build();
        assertThat(h1.send(HttpRequest.newBuilder(https).build(), HttpResponse.BodyHandlers.ofString())
                        .version())
                .isEqualTo(HttpClient.Version.HTTP_1_1);
    }

    @Test
    void switchesProtocols() throws Exception {
        try (ServerSocket server = new ServerSocket(0)) {
            CompletableFuture<String> seen = CompletableFuture.supplyAsync(() -> {
                try (Socket socket = server.accept()) {
                    InputStream in = socket.getInputStream();
                    StringBuilder head = new StringBuilder();
                    while (head.indexOf("\r\n\r\n") < 0) {
                        head.append((char) in.read());
                    }
                    socket.getOutputStream()
                            .write(("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                                            + "Connection: Upgrade\r\n\r\nfirst")
                                    .getBytes(StandardCharsets.US_ASCII));
                    byte[] echoed = in.readNBytes(4);
                    socket.getOutputStream().write(echoed);
                    return head.toString();
                } catch (Exception e) {
                    return e.toString();
                }
            });
            proxy.apply(mesh().route(
                            "ws.example",
                            "/",
                            TestMesh.cluster("ws", TestMesh.plain("127.0.0.1", server.getLocalPort())))
                    .snapshot());
            try (RawClient raw = new RawClient(http())) {
                raw.send(
                        "GET /chat HTTP/1.1\r\nHost: ws.example\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\nping");
                String answer = raw.readAll();
                assertThat(answer)
                        .startsWith("HTTP/1.1 101 Switching Protocols\r\n")
                        .containsIgnoringCase("upgrade: websocket\r\n")
                        .contains("connection: upgrade\r\n")
                        .endsWith("firstping");
            }
            assertThat(seen.get())
                    .containsIgnoringCase("upgrade: websocket\r\n")
                    .contains("connection: upgrade\r\n");
        }
    }

    @Test
    void endsRequestsThatTakeTooLong() throws Exception {
        try (ServerSocket silent = new ServerSocket(0)) {
            var cluster = TestMesh.cluster("silent", TestMesh.plain("127.0.0.1", silent.getLocalPort()));
            proxy.apply(mesh().route(
                            "slow.example",
                            "/",
                            TestMesh.rule(List.of(), Duration.ofMillis(200), TestMesh.backend(cluster)))
                    .snapshot());
            assertThat(raw(ask("/", "slow.example")))
                    .startsWith("HTTP/1.1 504 ")
                    .contains("\"flags\":\"UT\"");
        }
    }

    @Test
    void namesThePortThatIsInUse() {
        int taken = http().getPort();
        assertThatThrownBy(() -> Proxy.builder()
                        .identities(ca)
                        .gatewayIdentity(SELF)
                        .gatewayHttp(TestMesh.loopback(taken), TestMesh.HTTP)
                        .start())
                .isInstanceOf(Problem.class)
                .hasMessageContaining("port " + taken)
                .hasMessageContaining("expected: a free port");
    }

    @Test
    void countsWithIstiosNames() throws Exception {
        get("/");
        assertThat(proxy.metricsText())
                .contains("# TYPE istio_requests_total counter")
                .containsPattern("istio_requests_total\\{reporter=\"source\",source_workload=\"gateway\".*"
                        + "destination_service=\"root.default.svc.cluster.local\".*"
                        + "response_code=\"200\",response_flags=\"-\"} [1-9]")
                .contains("istio_request_duration_milliseconds_bucket{")
                .contains("istio_response_bytes_sum{");
    }
}
