package dev.polder.wasm.service;

import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.Where;
import dev.polder.wasm.capability.VariableProvider;
import dev.polder.wasm.capability.Variables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.tomlj.Toml;
import org.tomlj.TomlParseError;
import org.tomlj.TomlParseResult;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Values of variables in a file: {@code NAME = "VALUE"} in TOML, and nothing else. */
public final class VariableFile {

    private static final long MAX_BYTES = 1 << 20;

    private VariableFile() {}

    /**
     * Reads one now that only its owner may read.
     *
     * @throws Problem INVALID with the line, or with the permissions when others may read it; no message shows a value
     */
    public static VariableProvider read(Path file) {
        Map<String, String> values = toml(file, SecretFiles.read(file, MAX_BYTES));
        return name -> Optional.ofNullable(values.get(name));
    }

    /**
     * The values in a file that a person names: TOML as above, or where its name ends in {@code .json} an object of texts.
     *
     * @throws Problem INVALID with the line or the name; no message shows a value
     */
    public static Map<String, String> given(Path file) {
        String text;
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw Problem.tooLarge(file + ": " + Files.size(file) + " bytes (expected: at most " + MAX_BYTES + ")");
            }
            text = Files.readString(file);
        } catch (IOException e) {
            throw Problem.invalid(file + " cannot be read (expected: a file with values of variables)");
        }
        return file.toString().endsWith(".json") ? json(file, text) : toml(file, text);
    }

    private static Map<String, String> json(Path file, String text) {
        Map<String, String> values = new LinkedHashMap<>();
        JsonNode root;
        try {
            root = JsonMapper.shared().readTree(text);
        } catch (JacksonException e) {
            throw Problem.invalid(file + ": not JSON (expected: {\"NAME\": \"VALUE\"})");
        }
        if (!root.isObject()) {
            throw Problem.invalid(file + ": no object (expected: {\"NAME\": \"VALUE\"})");
        }
        root.properties().forEach(entry -> {
            String fault = Variables.nameFault(entry.getKey());
            if (fault != null || !entry.getValue().isString()) {
                throw Problem.invalid(file + ": "
                        + (fault != null
                                ? "variable name " + fault
                                : entry.getKey() + ": no text (expected: {\"NAME\": \"VALUE\"})"));
            }
            values.put(entry.getKey(), entry.getValue().stringValue());
        });
        return values;
    }

    private static Map<String, String> toml(Path file, String text) {
        TomlBounds.check(file.toString(), text);
        TomlParseResult parsed = Toml.parse(text);
        for (TomlParseError error : parsed.errors()) {
            throw Problem.invalid(
                    "not TOML (expected: NAME = \"VALUE\" in each line)",
                    new Where(
                            file.toString(),
                            error.position().line(),
                            error.position().column(),
                            null));
        }
        Map<String, String> values = new LinkedHashMap<>();
        for (String name : parsed.keySet()) {
            String fault = Variables.nameFault(name);
            if (fault != null || !(parsed.get(List.of(name)) instanceof String value)) {
                int line = Objects.requireNonNull(parsed.inputPositionOf(List.of(name)))
                        .line();
                throw Problem.invalid(
                        fault != null ? "variable name " + fault : name + ": no text (expected: NAME = \"VALUE\")",
                        new Where(file.toString(), line, 1, null));
            }
            values.put(name, value);
        }
        return values;
    }
}
