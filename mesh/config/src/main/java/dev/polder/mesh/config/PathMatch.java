package dev.polder.mesh.config;

import com.google.re2j.Pattern;

/** How a route compares the path. Source: {@code HTTPPathMatch} of Gateway API v1. */
public sealed interface PathMatch {

    /** Whether the path (without query) matches. */
    boolean matches(String path);

    /** Equal, case counts. */
    record Exact(String value) implements PathMatch {
        @Override
        public boolean matches(String path) {
            return value.equals(path);
        }
    }

    /**
     * Starts with, by whole segments: {@code /a} matches {@code /a} and {@code /a/b}, not {@code /ab}.
     *
     * @param value without a slash at its end, unless it is {@code /}
     */
    record Prefix(String value) implements PathMatch {
        @Override
        public boolean matches(String path) {
            return value.length() == 1
                    || (path.startsWith(value)
                            && (path.length() == value.length() || path.charAt(value.length()) == '/'));
        }
    }

    /** Matches as a whole; RE2 syntax, so time stays linear in the path whatever the pattern. */
    record Regex(Pattern pattern) implements PathMatch {
        @Override
        public boolean matches(String path) {
            return pattern.matches(path);
        }
    }
}
