package dev.polder.wasm.service;

import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.Where;
import dev.polder.wasm.capability.AzureVariables;
import dev.polder.wasm.capability.SecretServers;
import dev.polder.wasm.capability.VariableProvider;
import dev.polder.wasm.capability.Variables;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.tomlj.Toml;
import org.tomlj.TomlParseError;
import org.tomlj.TomlParseResult;

/**
 * A {@code runtime-config.toml} of Spin, as far as whoever deploys an app has a say in it: the values of variables. Stores
 * in Polder's data folder need nothing; everything else is the operator's or is not there, and is refused with its place,
 * all of it at once. Source: Spin, "Runtime Configuration".
 */
public final class SpinRuntimeConfig {

    private static final long MAX_BYTES = 1 << 20;
    private static final int MAX = 1_000;
    private static final int MAX_VALUE = 64 * 1024;
    private static final int MAX_TOKEN = 8 * 1024;

    private static final Map<String, String> AUTHORITIES = Map.of(
            "AzurePublicCloud", AzureVariables.PUBLIC_CLOUD.toString(),
            "AzureChina", "https://login.chinacloudapi.cn",
            "AzureGermany", "https://login.microsoftonline.de",
            "AzureGovernment", "https://login.microsoftonline.us");

    private final List<Provider> providers;
    private final List<String> notices;

    private SpinRuntimeConfig(List<Provider> providers, List<String> notices) {
        this.providers = providers;
        this.notices = List.copyOf(notices);
    }

    /** What is known of a provider before it is known which variables there are. */
    private sealed interface Provider {
        record Known(VariableProvider values) implements Provider {}

        record Server(GivenProvider given) implements Provider {}
    }

