package dev.polder.kernel.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.linecorp.armeria.common.HttpMethod;
import dev.polder.kernel.model.EntityRef;
import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.Where;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/** The server as a client sees it: what is answered, refused, and said when something breaks. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PolderServerIT {

    private static final String TOKEN = "a-static-token-of-the-configuration";

    private final Accounts accounts = new Accounts(
                    CredentialStore.inMemory(), InstantSource.system(), Duration.ofHours(1), false)
            .fixedToken("test", TOKEN, EntityRef.parse("user:default/tester"));
    private final Health health = new Health();
    private final AtomicReference<String> unready = new AtomicReference<>();
    private final HttpClient client = HttpClient.newHttpClient();
    private PolderServer server;

    @BeforeAll
    void start() {
        Routes catalog = new Routes("/api/catalog", ErrorBody.backstage())
                .get(
                        "/entities/by-name/{kind}/{namespace}/{name}",
                        request -> Responses.json(JsonNodeFactory.instance
                                .objectNode()
                                .put("name", request.path("name"))
                                .put("caller", request.caller().ref().toString())))
                .get("/missing", request -> {
                    throw Problem.notFound("no such entity");
                })
                .get("/broken", request -> {
                    throw new IllegalStateException("jdbc:secret-detail");
                })
                .get("/slow", request -> {
                    Thread.currentThread().join();
                    return Responses.empty(200);
                })
                .get(
                        "/large",
                        request -> Responses.json(
                                JsonNodeFactory.instance.objectNode().put("text", "polder ".repeat(1000))))
                .post("/echo", request -> Responses.json(request.json()))
                .add(HttpMethod.POST, "/entities/by-refs", Access.READ, request -> Responses.json(request.json()));
        Routes polder = new Routes("/api/polder", ErrorBody.problem()).get("/wrong", request -> {
            throw Problem.invalid("port: 70000 (expected: 1 to 65535)", new Where("polder.yaml", 3, 7, "ports.portal"));
        });
        health.check("catalog", () -> Optional.ofNullable(unready.get()));
        server = PolderServer.builder()
                .authenticator(accounts)
                .routes(catalog)
                .routes(polder)
                .routes(SessionRoutes.of(accounts, ref -> Optional.empty(), InstantSource.system()))
                .service(
                        "/git",
                        Access.READ,
                        (context, request) ->
                                com.linecorp.armeria.common.HttpResponse.of(PolderServerBuilder.principal(context)
                                        .orElseThrow()
                                        .ref()
                                        .toString()))
                .health(health)
                .metrics("/metrics", Access.READ, new PrometheusMeterRegistry(PrometheusConfig.DEFAULT))
                .staticFiles(PolderServerIT.class.getClassLoader(), "site")
                .requestTimeout(Duration.ofSeconds(3))
                .allowHost("polder.example")
                .start();
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(server.uri().resolve(path)).timeout(Duration.ofSeconds(10));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> get(String path) throws Exception {
        return send(to(path).header("Authorization", "Bearer " + TOKEN));
    }

    private static JsonNode json(HttpResponse<String> response) {
        return JsonMapper.shared().readTree(response.body());
    }

    @Test
    void largeAnswersAreCompressedAndNotSentTwice() throws Exception {
        HttpResponse<String> plain = get("/api/catalog/large");
        String tag = plain.headers().firstValue("etag").orElseThrow();
        assertThat(plain.headers().firstValue("cache-control")).contains("private, no-cache");
        assertThat(plain.headers().firstValue("content-encoding")).isEmpty();

        HttpRequest.Builder asked = to("/api/catalog/large")
                .header("Authorization", "Bearer " + TOKEN)
                .header("Accept-Encoding", "br, gzip");
        HttpResponse<byte[]> small = client.send(asked.build(), HttpResponse.BodyHandlers.ofByteArray());
        assertThat(small.headers().firstValue("content-encoding")).contains("gzip");
        assertThat(small.headers().firstValue("etag")).contains(tag);
        assertThat(small.body()).hasSizeLessThan(500);
        assertThat(new GZIPInputStream(new ByteArrayInputStream(small.body())))
                .hasBinaryContent(plain.body().getBytes(StandardCharsets.UTF_8));

        HttpResponse<String> refused = send(to("/api/catalog/large")
                .header("Authorization", "Bearer " + TOKEN)
                .header("Accept-Encoding", "gzip;q=0, identity"));
        assertThat(refused.body()).isEqualTo(plain.body());

        HttpResponse<String> known = send(asked.header("If-None-Match", "\"other\", " + tag));
        assertThat(known.statusCode()).isEqualTo(304);
        assertThat(known.body()).isEmpty();
        assertThat(known.headers().firstValue("etag")).contains(tag);
    }

    @Test
    void answersARouteWithItsPathParametersDecoded() throws Exception {
        HttpResponse<String> response = get("/api/catalog/entities/by-name/component/default/a%20b");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("content-type")).contains("application/json; charset=utf-8");
        assertThat(json(response).path("name").asString()).isEqualTo("a b");
        assertThat(json(response).path("caller").asString()).isEqualTo("user:default/tester");
    }

    @Test
    void wordsAProblemAsBackstageDoes() throws Exception {
        HttpResponse<String> response = get("/api/catalog/missing?x=1");

        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(json(response)).isEqualTo(JsonMapper.shared().readTree("""
                                        {"error":{"name":"NotFoundError","message":"no such entity"},
                                         "request":{"method":"GET","url":"/missing?x=1"},
                                         "response":{"statusCode":404}}"""));
    }

    @Test
    void wordsAProblemByRfc9457WithItsPlace() throws Exception {
        HttpResponse<String> response = get("/api/polder/wrong");

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.headers().firstValue("content-type")).contains("application/problem+json; charset=utf-8");
        assertThat(json(response).path("code").asString()).isEqualTo("INVALID");
        assertThat(json(response).path("where").path("line").asInt()).isEqualTo(3);
    }

    @Test
    void keepsTheInsideOfADefectToItself() throws Exception {
        HttpResponse<String> response = get("/api/catalog/broken");

        assertThat(response.statusCode()).isEqualTo(500);
        assertThat(response.body()).contains("reference").doesNotContain("secret-detail", "IllegalState");
    }

    @Test
    void unknownRoutesAndMethodsAnswerWithoutABody() throws Exception {
        assertThat(get("/api/catalog/nope").statusCode()).isEqualTo(404);
        assertThat(get("/api/catalog/nope").body()).isEmpty();
        assertThat(get("/api/unknown/thing").statusCode()).isEqualTo(404);
        assertThat(get("/api/unknown/thing").body()).isEmpty();

        HttpResponse<String> wrongMethod = get("/api/catalog/entities/by-refs");
        assertThat(wrongMethod.statusCode()).isEqualTo(405);
        assertThat(wrongMethod.body()).isEmpty();
        assertThat(wrongMethod.headers().firstValue("allow")).contains("POST");
    }

    @Test
    void headAnswersAsGetWithoutABody() throws Exception {
        HttpResponse<String> response = send(to("/api/catalog/entities/by-name/component/default/shop")
                .method("HEAD", HttpRequest.BodyPublishers.noBody())
                .header("Authorization", "Bearer " + TOKEN));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEmpty();
    }

    @Test
    void refusesCallersWithoutOrWithBadCredentials() throws Exception {
        HttpResponse<String> none = send(to("/api/catalog/missing"));
        assertThat(none.statusCode()).isEqualTo(401);
        assertThat(json(none).path("error").path("name").asString()).isEqualTo("AuthenticationError");
        assertThat(json(none).path("error").path("message").asString()).isEqualTo("Missing credentials");

        assertThat(send(to("/api/catalog/missing").header("Authorization", "Bearer wrong"))
                        .statusCode())
                .isEqualTo(401);
        assertThat(send(to("/api/catalog/missing").header("Authorization", "Digest x"))
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void refusesABodyBeyondTheLimit() throws Exception {
        byte[] body = new byte[3 * 1024 * 1024];
        // On HTTP/2 the JDK's client takes an answer before the end of its body for a broken stream.
        HttpResponse<String> response = send(to("/api/catalog/echo")
                .version(HttpClient.Version.HTTP_1_1)
                .header("Authorization", "Bearer " + TOKEN)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body)));

        assertThat(response.statusCode()).isEqualTo(413);
        assertThat(response.body()).contains("2097152");
    }

    @Test
    void saysWhereABodyIsNotJson() throws Exception {
        HttpResponse<String> response = send(to("/api/catalog/echo")
                .header("Authorization", "Bearer " + TOKEN)
                .POST(HttpRequest.BodyPublishers.ofString("{\n  \"a\": }")));

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("line 2, column 8");
    }

    @Test
    void endsAHandlerThatTakesTooLong() throws Exception {
        HttpResponse<String> response = get("/api/catalog/slow");

        assertThat(response.statusCode()).isEqualTo(504);
        assertThat(json(response).path("error").path("message").asString()).contains("did not end in its time");
    }

    @Test
    void rawServicesTakeBasicAuthenticationAndAskForIt() throws Exception {
        HttpResponse<String> asked = send(to("/git/default/shop.git/info/refs"));
        assertThat(asked.statusCode()).isEqualTo(401);
        assertThat(asked.headers().firstValue("www-authenticate").orElse("")).startsWith("Basic ");

        String basic =
                java.util.Base64.getEncoder().encodeToString(("anything:" + TOKEN).getBytes(StandardCharsets.UTF_8));
        HttpResponse<String> passed = send(to("/git/x").header("Authorization", "Basic " + basic));
        assertThat(passed.body()).isEqualTo("user:default/tester");
    }

    @Test
    void refusesForeignHostNames() throws Exception {
        assertThat(rawGet("evil.example")).startsWith("HTTP/1.1 403");
        assertThat(rawGet("evil.example:" + server.port())).startsWith("HTTP/1.1 403");
        assertThat(rawGet("localhost.evil.example")).startsWith("HTTP/1.1 403");
        assertThat(rawGet("localhost:" + server.port())).startsWith("HTTP/1.1 200");
        assertThat(rawGet("[::1]:" + server.port())).startsWith("HTTP/1.1 200");
        assertThat(rawGet("Polder.Example")).startsWith("HTTP/1.1 200");
    }

    private String rawGet(String host) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(5_000);
            socket.getOutputStream()
                    .write(("GET /.backstage/health/v1/liveness HTTP/1.1\r\nHost: " + host
                                    + "\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            return new String(in.readNBytes(12), StandardCharsets.UTF_8);
        }
    }

    @Test
    void reportsHealthInBackstagesShape() throws Exception {
        assertThat(send(to("/.backstage/health/v1/liveness")).body()).isEqualTo("{\"status\":\"ok\"}");
        assertThat(send(to("/.backstage/health/v1/readiness")).statusCode()).isEqualTo(200);
        assertThat(send(to("/healthz/ready")).statusCode()).isEqualTo(200);

        unready.set("still loading");

        HttpResponse<String> response = send(to("/.backstage/health/v1/readiness"));
        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.body()).isEqualTo("{\"status\":\"error\",\"message\":\"catalog: still loading\"}");
        assertThat(send(to("/healthz/ready")).statusCode()).isEqualTo(503);
        unready.set(null);
    }

    @Test
    void countsRequestsByRouteNotByPath() throws Exception {
        get("/api/catalog/entities/by-name/component/default/shop");
        org.awaitility.Awaitility.await()
                .untilAsserted(() -> assertThat(get("/metrics").body())
                        .contains("polder_http_requests_seconds_count{method=\"GET\"")
                        .contains("route=\"/api/catalog/entities/by-name/{kind}/{namespace}/{name}\"")
                        .doesNotContain("default/shop"));
        assertThat(send(to("/metrics")).statusCode()).isEqualTo(401);
    }

    @Test
    void servesTheInterfaceWithItsPagesAndItsCaching() throws Exception {
        HttpResponse<String> page = send(to("/catalog/default/component/shop"));
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body()).contains("<title>site</title>");
        assertThat(page.headers().firstValue("cache-control")).contains("no-cache");
        assertThat(page.headers().firstValue("content-security-policy").orElse(""))
                .contains("script-src 'self';", "frame-ancestors 'none'");
        assertThat(page.headers().firstValue("x-content-type-options")).contains("nosniff");

        HttpResponse<String> dotted = send(to("/catalog/default/user/noah.dubois"));
        assertThat(dotted.statusCode()).isEqualTo(200);
        assertThat(dotted.body()).contains("<title>site</title>");
        assertThat(send(to("/missing.svg")).statusCode()).isEqualTo(404);

        HttpResponse<String> asset = send(to("/assets/index-Bx3kQ9aZ.js"));
        assertThat(asset.body()).isEqualTo("export const one = 1;\n");
        assertThat(asset.headers().firstValue("cache-control")).contains("public, max-age=31536000, immutable");

        assertThat(asset.headers().firstValue("content-type").orElse("")).contains("javascript");

        HttpResponse<String> compressed = send(to("/assets/index-Bx3kQ9aZ.js").header("Accept-Encoding", "gzip"));
        assertThat(compressed.headers().firstValue("content-encoding")).contains("gzip");

        assertThat(send(to("/assets/missing-Bx3kQ9aZ.js")).statusCode()).isEqualTo(404);
        assertThat(send(to("/..%2f..%2fetc/passwd.txt")).statusCode()).isBetween(400, 404);
        assertThat(send(to("/").POST(HttpRequest.BodyPublishers.noBody())).statusCode())
                .isEqualTo(405);
    }

    @Test
    void saysWhoHoldsAPortThatIsTaken() throws Exception {
        try (ServerSocket holder = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() ->
                            PolderServer.builder().port(holder.getLocalPort()).start())
                    .isInstanceOfSatisfying(Problem.class, problem -> {
                        assertThat(problem.code()).isEqualTo(Problem.Code.UNAVAILABLE);
                        assertThat(problem.getMessage())
                                .startsWith("port " + holder.getLocalPort() + ": in use by pid "
                                        + ProcessHandle.current().pid() + " (");
                    });
        }
    }

    @Test
    void speaksHttp2WithPriorKnowledgeToo() throws Exception {
        HttpClient http2 =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build();
        HttpResponse<String> response = http2.send(
                HttpRequest.newBuilder(URI.create(server.uri() + "/healthz/ready"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
        http2.close();
    }
}
