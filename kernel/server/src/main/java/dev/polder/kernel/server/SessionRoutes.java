package dev.polder.kernel.server;

import com.linecorp.armeria.common.Cookie;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import dev.polder.kernel.model.EntityRef;
import dev.polder.kernel.model.Problem;
import java.net.InetAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Signing in and out: {@code /api/auth/session}. */
public final class SessionRoutes {

    private final Accounts accounts;
    private final Function<EntityRef, Optional<String>> displayNames;
    private final InstantSource clock;
    private final SignInLimit limit = new SignInLimit();

    private SessionRoutes(Accounts accounts, Function<EntityRef, Optional<String>> displayNames, InstantSource clock) {
        this.accounts = accounts;
        this.displayNames = displayNames;
        this.clock = clock;
    }

    /**
     * The routes.
     *
     * @param displayNames a person's name as the catalogue knows it; the ref's name is shown when it knows none
     */
    public static Routes of(
            Accounts accounts, Function<EntityRef, Optional<String>> displayNames, InstantSource clock) {
        SessionRoutes session = new SessionRoutes(accounts, displayNames, clock);
        return new Routes("/api/auth", ErrorBody.problem())
                .add(HttpMethod.POST, "/session", Access.PUBLIC, session::signIn)
                .add(HttpMethod.GET, "/session", Access.PUBLIC, session::whoAmI)
                .add(HttpMethod.DELETE, "/session", Access.PUBLIC, session::signOut);
    }

    private HttpResponse signIn(Request request) {
        InetAddress client = request.context().clientAddress();
        Duration delay = limit.delay(client, clock.instant());
        if (delay.isPositive()) {
            return tooMany(delay.toSeconds() + 1);
        }
        JsonNode token = request.json().path("token");
        if (!token.isString() || token.stringValue().isBlank()) {
            throw Problem.invalid(
                    "token: " + (token.isMissingNode() ? "missing" : "not text") + " (expected: a string)");
        }
        Optional<Accounts.SignedIn> session =
                accounts.signIn(token.stringValue().trim());
        if (session.isEmpty()) {
            limit.failed(client, clock.instant());
            throw Gate.unauthenticated("the token is not known, or was revoked");
        }
        limit.succeeded(client);
        String cookie =
                cookie(request, session.get().secret(), accounts.sessionLife().toSeconds());
        return answer(HttpStatus.OK, described(session.get().principal()), cookie);
    }

    private HttpResponse whoAmI(Request request) {
        Principal principal = request.caller();
        ObjectNode body = described(principal);
        body.put("guest", principal.kind() == Principal.Kind.GUEST);
        return HttpResponse.of(
                ResponseHeaders.builder(HttpStatus.OK)
                        .contentType(MediaType.JSON_UTF_8)
                        .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
                        .build(),
                HttpData.wrap(JsonMapper.shared().writeValueAsBytes(body)));
    }

    private HttpResponse signOut(Request request) {
        Credentials.sessionCookie(request.context().request().headers()).ifPresent(accounts::signOut);
        return HttpResponse.of(ResponseHeaders.builder(HttpStatus.NO_CONTENT)
                .add(HttpHeaderNames.SET_COOKIE, cookie(request, "", 0))
                .build());
    }

    private ObjectNode described(Principal principal) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        String name = principal.ref().name();
        body.putObject("user")
                .put("ref", principal.ref().toString())
                .put("displayName", displayNames.apply(principal.ref()).orElse(name));
        return body;
    }

    private static String cookie(Request request, String secret, long maxAgeSeconds) {
        return Cookie.secureBuilder(Credentials.SESSION_COOKIE, secret)
                .httpOnly(true)
                .sameSite("Strict")
                .path("/")
                .secure(request.context().sessionProtocol().isTls())
                .maxAge(maxAgeSeconds)
                .build()
                .toSetCookieHeader();
    }

    private static HttpResponse answer(HttpStatus status, JsonNode body, String cookie) {
        return HttpResponse.of(
                ResponseHeaders.builder(status)
                        .contentType(MediaType.JSON_UTF_8)
                        .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
                        .add(HttpHeaderNames.SET_COOKIE, cookie)
                        .build(),
                HttpData.wrap(JsonMapper.shared().writeValueAsBytes(body)));
    }

    /** 429 (RFC 6585) has no problem code of its own: nothing but sign-in answers with it. */
    private static HttpResponse tooMany(long seconds) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("type", "about:blank")
                .put("title", "TOO_MANY_REQUESTS")
                .put("status", 429)
                .put("detail", "too many failed sign-ins (expected: the next in " + seconds + " s)")
                .put("code", "UNAVAILABLE")
                .put("retryable", true);
        return HttpResponse.of(
                ResponseHeaders.builder(HttpStatus.TOO_MANY_REQUESTS)
                        .contentType(MediaType.parse("application/problem+json; charset=utf-8"))
                        .set(HttpHeaderNames.RETRY_AFTER, Long.toString(seconds))
                        .build(),
                HttpData.wrap(JsonMapper.shared().writeValueAsBytes(body)));
    }
}
