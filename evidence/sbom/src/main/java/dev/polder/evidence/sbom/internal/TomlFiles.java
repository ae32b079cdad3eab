package dev.polder.evidence.sbom.internal;

import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.Where;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlParseError;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;

/** TOML with places in every complaint. */
final class TomlFiles {

    private TomlFiles() {}

    static TomlTable parse(String file, String text) {
        TomlParseResult result;
        try {
            result = Toml.parse(text);
        } catch (StackOverflowError e) {
            throw Problem.invalid("nested too deeply", Where.of(file));
        }
        if (result.hasErrors()) {
            TomlParseError error = result.errors().getFirst();
            throw new Problem(
                    Problem.Code.INVALID,
                    Problem.WhoFailed.CALLER,
                    false,
                    "not TOML: " + error.getMessage(),
                    where(file, error.position(), ""),
                    error);
        }
        return result;
    }

    static Where where(String file, @Nullable TomlPosition position, String field) {
        return new Where(
                file,
                position == null ? 0 : position.line(),
                position == null ? 0 : position.column(),
                field.isEmpty() ? null : field);
    }

    static @Nullable TomlTable table(TomlTable parent, String key) {
        return parent.get(List.of(key)) instanceof TomlTable table ? table : null;
    }

    static TomlArray array(String file, TomlTable parent, String key) {
        Object value = parent.get(List.of(key));
        if (value instanceof TomlArray array) {
            return array;
        }
        throw Problem.invalid(
                key + ": " + (value == null ? "missing" : "not a list") + " (expected: [[" + key + "]] tables)",
                where(file, parent.inputPositionOf(List.of(key)), key));
    }

    static String text(TomlTable table, String key, Where where) {
        String value = optional(table, key, where);
        if (value.isEmpty()) {
            throw Problem.invalid(key + ": missing (expected: text)", where);
        }
        return value;
    }

    static String optional(TomlTable table, String key, Where where) {
        Object value = table.get(List.of(key));
        if (value == null) {
            return "";
        }
        if (value instanceof String text) {
            return text;
        }
        throw Problem.invalid(key + ": " + value + " (expected: text)", where);
    }

    static List<String> texts(TomlTable table, String key, Where where) {
        Object value = table.get(List.of(key));
        if (value == null) {
            return List.of();
        }
        List<String> found = new ArrayList<>();
        if (value instanceof TomlArray array) {
            for (int i = 0; i < array.size(); i++) {
                if (!(array.get(i) instanceof String text)) {
                    throw Problem.invalid(key + "[" + i + "]: not text (expected: text)", where);
                }
                found.add(text);
            }
            return found;
        }
        throw Problem.invalid(key + ": " + value + " (expected: a list of text)", where);
    }
}
