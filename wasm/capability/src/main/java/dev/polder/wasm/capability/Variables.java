package dev.polder.wasm.capability;

import dev.polder.kernel.model.Problem;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The application variables of one app with their values, resolved once. Immutable; never shows a value.
 *
 * <p>Source: Spin's variables. A value is the first that a provider has, else the default of the manifest.
 */
public final class Variables {

    /** No variables. */
    public static final Variables NONE = new Variables(Map.of());

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]{0,62}(_[a-z0-9]{1,62}){0,20}");
    private static final int MAX_VALUE = 64 * 1024;

    private final Map<String, String> values;

    private Variables(Map<String, String> values) {
        this.values = values;
    }

    /**
     * What a manifest says of a variable.
     *
     * @param defaultValue null when there is none; then a provider must have it
     * @param secret whether the value is never to be shown
     */
    public record Declaration(@Nullable String defaultValue, boolean required, boolean secret) {
        @Override
        public String toString() {
            return "Declaration[default=" + (defaultValue == null ? "none" : secret ? "hidden" : defaultValue)
                    + ", required=" + required + ", secret=" + secret + "]";
        }
    }

    /** What is wrong with a name, or null: lower-case words of letters and digits, joined by single underscores. */
    public static @Nullable String nameFault(String name) {
        return NAME.matcher(name).matches()
                ? null
                : "\"" + (name.length() > 80 ? name.substring(0, 80) + "…" : name)
                        + "\" (expected: lower-case words joined by _)";
    }

    /**
     * Finds the value of every declared variable.
     *
     * @param providers asked in this order; the first that has a value wins
     * @throws Problem INVALID that lists every variable without a value, or with one that no guest can be given
     */
    public static Variables resolve(Map<String, Declaration> declarations, List<VariableProvider> providers) {
        Map<String, String> values = new LinkedHashMap<>();
        List<String> missing = new ArrayList<>();
        declarations.forEach((name, declaration) -> {
            String fault = nameFault(name);
            String value = fault == null ? value(name, declaration, providers) : null;
            if (fault != null) {
                missing.add(fault);
            } else if (value == null) {
                missing.add("\"" + name + "\" has neither a default nor a value of a provider");
            } else if (value.length() > MAX_VALUE || value.indexOf('\0') >= 0) {
                missing.add("\"" + name + "\" has a value of " + value.length()
                        + " characters or with a NUL in it (expected: text of at most " + MAX_VALUE + " characters)");
            } else {
                values.put(name, value);
            }
        });
        if (!missing.isEmpty()) {
            throw Problem.invalid(
                    "variables: " + String.join("; ", missing) + " (expected: a value for each, for example"
                            + " by 'polder wasm up --variable NAME=VALUE', or wasm.variables in polder.yaml)");
        }
        return new Variables(Collections.unmodifiableMap(values));
    }

    private static @Nullable String value(String name, Declaration declaration, List<VariableProvider> providers) {
        for (VariableProvider provider : providers) {
            Optional<String> value = provider.value(name);
            if (value.isPresent()) {
                return value.get();
            }
        }
        return declaration.defaultValue();
    }

    /**
     * A template's text.
     *
     * @throws Problem INVALID when a variable in it was not declared
     */
    public String render(Template template) {
        for (String name : template.variables()) {
            if (!values.containsKey(name)) {
                throw Problem.invalid("\"" + template + "\": no variable \"" + name + "\" (expected one of: "
                        + String.join(", ", values.keySet()) + ")");
            }
        }
        return template.render(name -> Objects.requireNonNull(values.get(name)));
    }

    /** The texts of several templates by name, in the same order: what a component's {@code variables} table gives it. */
    public Map<String, String> renderAll(Map<String, String> templates) {
        Map<String, String> texts = new LinkedHashMap<>();
        templates.forEach((name, template) -> texts.put(name, render(Template.parse(template))));
        return texts;
    }

    /** Names only. */
    @Override
    public String toString() {
        return "Variables" + values.keySet();
    }
}
