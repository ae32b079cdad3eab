package dev.polder.wasm.service;

import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.Where;
import dev.polder.wasm.capability.VariableProvider;
import dev.polder.wasm.capability.Variables;
import java.io.IOException;
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

    private final List<VariableProvider> providers;

    private SpinRuntimeConfig(List<VariableProvider> providers) {
        this.providers = providers;
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
        return new SpinRuntimeConfig(List.of(VariableProvider.environment(environment)));
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
        List<VariableProvider> providers = new ArrayList<>();
        // The environment comes first in Spin, whatever is written.
        providers.add(VariableProvider.environment(environment));
        if (mistakes.none()) {
            TomlCursor root = new TomlCursor(source, "", parsed, Where.of(source), mistakes);
            for (String key : List.of("variables_provider", "variable_provider", "config_provider")) {
                root.tables(key, MAX)
                        .forEach(table -> provider(table, environment).ifPresent(providers::add));
            }
            stores(root.table("key_value_store"), "wasm.stores of polder.yaml, where the operator puts it");
            stores(root.table("sqlite_database"), "a database in Polder's data folder");
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
        return new SpinRuntimeConfig(providers);
    }

    private static Optional<VariableProvider> provider(TomlCursor table, Map<String, String> environment) {
        String type = table.requiredText("type", 100);
        switch (type) {
            case "env" -> {
                String prefix = table.text("prefix", 200);
                String file = table.text("dotenv_path", 4096);
                table.finish("type, prefix, dotenv_path");
                Map<String, String> all = new LinkedHashMap<>(file == null ? Map.of() : DotEnv.read(Path.of(file)));
                all.putAll(environment);
                return Optional.of(
                        VariableProvider.environment(all, prefix == null ? VariableProvider.PREFIX : prefix + "_"));
            }
            case "static" -> {
                Map<String, String> values = table.strings("values", MAX, MAX_VALUE);
                values.keySet().stream()
                        .filter(name -> Variables.nameFault(name) != null)
                        .forEach(name -> table.mistake("values", "variable name " + Variables.nameFault(name)));
                table.finish("type, values");
                return Optional.of(name -> Optional.ofNullable(values.get(name)));
            }
            case "" -> {}
            default ->
                table.mistake(
                        "type",
                        "\"" + TomlCursor.shortened(type) + "\" is not supported (expected: env or static; or"
                                + " --variable)");
        }
        return Optional.empty();
    }

    private static void stores(@Nullable TomlCursor table, String expected) {
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
                store.unsupported("path", "it is kept in Polder's data folder, for this workload");
                store.finish("type");
            } else if (!type.isEmpty()) {
                store.mistake(
                        "type",
                        "\"" + TomlCursor.shortened(type) + "\" is not for whoever deploys (expected: spin, or "
                                + expected + ")");
            }
        }
    }

    /** The values that it has for these variables. */
    public Map<String, String> values(Iterable<String> variables) {
        Map<String, String> values = new LinkedHashMap<>();
        for (String variable : variables) {
            providers.stream()
                    .flatMap(provider -> provider.value(variable).stream())
                    .findFirst()
                    .ifPresent(value -> values.put(variable, value));
        }
        return values;
    }
}
