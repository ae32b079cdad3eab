package dev.polder.mesh.config;

import org.jspecify.annotations.Nullable;

/**
 * How a policy compares text. Source: {@code StringMatch} of Istio's security API; {@code *}, {@code x*} and {@code *x}
 * are the written forms.
 */
public sealed interface StringMatch {

    /** Whether the text matches; an absent (null) or empty text never does. */
    boolean matches(@Nullable String text);

    /** Equal. */
    record Exact(String value) implements StringMatch {
        @Override
        public boolean matches(@Nullable String text) {
            return value.equals(text);
        }
    }

    /** Starts with. */
    record Prefix(String value) implements StringMatch {
        @Override
        public boolean matches(@Nullable String text) {
            return text != null && text.startsWith(value);
        }
    }

    /** Ends with. */
    record Suffix(String value) implements StringMatch {
        @Override
        public boolean matches(@Nullable String text) {
            return text != null && text.endsWith(value);
        }
    }

    /** Is there at all. */
    record Presence() implements StringMatch {
        @Override
        public boolean matches(@Nullable String text) {
            return text != null && !text.isEmpty();
        }
    }

    /** Reads Istio's written form. */
    static StringMatch parse(String pattern) {
        if (pattern.equals("*")) {
            return new Presence();
        }
        if (pattern.startsWith("*")) {
            return new Suffix(pattern.substring(1));
        }
        if (pattern.endsWith("*")) {
            return new Prefix(pattern.substring(0, pattern.length() - 1));
        }
        return new Exact(pattern);
    }
}
