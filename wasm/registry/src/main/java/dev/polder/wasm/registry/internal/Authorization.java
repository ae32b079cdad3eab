package dev.polder.wasm.registry.internal;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.registry.CredentialSource;
import dev.polder.wasm.registry.Credentials;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Answers challenges: basic credentials (RFC 7617), or a token from the registry's token service (the distribution
 * project's token and OAuth 2 specifications). Tokens are kept until shortly before they end. Safe for any thread.
 */
public final class Authorization {

    private record Token(String header, long endNanos) {}

    private static final int MAX_ANSWER = 64 * 1024;
    private static final long DEFAULT_SECONDS = 60;
    private static final long LONGEST_SECONDS = 3600;
    private static final long MARGIN_SECONDS = 5;
    private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7e]{1,32768}");

    private final Map<String, Token> tokens = new ConcurrentHashMap<>();
    private final CredentialSource source;

    public Authorization(CredentialSource source) {
        this.source = source;
    }

    /** The header's value for a scope, when one is known. */
    @Nullable
    String known(String registry, String scope) {
        Token token = tokens.get(registry + " " + scope);
        return token == null || token.endNanos() - System.nanoTime() < 0 ? null : token.header();
    }

    /**
     * Gets what a challenge asks for.
     *
     * @param api for the request to the token service
     * @return the value of the Authorization header
     * @throws Problem UNAUTHENTICATED when there are no fitting credentials
     */
    String answer(List<Challenge> challenges, String registry, String scope, Api api) {
        Credentials credentials = source.of(registry);
        for (Challenge challenge : challenges) {
            if (challenge.scheme().equals("bearer") && challenge.parameters().containsKey("realm")) {
                Token token = bearer(challenge, credentials, scope, api);
                return keep(registry, scope, token);
            }
        }
        boolean basic =
                challenges.stream().anyMatch(challenge -> challenge.scheme().equals("basic"));
        if (basic && credentials instanceof Credentials.Basic user) {
            Token token = new Token(basic(user), System.nanoTime() + LONGEST_SECONDS * 1_000_000_000L);
            return keep(registry, scope, token);
        }
        List<String> schemes = challenges.stream().map(Challenge::scheme).toList();
        throw new Problem(
                Problem.Code.UNAUTHENTICATED,
                Problem.WhoFailed.CALLER,
                false,
                "registry " + registry + " asks for credentials of scheme "
                        + Answer.printable(String.join(" or ", schemes)) + "; found: "
                        + credentials.getClass().getSimpleName()
                        + " (expected: a user name and password for this registry)",
                null,
                null);
    }

    private String keep(String registry, String scope, Token token) {
        long now = System.nanoTime();
        tokens.values().removeIf(kept -> kept.endNanos() - now < 0);
        tokens.put(registry + " " + scope, token);
        return token.header();
    }

    void forget(String registry, String scope) {
        tokens.remove(registry + " " + scope);
    }

    private static Token bearer(Challenge challenge, Credentials credentials, String scope, Api api) {
        if (credentials instanceof Credentials.RegistryToken given) {
            return token(given.token(), LONGEST_SECONDS);
        }
        Map<String, String> parameters = challenge.parameters();
        URI realm = api.addresses().resolve(api.addresses().base(), parameters.getOrDefault("realm", ""), "realm");
        String wanted = parameters.getOrDefault("scope", scope);
        StringBuilder query = new StringBuilder();
        if (parameters.containsKey("service")) {
            append(query, "service", parameters.getOrDefault("service", ""));
        }
        Call call = switch (credentials) {
            case Credentials.IdentityToken refresh -> {
                append(query, "grant_type", "refresh_token");
                append(query, "client_id", "polder");
                append(query, "scope", wanted);
                append(query, "refresh_token", refresh.token());
                yield new Call(
                        "POST",
                        realm,
                        Map.of("Content-Type", "application/x-www-form-urlencoded"),
                        HttpRequest.BodyPublishers.ofString(query.toString()),
                        null,
                        true,
                        Set.of(200));
            }
            case Credentials.Basic user -> {
                append(query, "account", user.user());
                yield ask(realm, query, wanted, Map.of("Authorization", basic(user)));
            }
            case Credentials.Anonymous _, Credentials.RegistryToken _ -> ask(realm, query, wanted, Map.of());
        };
        Fields answer = Fields.read(api.read(call, MAX_ANSWER, "token"), Addresses.shown(realm), Origin.REGISTRY);
        String text = answer.has("token") ? answer.text("token") : answer.text("access_token");
        if (!TOKEN.matcher(text).matches()) {
            throw answer.wrong("token", text.length() + " characters (expected: visible ASCII, at most 32768)");
        }
        long seconds = answer.has("expires_in") ? answer.number("expires_in") : DEFAULT_SECONDS;
        return token(text, Math.min(seconds, LONGEST_SECONDS) - MARGIN_SECONDS);
    }

    private static Call ask(URI realm, StringBuilder query, String scopes, Map<String, String> headers) {
        for (String scope : scopes.split(" ")) {
            append(query, "scope", scope);
        }
        String joined = realm + (realm.getRawQuery() == null ? "?" : "&") + query;
        return new Call(
                "GET", URI.create(joined), headers, HttpRequest.BodyPublishers.noBody(), null, true, Set.of(200));
    }

    private static Token token(String text, long seconds) {
        return new Token("Bearer " + text, System.nanoTime() + Math.max(0, seconds) * 1_000_000_000L);
    }

    private static String basic(Credentials.Basic user) {
        String pair = user.user() + ":" + user.password();
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    private static void append(StringBuilder query, String name, String value) {
        query.append(query.isEmpty() ? "" : "&")
                .append(name)
                .append('=')
                .append(URLEncoder.encode(value, StandardCharsets.UTF_8));
    }
}