    /**
     * Reads it now.
     *
     * @param environment what providers of the type {@code env} look into
     * @throws Problem INVALID or UNSUPPORTED that tells every mistake with its line; no message shows a value
     */
    public static SpinRuntimeConfig read(Path file, Map<String, String> environment) {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw Problem.tooLarge(file + ": " + Files.size(file) + " bytes (expected: at most " + MAX_BYTES + ")");
            }
            return parse(file.toString(), Files.readString(file), environment);
        } catch (IOException e) {
            throw Problem.unavailable(file + " cannot be read: " + e, e);
        }
    }

    /** That of who has no such file: {@code SPIN_VARIABLE_NAME} of the environment gives values. */
    public static SpinRuntimeConfig environment(Map<String, String> environment) {
        return new SpinRuntimeConfig(List.of(new Provider.Known(VariableProvider.environment(environment))), List.of());
    }

    /**
     * The environment with what {@code .env} of a folder has for variables and it has not.
     *
     * @throws Problem INVALID with the line, where the file has values of variables
     */
    public static Map<String, String> withDotEnv(Path folder, Map<String, String> environment) {
        Path file = folder.resolve(".env");
        Map<String, String> all = new LinkedHashMap<>();
        try {
            if (Files.isRegularFile(file)
                    && Files.size(file) <= MAX_BYTES
                    && new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1)
                            .contains(VariableProvider.PREFIX)) {
                all.putAll(DotEnv.read(file));
            }
        } catch (IOException e) {
            throw Problem.invalid(file + " cannot be read (expected: a file with NAME=VALUE in each line)");
        }
        all.putAll(environment);
        return all;
    }

    static SpinRuntimeConfig parse(String source, String text, Map<String, String> environment) {
        TomlCursor.Mistakes mistakes = new TomlCursor.Mistakes();
        TomlBounds.check(source, text);
        TomlParseResult parsed = Toml.parse(text);
        for (TomlParseError error : parsed.errors()) {
            mistakes.add(
                    new Where(source, error.position().line(), error.position().column(), null),
                    Objects.requireNonNullElse(error.getMessage(), "not TOML"));
        }
        List<String> notices = new ArrayList<>();
        List<Provider> providers = new ArrayList<>();
        // The environment comes first in Spin, whatever is written.
        providers.add(new Provider.Known(VariableProvider.environment(environment)));
        if (mistakes.none()) {
            TomlCursor root = new TomlCursor(source, "", parsed, Where.of(source), mistakes);
            for (String key : List.of("variables_provider", "variable_provider", "config_provider")) {
                root.tables(key, MAX)
                        .forEach(table -> provider(table, environment).ifPresent(providers::add));
            }
            stores(root.table("key_value_store"), "wasm.stores of polder.yaml, where the operator puts it", notices);
            stores(root.table("sqlite_database"), "a database in Polder's data folder", notices);
            root.unsupported("llm_compute", "there is no LLM here");
            root.unsupported("outbound_http", "wasm.limits.outboundRequests of polder.yaml bounds requests");
            root.unsupported("state_dir", "what apps keep is in Polder's data folder");
            root.unsupported("log_dir", "logs are read by 'polder logs'");
            root.finish(
                    "variables_provider, config_provider, key_value_store, sqlite_database, llm_compute, outbound_http");
        }
        if (!mistakes.none()) {
            throw Problem.invalid(String.join("\n", mistakes.texts()));
        }
        return new SpinRuntimeConfig(providers, notices);
    }

    private static Optional<Provider> provider(TomlCursor table, Map<String, String> environment) {
        String type = table.requiredText("type", 100);
        switch (type) {
            case "env" -> {
                String prefix = table.text("prefix", 200);
                String file = table.text("dotenv_path", 4096);
                table.finish("type, prefix, dotenv_path");
                Map<String, String> all = new LinkedHashMap<>(file == null ? Map.of() : DotEnv.read(Path.of(file)));
                all.putAll(environment);
                return Optional.of(new Provider.Known(
                        VariableProvider.environment(all, prefix == null ? VariableProvider.PREFIX : prefix + "_")));
            }
            case "static" -> {
                Map<String, String> values = table.strings("values", MAX, MAX_VALUE);
                values.keySet().stream()
                        .filter(name -> Variables.nameFault(name) != null)
                        .forEach(name -> table.mistake("values", "variable name " + Variables.nameFault(name)));
                table.finish("type, values");
                return Optional.of(new Provider.Known(name -> Optional.ofNullable(values.get(name))));
            }
            case "vault" -> {
                return Optional.of(new Provider.Server(vault(table)));
            }
            case "azure_key_vault" -> {
                return Optional.of(new Provider.Server(azure(table, environment)));
            }
            case "" -> {}
            default ->
                table.mistake(
                        "type",
                        "\"" + TomlCursor.shortened(type) + "\" is not supported (expected: env, static, vault or"
                                + " azure_key_vault; or --variable)");
        }
        return Optional.empty();
    }

    private static GivenProvider vault(TomlCursor table) {
        String url = table.requiredText("url", 2048);
        String token = table.requiredText("token", MAX_TOKEN);
        String mount = table.requiredText("mount", 255);
        String prefix = table.text("prefix", 255);
        table.finish("type, url, token, mount, prefix");
        address(table, "url", url, true);
        return new GivenProvider.Vault(url, token, mount, prefix == null ? "" : prefix);
    }

    /** Who asks stands in the file, or in the environment as Azure's tools have it. */
    private static GivenProvider azure(TomlCursor table, Map<String, String> environment) {
        String url = table.requiredText("vault_url", 2048);
        String tenant = table.text("tenant_id", 255);
        String client = table.text("client_id", 255);
        String secret = table.text("client_secret", MAX_TOKEN);
        String authority = table.text("authority_host", 2048);
        table.finish("type, vault_url, client_id, client_secret, tenant_id, authority_host");
        address(table, "vault_url", url, false);
        String host =
                AUTHORITIES.getOrDefault(authority == null ? "AzurePublicCloud" : authority, String.valueOf(authority));
        if (tenant == null && client == null && secret == null) {
            tenant = environment.get("AZURE_TENANT_ID");
            client = environment.get("AZURE_CLIENT_ID");
            secret = environment.get("AZURE_CLIENT_SECRET");
            host = authority == null ? environment.getOrDefault("AZURE_AUTHORITY_HOST", host) : host;
        }
        if (tenant == null || client == null || secret == null) {
            table.mistake(
                    "vault_url",
                    "nobody to ask it as (expected: all of tenant_id, client_id and client_secret, here or as"
                            + " AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET in the environment)");
        }
        address(table, "authority_host", host, false);
        return new GivenProvider.Azure(
                url,
                host,
                Objects.requireNonNullElse(tenant, ""),
                Objects.requireNonNullElse(client, ""),
                Objects.requireNonNullElse(secret, ""));
    }

    private static void address(TomlCursor table, String key, String url, boolean isPlain) {
        try {
            if (!url.isEmpty()) {
                var _ = SecretServers.address(url, isPlain);
            }
        } catch (Problem e) {
            table.mistake(key, e.detail());
        }
    }

    private static void stores(@Nullable TomlCursor table, String expected, List<String> notices) {
        if (table == null) {
            return;
        }
        for (String name : table.keys()) {
            TomlCursor store = table.table(name);
            if (store == null) {
                continue;
            }
            String type = store.requiredText("type", 100);
            if (type.equals("spin")) {
                if (store.text("path", 4096) != null) {
                    notices.add(store.where("path") + ": without effect: it is kept in Polder's data folder, for this"
                            + " workload");
                }
                store.finish("type, path");
            } else if (!type.isEmpty()) {
                store.mistake(
                        "type",
                        "\"" + TomlCursor.shortened(type) + "\" is not for whoever deploys (expected: spin, or "
                                + expected + ")");
            }
        }
    }

    /** What is read, and has no effect. */
    public List<String> notices() {
        return notices;
    }

    /** The values that it has for these variables without asking a server. */
    public Map<String, String> values(Iterable<String> variables) {
        Map<String, String> values = new LinkedHashMap<>();
        providers.reversed().forEach(provider -> {
            if (provider instanceof Provider.Known(VariableProvider known)) {
                values.putAll(valuesOf(known, variables));
            }
        });
        return values;
    }

    /** Its providers for these variables, in the order in which they are asked. */
    public List<GivenProvider> providers(Iterable<String> variables) {
        List<GivenProvider> given = new ArrayList<>();
        for (Provider provider : providers) {
            switch (provider) {
                case Provider.Known(VariableProvider known) -> {
                    Map<String, String> values = valuesOf(known, variables);
                    if (!values.isEmpty()) {
                        given.add(new GivenProvider.Values(values));
                    }
                }
                case Provider.Server(GivenProvider server) -> given.add(server);
            }
        }
        return given;
    }

    private static Map<String, String> valuesOf(VariableProvider provider, Iterable<String> variables) {
        Map<String, String> values = new LinkedHashMap<>();
        for (String variable : variables) {
            provider.value(variable).ifPresent(value -> values.put(variable, value));
        }
        return values;
    }
}
