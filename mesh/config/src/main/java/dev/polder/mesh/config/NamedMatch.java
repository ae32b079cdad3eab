package dev.polder.mesh.config;

import com.google.re2j.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How a route compares a header or a query parameter.
 *
 * @param name lower case for headers, as written for query parameters
 * @param exact the value to equal, or null when {@code pattern} decides
 * @param pattern RE2 that matches the whole value, or null
 */
public record NamedMatch(
        String name, @Nullable String exact, @Nullable Pattern pattern) {

    boolean matches(@Nullable CharSequence value) {
        if (value == null) {
            return false;
        }
        if (exact != null) {
            return exact.contentEquals(value);
        }
        return pattern != null && pattern.matcher(value).matches();
    }
}
