package dev.polder.kernel.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polder.kernel.model.Problem;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A client that sends much sees the answer that came before it was done. */
class UploadIT {

    private static final int BYTES = 3 << 20;

    private final Accounts accounts =
            new Accounts(CredentialStore.inMemory(), java.time.InstantSource.system(), Duration.ofHours(1), false);
    private final String token = accounts.firstAdminToken().orElseThrow();
    private PolderServer server;

    @BeforeEach
    void start() {
        server = PolderServer.builder()
                .authenticator(accounts)
                .routes(new Routes("/api/polder", ErrorBody.problem())
                        .upload("/refused", 64L << 20, Duration.ofMinutes(1), (_, body) -> {
                            closed(body);
                            throw Problem.invalid("the first byte (expected: another)");
                        })
                        .upload("/little", 64, Duration.ofMinutes(1), (_, body) -> {
                            body.transferTo(java.io.OutputStream.nullOutputStream());
                            return Responses.empty(204);
                        })
                        .upload("/first", 64L << 20, Duration.ofMinutes(1), (_, body) -> {
                            closed(body);
                            return Responses.empty(204);
                        }))
                .start();
    }

    /** What reads a zip closes what it is given. */
    private static void closed(InputStream body) throws java.io.IOException {
        try (body) {
            assertThat(body.read()).isZero();
        }
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static HttpRequest.BodyPublisher streamed() {
        return HttpRequest.BodyPublishers.ofInputStream(() -> new java.io.ByteArrayInputStream(new byte[BYTES]));
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void anAnswerThatComesEarlyIsSeen(HttpClient.Version version) throws Exception {
        try (HttpClient client = HttpClient.newBuilder().version(version).build()) {
            for (int i = 0; i < 5; i++) {
                assertThat(send(client, "/refused", token).body()).contains("the first byte (expected: another)");
                assertThat(send(client, "/refused", "wrong").statusCode()).isEqualTo(401);
                assertThat(send(client, "/little", token).statusCode()).isEqualTo(413);
                assertThat(send(client, "/first", token).statusCode()).isEqualTo(204);
            }
        }
    }

    private HttpResponse<String> send(HttpClient client, String path, String bearer) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(server.uri().resolve("/api/polder" + path))
                .header("authorization", "Bearer " + bearer)
                .timeout(Duration.ofSeconds(20))
                .POST(streamed())
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }
}
