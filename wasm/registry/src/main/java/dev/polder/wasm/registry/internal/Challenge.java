package dev.polder.wasm.registry.internal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One challenge of a {@code WWW-Authenticate} header (RFC 9110 section 11.6.1).
 *
 * @param scheme in lower case, such as {@code bearer}
 * @param parameters by name in lower case
 */
record Challenge(String scheme, Map<String, String> parameters) {

    private static final int MAX_LENGTH = 8192;

    /** All challenges of a header, in their order; what is not well formed ends the list. */
    static List<Challenge> parse(String header) {
        List<Challenge> challenges = new ArrayList<>();
        if (header.length() <= MAX_LENGTH) {
            new Parser(header).parse(challenges);
        }
        return List.copyOf(challenges);
    }

    private static final class Parser {
        private final String text;
        private int at;

        Parser(String text) {
            this.text = text;
        }

        void parse(List<Challenge> into) {
            separators();
            String word = token();
            while (!word.isEmpty()) {
                String scheme = word.toLowerCase(Locale.ROOT);
                Map<String, String> parameters = new HashMap<>();
                word = parameters(parameters);
                into.add(new Challenge(scheme, Map.copyOf(parameters)));
            }
        }

        /** Reads {@code name=value} pairs and returns the scheme that follows them, or nothing. */
        private String parameters(Map<String, String> into) {
            while (true) {
                separators();
                String name = token();
                spaces();
                if (name.isEmpty() || at >= text.length() || text.charAt(at) != '=') {
                    return name;
                }
                at++;
                spaces();
                boolean quoted = at < text.length() && text.charAt(at) == '"';
                into.putIfAbsent(name.toLowerCase(Locale.ROOT), quoted ? quoted() : token());
            }
        }

        private String quoted() {
            StringBuilder value = new StringBuilder();
            for (at++; at < text.length() && text.charAt(at) != '"'; at++) {
                if (text.charAt(at) == '\\' && at + 1 < text.length()) {
                    at++;
                }
                value.append(text.charAt(at));
            }
            at++;
            return value.toString();
        }

        private String token() {
            int start = at;
            while (at < text.length() && text.charAt(at) > ' ' && ",=\"".indexOf(text.charAt(at)) < 0) {
                at++;
            }
            return text.substring(Math.min(start, text.length()), Math.min(at, text.length()));
        }

        private void spaces() {
            while (at < text.length() && text.charAt(at) <= ' ') {
                at++;
            }
        }

        private void separators() {
            while (at < text.length() && (text.charAt(at) <= ' ' || text.charAt(at) == ',')) {
                at++;
            }
        }
    }
}
