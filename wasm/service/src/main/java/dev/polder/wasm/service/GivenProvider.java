package dev.polder.wasm.service;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.capability.AzureVariables;
import dev.polder.wasm.capability.Outbound;
import dev.polder.wasm.capability.OutboundLimits;
import dev.polder.wasm.capability.OutboundRules;
import dev.polder.wasm.capability.SecretServers;
import dev.polder.wasm.capability.VariableProvider;
import dev.polder.wasm.capability.Variables;
import dev.polder.wasm.capability.VaultVariables;
import dev.polder.wasm.wasi.p2.sockets.OutboundPolicy;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A provider of variables that whoever deploys an app gave to it, as a {@code runtime-config.toml} has it. Holds secrets;
 * {@code toString} shows none.
 */
public sealed interface GivenProvider {

    /** What Spin calls it. */
    String type();

    /** What may be shown: its type, and where it is. */
    String shown();

    /** All of it, with its secrets. */
    ObjectNode json();

    /**
     * Makes it ready to be asked; connects to nothing.
     *
     * @param rules what the operator says of the app's ways out, which it must keep
     */
    VariableProvider open(SecretServers servers, OutboundRules rules);

    /** Values that are known, of the environment or a file. */
    record Values(Map<String, String> values) implements GivenProvider {
        public Values {
            values = Map.copyOf(values);
        }

        @Override
        public String type() {
            return "static";
        }

        @Override
        public String shown() {
            return "static";
        }

        @Override
        public ObjectNode json() {
            ObjectNode json = typed(this);
            ObjectNode all = json.putObject("values");
            values.forEach(all::put);
            return json;
        }

        @Override
        public VariableProvider open(SecretServers servers, OutboundRules rules) {
            return name -> Optional.ofNullable(values.get(name));
        }

        @Override
        public String toString() {
            return "Values" + values.keySet();
        }
    }

    /** As {@link VaultVariables} has it; {@code prefix} may be {@code ""}. */
    record Vault(String url, String token, String mount, String prefix) implements GivenProvider {
        @Override
        public String type() {
            return "vault";
        }

        @Override
        public String shown() {
            return "vault " + url;
        }

        @Override
        public ObjectNode json() {
            return typed(this)
                    .put("url", url)
                    .put("token", token)
                    .put("mount", mount)
                    .put("prefix", prefix);
        }

        @Override
        public VariableProvider open(SecretServers servers, OutboundRules rules) {
            URI uri = SecretServers.address(url, true);
            return new VaultVariables(servers, outbound(rules, uri), uri, () -> token, mount, prefix);
        }

        @Override
        public String toString() {
            return shown();
        }
    }

    /** As {@link AzureVariables} has it for a service principal. */
    record Azure(String vaultUrl, String authority, String tenant, String client, String secret)
            implements GivenProvider {
        @Override
        public String type() {
            return "azure_key_vault";
        }

        @Override
        public String shown() {
            return "azure_key_vault " + vaultUrl;
        }

        @Override
        public ObjectNode json() {
            return typed(this)
                    .put("vault_url", vaultUrl)
                    .put("authority", authority)
                    .put("tenant_id", tenant)
                    .put("client_id", client)
                    .put("client_secret", secret);
        }

        @Override
        public VariableProvider open(SecretServers servers, OutboundRules rules) {
            URI vault = SecretServers.address(vaultUrl, false);
            URI from = SecretServers.address(authority, false);
            return new AzureVariables(
                    servers,
                    outbound(rules, vault, from),
                    vault,
                    new AzureVariables.Identity.Principal(from, tenant, client, () -> secret));
        }

        @Override
        public String toString() {
            return shown();
        }
    }

    private static ObjectNode typed(GivenProvider provider) {
        return JsonNodeFactory.instance.objectNode().put("type", provider.type());
    }

    /** To these servers, and to addresses that are not public where the URL is one or the operator opens it. */
    private static Outbound outbound(OutboundRules rules, URI... servers) {
        List<String> patterns = new ArrayList<>();
        for (URI server : servers) {
            int port = server.getPort() >= 0
                    ? server.getPort()
                    : server.getScheme().equals("https") ? 443 : 80;
            patterns.add(server.getScheme() + "://" + server.getHost() + ":" + port);
        }
        return new Outbound(
                OutboundPolicy.of(patterns).under(rules.networks()), OutboundLimits.DEFAULT, rules.authorities());
    }

    /**
     * Reads what {@link #json} wrote, or a client sent.
     *
     * @throws Problem INVALID that shows no value
     */
    static GivenProvider of(JsonNode json) {
        String type = json.path("type").asString("");
        GivenProvider read = switch (type) {
            case "static" -> {
                Map<String, String> values = new LinkedHashMap<>();
                json.path("values").properties().forEach(entry -> {
                    String fault = Variables.nameFault(entry.getKey());
                    if (fault != null || !entry.getValue().isString()) {
                        throw Problem.invalid("a provider: variable name "
                                + (fault == null ? "\"" + entry.getKey() + "\" (expected: a text)" : fault));
                    }
                    values.put(entry.getKey(), entry.getValue().stringValue());
                });
                yield new Values(values);
            }
            case "vault" ->
                new Vault(
                        text(json, "url"),
                        text(json, "token"),
                        text(json, "mount"),
                        json.path("prefix").asString(""));
            case "azure_key_vault" ->
                new Azure(
                        text(json, "vault_url"),
                        text(json, "authority"),
                        text(json, "tenant_id"),
                        text(json, "client_id"),
                        text(json, "client_secret"));
            default ->
                throw Problem.invalid("a provider of the type \"" + TomlCursor.shortened(type)
                        + "\" (expected: static, vault or azure_key_vault)");
        };
        for (String name : json.propertyNames()) {
            if (!read.json().has(name)) {
                throw Problem.invalid("a provider of the type " + type + ": unknown key \""
                        + TomlCursor.shortened(name) + "\" (expected: "
                        + String.join(
                                ", ",
                                Set.copyOf(read.json().propertyNames()).stream()
                                        .sorted()
                                        .toList()) + ")");
            }
        }
        return read;
    }

    private static String text(JsonNode json, String name) {
        JsonNode node = json.path(name);
        if (!node.isString() || node.stringValue().isBlank()) {
            throw Problem.invalid("a provider of the type " + json.path("type").asString("") + ": no " + name
                    + " (expected: a text)");
        }
        return node.stringValue();
    }
}
