package dev.polder.kernel.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Signing in with a token, living on a cookie, and what a cookie alone may not do. */
class SessionRoutesIT {

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-22T12:00:00Z"));
    private final InstantSource clock = now::get;
    private final CredentialStore store = CredentialStore.inMemory();
    private final HttpClient client = HttpClient.newHttpClient();
    private String admin = "";
    private PolderServer server;

    @BeforeEach
    void start() {
        server = serverFor(new Accounts(store, clock, Duration.ofHours(8), false));
    }

    private PolderServer serverFor(Accounts accounts) {
        accounts.firstAdminToken().ifPresent(token -> admin = token);
        return PolderServer.builder()
                .authenticator(accounts)
                .routes(SessionRoutes.of(accounts, ref -> Optional.of("The " + ref.name()), clock))
                .routes(new Routes("/api/polder", ErrorBody.problem())
                        .get("/read", request -> Responses.empty(204))
                        .post("/write", request -> Responses.empty(204)))
                .service(
                        "/git",
                        headers -> headers.path().contains("receive-pack") ? Access.WRITE : Access.READ,
                        (c, r) -> com.linecorp.armeria.common.HttpResponse.of(204))
                .start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private HttpResponse<String> send(String method, String path, String body, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(server.uri().resolve(path))
                .timeout(Duration.ofSeconds(10))
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> signIn(String token) throws Exception {
        return send("POST", "/api/auth/session", "{\"token\":\"" + token + "\"}");
    }

    private String cookieOf(HttpResponse<String> response) {
        return response.headers().firstValue("set-cookie").orElseThrow().replaceAll(";.*", "");
    }

    @Test
    void aTokenBecomesASessionThatEnds() throws Exception {
        HttpResponse<String> signedIn = signIn(admin);
        assertThat(signedIn.statusCode()).isEqualTo(200);
        assertThat(signedIn.body())
                .isEqualTo("{\"user\":{\"ref\":\"user:default/admin\",\"displayName\":\"The admin\"}}");
        assertThat(signedIn.headers().firstValue("set-cookie").orElseThrow())
                .containsIgnoringCase("; httponly")
                .contains("SameSite=Strict", "Path=/");

        String cookie = cookieOf(signedIn);
        HttpResponse<String> who = send("GET", "/api/auth/session", "", "Cookie", cookie);
        assertThat(who.body())
                .isEqualTo("{\"user\":{\"ref\":\"user:default/admin\",\"displayName\":\"The admin\"},\"guest\":false}");

        now.set(now.get().plus(Duration.ofHours(8)));
        assertThat(send("GET", "/api/auth/session", "", "Cookie", cookie).statusCode())
                .isEqualTo(401);
    }

    @Test
    void signingOutEndsTheSessionAtOnce() throws Exception {
        String cookie = cookieOf(signIn(admin));
        assertThat(send("GET", "/api/polder/read", "", "Cookie", cookie).statusCode())
                .isEqualTo(204);

        assertThat(send("DELETE", "/api/auth/session", "", "Cookie", cookie, "X-Polder-Request", "1")
                        .statusCode())
                .isEqualTo(204);
        assertThat(send("GET", "/api/polder/read", "", "Cookie", cookie).statusCode())
                .isEqualTo(401);
    }

    @Test
    void aCookieAloneChangesNothing() throws Exception {
        String cookie = cookieOf(signIn(admin));
        HttpResponse<String> refused = send("POST", "/api/polder/write", "", "Cookie", cookie);
        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(refused.body()).contains("X-Polder-Request");
        assertThat(send("POST", "/api/polder/write", "", "Cookie", cookie, "X-Polder-Request", "1")
                        .statusCode())
                .isEqualTo(204);
        assertThat(send("POST", "/api/polder/write", "", "Authorization", "Bearer " + admin)
                        .statusCode())
                .isEqualTo(204);
    }

    @Test
    void aSessionSecretIsNoTokenAndATokenIsNoSession() throws Exception {
        String secret = cookieOf(signIn(admin)).replace("polder-session=", "");
        assertThat(send("GET", "/api/polder/read", "", "Authorization", "Bearer " + secret)
                        .statusCode())
                .isEqualTo(401);
        assertThat(send("GET", "/api/polder/read", "", "Cookie", "polder-session=" + admin)
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void whoeverGuessesHasToWait() throws Exception {
        for (int i = 0; i < SignInLimit.FREE; i++) {
            assertThat(signIn("guess-" + i).statusCode()).isEqualTo(401);
        }
        HttpResponse<String> slowed = signIn("guess-more");
        assertThat(slowed.statusCode()).isEqualTo(429);
        assertThat(slowed.headers().firstValue("retry-after")).isPresent();
        assertThat(signIn(admin).statusCode()).isEqualTo(429);

        now.set(now.get().plus(SignInLimit.REGAIN).plusSeconds(1));
        assertThat(signIn(admin).statusCode()).isEqualTo(200);
    }

    @Test
    void guestsReadAndAreAskedWhoTheyAreWhenTheyPush() throws Exception {
        server.close();
        server = serverFor(new Accounts(store, clock, Duration.ofHours(8), true));

        assertThat(send("GET", "/api/auth/session", "").body()).contains("\"guest\":true", "user:default/guest");
        assertThat(send("GET", "/api/polder/read", "").statusCode()).isEqualTo(204);
        assertThat(send("POST", "/api/polder/write", "").statusCode()).isEqualTo(403);
        assertThat(send("GET", "/git/a/b.git/info/refs?service=git-upload-pack", "")
                        .statusCode())
                .isEqualTo(204);
        HttpResponse<String> push = send("GET", "/git/a/b.git/info/refs?service=git-receive-pack", "");
        assertThat(push.statusCode()).isEqualTo(401);
        assertThat(push.headers().firstValue("www-authenticate").orElse("")).startsWith("Basic");
    }

    @Test
    void theAdminTokenIsMadeOnceAndOnlyItsHashIsKept() {
        assertThat(admin).startsWith("polder_").hasSizeGreaterThan(40);
        assertThat(new Accounts(store, clock, Duration.ofHours(8), false).firstAdminToken())
                .isEmpty();
        assertThat(store.all(Credential.Use.TOKEN))
                .hasSize(1)
                .allSatisfy(credential -> assertThat(credential.toString()).doesNotContain(admin));
    }
}
