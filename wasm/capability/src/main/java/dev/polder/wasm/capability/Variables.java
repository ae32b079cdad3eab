package dev.polder.wasm.capability;

import dev.polder.kernel.model.Problem;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The application variables of one app with their values: resolved once, but for those that a
 * {@linkplain VariableProvider#isLive() live} provider may have, which are asked for again. Never shows a value. For any
 * thread; what asks for values may block.
 *
 * <p>Source: Spin's variables. A value is the first that a provider has, else the default of the manifest.
 */
public final class Variables {

    /** No variables. */
    public static final Variables NONE = new Variables(Map.of());

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]{0,62}(_[a-z0-9]{1,62}){0,20}");
    private static final int MAX_VALUE = 64 * 1024;

    private final Map<String, Value> values;

    private Variables(Map<String, Value> values) {
        this.values = values;
    }

    private sealed interface Value {
        record Fixed(String text) implements Value {}

        record Live(LiveVariable variable) implements Value {}
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

    /** As the one below for who has no log. */
    public static Variables resolve(Map<String, Declaration> declarations, List<VariableProvider> providers) {
        return resolve(declarations, providers, _ -> {});
    }

    /**
     * Finds the value of every declared variable. Live providers are not asked yet; {@link #check} does.
     *
     * @param providers asked in this order; the first that has a value wins
     * @param failures told when a live provider fails, once for each time that it is asked
     * @throws Problem INVALID that lists every variable without a value, or with one that no guest can be given
     */
    public static Variables resolve(
            Map<String, Declaration> declarations, List<VariableProvider> providers, Consumer<String> failures) {
        return resolve(declarations, providers, failures, System::nanoTime);
    }

    static Variables resolve(
            Map<String, Declaration> declarations,
            List<VariableProvider> providers,
            Consumer<String> failures,
            LongSupplier nanos) {
        Map<String, Value> values = new LinkedHashMap<>();
        List<String> missing = new ArrayList<>();
        declarations.forEach((name, declaration) -> {
            String fault = nameFault(name);
            if (fault != null) {
                missing.add(fault);
                return;
            }
            Value value = value(name, declaration.defaultValue(), providers, failures, nanos);
            fault = value instanceof Value.Live
                    ? null
                    : valueFault(value instanceof Value.Fixed(String text) ? text : null);
            if (fault != null) {
                missing.add("\"" + name + "\" " + fault);
            } else if (value != null) {
                values.put(name, value);
            }
        });
        refuse(missing);
        return new Variables(Collections.unmodifiableMap(values));
    }

    private static void refuse(List<String> missing) {
        if (!missing.isEmpty()) {
            throw Problem.invalid(
                    "variables: " + String.join("; ", missing) + " (expected: a value for each, for example"
                            + " by 'polder wasm up --variable NAME=VALUE', or wasm.variables in polder.yaml)");
        }
    }

    private static @Nullable Value value(
            String name,
            @Nullable String otherwise,
            List<VariableProvider> providers,
            Consumer<String> failures,
            LongSupplier nanos) {
        for (int i = 0; i < providers.size(); i++) {
            VariableProvider provider = providers.get(i);
            if (provider.isLive()) {
                return new Value.Live(
                        new LiveVariable(name, providers.subList(i, providers.size()), otherwise, failures, nanos));
            }
            Optional<String> value = provider.value(name);
            if (value.isPresent()) {
                return new Value.Fixed(value.get());
            }
        }
        return otherwise == null ? null : new Value.Fixed(otherwise);
    }

    /** What is wrong with a value, or null; it does not show the value. */
    static @Nullable String valueFault(@Nullable String value) {
        if (value == null) {
            return "has neither a default nor a value of a provider";
        }
        return value.length() > MAX_VALUE || value.indexOf('\0') >= 0
                ? "has a value of " + value.length() + " characters or with a NUL in it (expected: text of at most "
                        + MAX_VALUE + " characters)"
                : null;
    }

    /**
     * Asks every live provider for what it may have.
     *
     * @throws Problem INVALID that lists every variable without a value; or the failure of a provider, which names it
     */
    public void check() {
        List<String> missing = new ArrayList<>();
        for (Value value : values.values()) {
            if (value instanceof Value.Live(LiveVariable variable)) {
                try {
                    var _ = variable.value();
                } catch (Problem e) {
                    if (e.code() != Problem.Code.INVALID) {
                        throw e;
                    }
                    missing.add(e.detail());
                }
            }
        }
        refuse(missing);
    }

    /** Whether a text with this template in it may be another one the next time. */
    public boolean isLive(Template template) {
        return template.variables().stream().anyMatch(name -> values.get(name) instanceof Value.Live);
    }

    /**
     * A template's text.
     *
     * @throws Problem INVALID when a variable in it was not declared; or the failure of a live provider, which names both
     */
    public String render(Template template) {
        for (String name : template.variables()) {
            if (!values.containsKey(name)) {
                throw Problem.invalid("\"" + template + "\": no variable \"" + name + "\" (expected one of: "
                        + String.join(", ", values.keySet()) + ")");
            }
        }
        return template.render(name -> switch (Objects.requireNonNull(values.get(name))) {
            case Value.Fixed(String text) -> text;
            case Value.Live(LiveVariable variable) -> variable.value();
        });
    }

    /**
     * The texts of several templates by name, in the same order: what a component's {@code variables} table gives it. Each
     * is what {@link #render} says when it is asked for.
     *
     * @throws Problem INVALID when a variable was not declared
     */
    public Map<String, Supplier<String>> renderAll(Map<String, String> templates) {
        Map<String, Supplier<String>> texts = new LinkedHashMap<>();
        templates.forEach((name, text) -> {
            Template template = Template.parse(text);
            if (isLive(template)) {
                texts.put(name, () -> render(template));
            } else {
                String rendered = render(template);
                texts.put(name, () -> rendered);
            }
        });
        return texts;
    }

    /** Names only. */
    @Override
    public String toString() {
        return "Variables" + values.keySet();
    }
}
