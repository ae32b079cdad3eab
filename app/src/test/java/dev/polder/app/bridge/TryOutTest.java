package dev.polder.app.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.server.Server;
import dev.polder.kernel.model.Problem;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Against a server that stands for the gateway and keeps what it was asked. */
class TryOutTest {

    private static final AtomicReference<AggregatedHttpRequest> ASKED = new AtomicReference<>();
    private static Server server;
    private static TryOut tryOut;

    @BeforeAll
    static void start() {
        server = Server.builder()
                .http(0)
                .service(
                        "prefix:/",
                        (_, request) -> HttpResponse.of(request.aggregate().thenApply(whole -> {
                            ASKED.set(whole);
                            return answer(whole);
                        })))
                .build();
        server.start().join();
        tryOut = new TryOut("http://127.0.0.1:" + server.activeLocalPort());
    }

    private static HttpResponse answer(AggregatedHttpRequest request) {
        return switch (request.path()) {
            case "/large" ->
                HttpResponse.of(HttpStatus.OK, MediaType.OCTET_STREAM, new byte[TryOut.MAX_RESPONSE_BYTES + 100_000]);
            case "/binary" ->
                HttpResponse.of(HttpStatus.OK, MediaType.OCTET_STREAM, HttpData.wrap(new byte[] {(byte) 0xff, 1}));
            case "/elsewhere" -> HttpResponse.ofRedirect("http://example.com/");
            default -> HttpResponse.of(HttpStatus.CREATED, MediaType.PLAIN_TEXT_UTF_8, "made");
        };
    }

    @AfterAll
    static void stop() {
        server.stop().join();
    }

    private static JsonNode send(String json) {
        return tryOut.send(
                "shop.default.localhost:8080",
                Duration.ofSeconds(10),
                JsonMapper.shared().readTree(json));
    }

    private static void assertRefused(String json, String... texts) {
        ASKED.set(null);
        assertThatThrownBy(() -> send(json)).isInstanceOfSatisfying(Problem.class, problem -> {
            assertThat(problem.code()).isIn(Problem.Code.INVALID, Problem.Code.TOO_LARGE);
            assertThat(problem.detail()).contains(texts);
        });
        assertThat(ASKED.get()).as("nothing was sent").isNull();
    }

    @Test
    void theAppsOwnHostIsAskedAndTheAnswerComesWhole() {
        JsonNode answer = send("""
                {"method":"POST","path":"/cart/7%20a?x=%2Fy","headers":[{"name":"X-A","value":"b"}],"body":"é"}""");

        AggregatedHttpRequest asked = ASKED.get();
        assertThat(asked.authority()).isEqualTo("shop.default.localhost:8080");
        assertThat(asked.path()).isEqualTo("/cart/7%20a?x=%2Fy");
        assertThat(asked.method().name()).isEqualTo("POST");
        assertThat(asked.headers().get("x-a")).isEqualTo("b");
        assertThat(asked.contentUtf8()).isEqualTo("é");
        assertThat(answer.path("status").asInt()).isEqualTo(201);
        assertThat(answer.path("body").asString()).isEqualTo("made");
        assertThat(answer.path("headers").toString())
                .contains("\"content-type\"")
                .doesNotContain(":status");
        assertThat(answer.path("totalMillis").asDouble())
                .isGreaterThanOrEqualTo(answer.path("headMillis").asDouble());
    }

    @Test
    void bytesStayBytesAndMuchIsCut() {
        JsonNode binary = send("{\"path\":\"/binary\"}");
        assertThat(binary.path("body").isNull()).isTrue();
        assertThat(binary.path("bodyBase64").asString()).isEqualTo("/wE=");

        JsonNode large = send("{\"path\":\"/large\"}");
        assertThat(large.path("truncated").asBoolean()).isTrue();
        assertThat(large.path("body").asString()).hasSize(TryOut.MAX_RESPONSE_BYTES);
    }

    @Test
    void aRedirectIsShownAndNotFollowed() {
        assertThat(send("{\"path\":\"/elsewhere\"}").path("status").asInt()).isEqualTo(307);
    }

    @Test
    void nothingLeadsElsewhere() {
        assertRefused("{\"path\":\"http://example.com/\"}", "path");
        assertRefused("{\"path\":\"/a b\"}", "path");
        assertRefused("{\"path\":\"/a\\r\\nHost: x\"}", "path");
        assertRefused("{\"path\":\"/\",\"method\":\"CONNECT\"}", "method", "GET");
        assertRefused("{\"path\":\"/\",\"headers\":[{\"name\":\"Host\",\"value\":\"x\"}]}", "host");
        assertRefused("{\"path\":\"/\",\"headers\":[{\"name\":\"X-Forwarded-For\",\"value\":\"x\"}]}", "x-forwarded");
        assertRefused("{\"path\":\"/\",\"headers\":[{\"name\":\":authority\",\"value\":\"x\"}]}", ":authority");
        assertRefused("{\"path\":\"/\",\"headers\":[{\"name\":\"a\",\"value\":\"x\\r\\nb: c\"}]}", "one line");
        assertRefused("{\"path\":\"/\",\"bodyBase64\":\"*\"}", "bodyBase64");
        assertRefused("{\"path\":\"/\",\"body\":\"" + "x".repeat(TryOut.MAX_REQUEST_BYTES + 1) + "\"}", "body");
    }

    @Test
    void aGatewayThatIsNotThereIsSaidSo() {
        TryOut nowhere = new TryOut("http://127.0.0.1:1");
        assertThatThrownBy(() -> nowhere.send(
                        "shop.localhost",
                        Duration.ofSeconds(1),
                        JsonMapper.shared().readTree("{\"path\":\"/\"}")))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.code()).isEqualTo(Problem.Code.UNAVAILABLE));
    }
}
