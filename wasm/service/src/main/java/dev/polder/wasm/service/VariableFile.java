package dev.polder.wasm.service;

import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.Where;
import dev.polder.wasm.capability.VariableProvider;
import dev.polder.wasm.capability.Variables;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.tomlj.Toml;
import org.tomlj.TomlParseError;
import org.tomlj.TomlParseResult;

/** Values of variables in a TOML file that only its owner may read: {@code NAME = "VALUE"}, and nothing else. */
public final class VariableFile {

    private static final long MAX_BYTES = 1 << 20;

    private VariableFile() {}

    /**
     * Reads it now.
     *
     * @throws Problem INVALID with the line, or with the permissions when others may read it; no message shows a value
     */
    public static VariableProvider read(Path file) {
        String text = SecretFiles.read(file, MAX_BYTES);
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
        return name -> Optional.ofNullable(values.get(name));
    }
}
