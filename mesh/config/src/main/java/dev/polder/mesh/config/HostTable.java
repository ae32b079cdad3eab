package dev.polder.mesh.config;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Values by host name pattern: exact, {@code *.suffix}, or any.
 *
 * <p>A wildcard stands for one label or more, as in Gateway API. Immutable; safe for any thread.
 */
public final class HostTable<V> {

    private static final String ANY = "*";

    private final Map<String, V> exact;
    private final Map<String, V> suffixes;
    private final @Nullable V any;

    private HostTable(Map<String, V> exact, Map<String, V> suffixes, @Nullable V any) {
        this.exact = Map.copyOf(exact);
        this.suffixes = Map.copyOf(suffixes);
        this.any = any;
    }

    /**
     * Builds a table.
     *
     * @param patterns lower-case patterns; {@code "*"} is any host
     */
    public static <V> HostTable<V> of(Map<String, V> patterns) {
        Map<String, V> exact = new HashMap<>();
        Map<String, V> suffixes = new HashMap<>();
        patterns.forEach((pattern, value) -> {
            if (pattern.startsWith("*.")) {
                suffixes.put(pattern.substring(1), value);
            } else if (!pattern.equals(ANY)) {
                exact.put(pattern, value);
            }
        });
        return new HostTable<>(exact, suffixes, patterns.get(ANY));
    }

    /** The value of the most specific pattern that matches, or null. */
    public @Nullable V first(String host) {
        return search(host, value -> value);
    }

    /**
     * Asks the values of all matching patterns, the most specific first, until one answers.
     *
     * @param host lower case, without port
     * @return the first non-null answer, or null
     */
    public <R> @Nullable R search(String host, Function<? super V, ? extends @Nullable R> question) {
        V value = exact.get(host);
        if (value != null) {
            R answer = question.apply(value);
            if (answer != null) {
                return answer;
            }
        }
        if (!suffixes.isEmpty()) {
            for (int dot = host.indexOf('.', 1); dot > 0; dot = host.indexOf('.', dot + 1)) {
                value = suffixes.get(host.substring(dot));
                R answer = value == null ? null : question.apply(value);
                if (answer != null) {
                    return answer;
                }
            }
        }
        return any == null ? null : question.apply(any);
    }
}
