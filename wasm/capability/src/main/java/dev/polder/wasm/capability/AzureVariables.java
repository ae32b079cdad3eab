package dev.polder.wasm.capability;

import dev.polder.kernel.model.Problem;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Values of variables in an Azure Key Vault: the newest version of the secret of the variable's name, with hyphens for the
 * underscores that names there cannot have. Asked at every call; the token that it is asked with is kept until shortly
 * before its end. For any thread.
 *
 * <p>Source: Spin's provider {@code azure_key_vault}; Azure Key Vault's REST API, "Get Secret"; Microsoft's identity
 * platform, "client credentials flow"; "managed identities for Azure resources".
 */
public final class AzureVariables implements VariableProvider {

    /** Where tokens come from in Azure's public cloud. */
    public static final URI PUBLIC_CLOUD = URI.create("https://login.microsoftonline.com");

    /** Where a machine in Azure gets tokens of its own identity. */
    public static final URI THIS_MACHINE = URI.create("http://169.254.169.254/metadata/identity/oauth2/token");

    private static final String VERSION = "api-version=7.4";
    private static final Duration EARLY = Duration.ofMinutes(2);

    private final SecretServers servers;
    private final Outbound outbound;
    private final URI vault;
    private final Identity identity;
    private final String who;
    private @Nullable Token token;

    /** Who asks. */
    public sealed interface Identity {
        /**
         * A service principal.
         *
         * @param authority {@link #PUBLIC_CLOUD}, or that of another cloud
         * @param secret asked for when a token is needed
         */
        record Principal(URI authority, String tenant, String client, Supplier<String> secret) implements Identity {
            public Principal {
                if (!tenant.matches("[A-Za-z0-9.-]{1,255}")) {
                    throw Problem.invalid("tenant: (expected: the id of a tenant, or its domain)");
                }
            }

            @Override
            public String toString() {
                return "Principal[" + client + "]";
            }
        }

        /**
         * That of the machine.
         *
         * @param endpoint {@link #THIS_MACHINE}
         * @param client which one, where the machine has several, or {@code ""}
         */
        record Machine(URI endpoint, String client) implements Identity {}
    }

    private record Token(String text, long until) {}

    /**
     * @param vault of {@link SecretServers#address}: {@code https://NAME.vault.azure.net}
     */
    public AzureVariables(SecretServers servers, Outbound outbound, URI vault, Identity identity) {
        this.servers = servers;
        this.outbound = outbound;
        this.vault = vault;
        this.identity = identity;
        this.who = "azure_key_vault " + vault;
    }

    @Override
    public boolean isLive() {
        return true;
    }

    @Override
    public Optional<String> value(String name) {
        String secret = name.replace('_', '-');
        URI uri = URI.create(vault.toString().replaceAll("/+$", "") + "/secrets/" + secret + "?" + VERSION);
        SecretServers.Answer answer = get(uri);
        if (answer.status() == 401) {
            forget();
            answer = get(uri);
        }
        return switch (answer.status()) {
            case 200 -> {
                JsonNode body = answer.body();
                if (body == null || !body.path("value").isString()) {
                    throw SecretServers.failed(
                            who + ": the secret " + secret + " has no text (expected: one with a value)", null);
                }
                yield Optional.of(body.path("value").stringValue());
            }
            case 404 -> Optional.empty();
            case 401, 403 ->
                throw SecretServers.failed(
                        who + ": the secret " + secret + " may not be read: " + answer.status()
                                + " (expected: an identity with the role Key Vault Secrets User, and a secret that is"
                                + " enabled)",
                        null);
            default -> throw SecretServers.failed(who + ": " + answer.status() + " (expected: 200)", null);
        };
    }

    private SecretServers.Answer get(URI uri) {
        return servers.ask(outbound, who, "GET", uri, Map.of("authorization", "Bearer " + token()), null);
    }

    private synchronized void forget() {
        token = null;
    }

    private synchronized String token() {
        Token known = token;
        if (known == null || known.until() - System.nanoTime() <= 0) {
            known = newToken();
            token = known;
        }
        return known.text();
    }

    private Token newToken() {
        SecretServers.Answer answer = switch (identity) {
            case Identity.Principal principal -> {
                Map<String, String> form = new LinkedHashMap<>();
                form.put("grant_type", "client_credentials");
                form.put("client_id", principal.client());
                form.put("client_secret", principal.secret().get());
                form.put("scope", resource() + "/.default");
                yield servers.ask(
                        outbound,
                        who + ": the identity at " + principal.authority(),
                        "POST",
                        URI.create(principal.authority().toString().replaceAll("/+$", "") + "/" + principal.tenant()
                                + "/oauth2/v2.0/token"),
                        Map.of("content-type", "application/x-www-form-urlencoded"),
                        encoded(form).getBytes(StandardCharsets.UTF_8));
            }
            case Identity.Machine machine -> {
                Map<String, String> query = new LinkedHashMap<>();
                query.put("api-version", "2018-02-01");
                query.put("resource", resource());
                if (!machine.client().isEmpty()) {
                    query.put("client_id", machine.client());
                }
                yield servers.ask(
                        outbound,
                        who + ": the identity at " + machine.endpoint(),
                        "GET",
                        URI.create(machine.endpoint() + "?" + encoded(query)),
                        Map.of("metadata", "true"),
                        null);
            }
        };
        String text = answer.text("access_token");
        if (answer.status() != 200 || text.isEmpty() || !text.chars().allMatch(c -> c > 32 && c < 127)) {
            throw SecretServers.failed(
                    who + ": no token for it: " + answer.status() + " " + errorCode(answer)
                            + "(expected: an identity that its directory knows, and its secret)",
                    null);
        }
        JsonNode body = answer.body();
        long seconds = body == null ? 0 : Math.clamp(body.path("expires_in").asLong(0), 0, 86_400);
        long kept = Math.max(0, Duration.ofSeconds(seconds).minus(EARLY).toNanos());
        return new Token(text, System.nanoTime() + kept);
    }

    /** {@code invalid_client }, or nothing where the server has no such word. */
    private static String errorCode(SecretServers.Answer answer) {
        String code = answer.text("error");
        return code.matches("[a-z_]{1,60}") ? code + " " : "";
    }

    /** What tokens are for: {@code https://vault.azure.net}, or the same of another cloud. */
    private String resource() {
        String host = vault.getHost();
        int dot = host.indexOf('.');
        return "https://" + (host.contains(".vault.") ? host.substring(dot + 1) : "vault.azure.net");
    }

    private static String encoded(Map<String, String> form) {
        return form.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + URLEncoder.encode(entry.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }

    @Override
    public String toString() {
        return who;
    }
}
