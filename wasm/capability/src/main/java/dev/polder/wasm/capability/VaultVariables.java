package dev.polder.wasm.capability;

import dev.polder.kernel.model.Problem;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;

/**
 * Values of variables in the key-value engine, version 2, of a Vault (or OpenBao): the field {@code value} of the newest
 * version of the secret of the variable's name. Asked at every call.
 *
 * <p>Source: Spin's provider {@code vault}; Vault's HTTP API, "KV secrets engine version 2".
 */
public final class VaultVariables implements VariableProvider {

    private final SecretServers servers;
    private final Outbound outbound;
    private final URI url;
    private final Supplier<String> token;
    private final String path;
    private final String who;

    /**
     * @param url of {@link SecretServers#address}
     * @param token asked for at every call
     * @param mount where the engine is: {@code secret}
     * @param prefix what stands before the names, or {@code ""}
     * @throws Problem INVALID when mount or prefix is no path
     */
    public VaultVariables(
            SecretServers servers, Outbound outbound, URI url, Supplier<String> token, String mount, String prefix) {
        this.servers = servers;
        this.outbound = outbound;
        this.url = url;
        this.token = token;
        this.who = "vault " + url;
        this.path = path("mount", mount) + "/data/" + (prefix.isEmpty() ? "" : path("prefix", prefix) + "/");
    }

    private static String path(String what, String text) {
        String plain = text.replaceAll("^/+|/+$", "");
        if (!plain.matches("[A-Za-z0-9._~-]{1,255}(/[A-Za-z0-9._~-]{1,255}){0,20}")
                || ("/" + plain + "/").matches(".*/\\.{1,2}/.*")) {
            throw Problem.invalid(
                    what + ": no path (expected: words of letters, digits, dots and hyphens, joined by /)");
        }
        return plain;
    }

    @Override
    public boolean isLive() {
        return true;
    }

    @Override
    public Optional<String> value(String name) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("X-Vault-Token", header(token.get()));
        headers.put("X-Vault-Request", "true");
        String base = url.toString().replaceAll("/+$", "");
        SecretServers.Answer answer =
                servers.ask(outbound, who, "GET", URI.create(base + "/v1/" + path + name), headers, null);
        JsonNode body = answer.body();
        return switch (answer.status()) {
            case 200 -> {
                String value = answer.text("data", "data", "value");
                JsonNode given = body == null ? null : body.at("/data/data/value");
                if (given == null || !given.isString()) {
                    throw wrong(
                            name,
                            "has no text named \"value\" (expected: vault kv put MOUNT/NAME value=…, in an engine"
                                    + " of version 2)");
                }
                yield Optional.of(value);
            }
            case 404 -> {
                // The engine says nothing of a secret that is not there; who says more has no engine there.
                if (body != null && !body.path("errors").isEmpty()) {
                    throw wrong(name, "is below no secrets engine (expected: a mount of a KV engine of version 2)");
                }
                yield Optional.empty();
            }
            case 403 -> throw wrong(name, "may not be read: 403 (expected: a token that is good for it)");
            case 503 -> throw SecretServers.failed(who + ": 503 (expected: one that is not sealed)", null);
            default -> throw SecretServers.failed(who + ": " + answer.status() + " (expected: 200)", null);
        };
    }

    private Problem wrong(String name, String what) {
        return SecretServers.failed(who + ": " + path + name + " " + what, null);
    }

    /** A header's value may be named in errors of the client when it is none. */
    private String header(String secret) {
        if (secret.isEmpty() || !secret.chars().allMatch(c -> c > 32 && c < 127)) {
            throw Problem.invalid(who + ": no token (expected: one of letters, digits and signs, without spaces)");
        }
        return secret;
    }

    @Override
    public String toString() {
        return who;
    }
}
