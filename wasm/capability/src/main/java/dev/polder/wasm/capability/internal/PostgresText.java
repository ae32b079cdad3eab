package dev.polder.wasm.capability.internal;

import java.util.ArrayList;
import java.util.List;

/**
 * A statement with PostgreSQL's own placeholders ({@code $1}) in the form of JDBC ({@code ?}).
 *
 * <p>Source: PostgreSQL, "Lexical Structure": strings, escape strings, quoted names, dollar quotes and nested comments are
 * left as they are, and a question mark that is an operator is doubled for the driver.
 *
 * @param sql with a {@code ?} for each placeholder
 * @param order which parameter each of them is, counted from one
 */
public record PostgresText(String sql, List<Integer> order) {

    private static final int MAX_PARAMETERS = 65_535;

    public PostgresText {
        order = List.copyOf(order);
    }

    /** The number of parameters that the statement needs. */
    public int parameters() {
        return order.stream().mapToInt(Integer::intValue).max().orElse(0);
    }

    public static PostgresText of(String statement) {
        return new Reader(statement).read();
    }

    private static final class Reader {
        private final String text;
        private final StringBuilder out;
        private final List<Integer> order = new ArrayList<>();
        private int at;

        Reader(String text) {
            this.text = text;
            this.out = new StringBuilder(text.length());
        }

        PostgresText read() {
            while (at < text.length()) {
                char c = text.charAt(at);
                if (c == '\'') {
                    copy(endOfQuote('\'', escapes()));
                } else if (c == '"') {
                    copy(endOfQuote('"', false));
                } else if (text.startsWith("--", at)) {
                    int end = text.indexOf('\n', at);
                    copy(end < 0 ? text.length() : end);
                } else if (text.startsWith("/*", at)) {
                    copy(endOfComment());
                } else if (c == '$') {
                    dollar();
                } else if (c == '?') {
                    out.append("??");
                    at++;
                } else if (isWord(c)) {
                    copy(endOfWord(at));
                } else {
                    out.append(c);
                    at++;
                }
            }
            return new PostgresText(out.toString(), order);
        }

        private void copy(int end) {
            out.append(text, at, end);
            at = end;
        }

        /** Whether the string here is {@code E'…'}: an e alone stands in front. */
        private boolean escapes() {
            boolean e = at > 0 && (text.charAt(at - 1) == 'e' || text.charAt(at - 1) == 'E');
            return e && (at == 1 || !isWord(text.charAt(at - 2)));
        }

        private int endOfQuote(char quote, boolean escapes) {
            int i = at + 1;
            while (i < text.length()) {
                char c = text.charAt(i++);
                if (escapes && c == '\\') {
                    i++;
                } else if (c == quote) {
                    if (i >= text.length() || text.charAt(i) != quote) {
                        return i;
                    }
                    i++;
                }
            }
            return text.length();
        }

        private int endOfComment() {
            int depth = 0;
            int i = at;
            while (i < text.length()) {
                if (text.startsWith("/*", i)) {
                    depth++;
                    i += 2;
                } else if (text.startsWith("*/", i)) {
                    i += 2;
                    if (--depth == 0) {
                        return i;
                    }
                } else {
                    i++;
                }
            }
            return text.length();
        }

        /** A placeholder, a dollar quote, or just a dollar. */
        private void dollar() {
            int end = at + 1;
            while (end < text.length() && isDigit(text.charAt(end))) {
                end++;
            }
            if (end > at + 1) {
                int number = end - at > 6 ? 0 : Integer.parseInt(text, at + 1, end, 10);
                if (number >= 1 && number <= MAX_PARAMETERS) {
                    order.add(number);
                    out.append('?');
                    at = end;
                } else {
                    copy(end);
                }
                return;
            }
            int close = at + 1 < text.length() && text.charAt(at + 1) == '$' ? at + 1 : endOfWord(at + 1);
            if (close < text.length() && text.charAt(close) == '$') {
                String tag = text.substring(at, close + 1);
                int last = text.indexOf(tag, close + 1);
                copy(last < 0 ? text.length() : last + tag.length());
            } else {
                out.append('$');
                at++;
            }
        }

        /** The end of a name; a dollar within it belongs to it, except when it could end a dollar quote's tag. */
        private int endOfWord(int from) {
            boolean tag = from > 0 && text.charAt(from - 1) == '$';
            int i = from;
            while (i < text.length() && (isWord(text.charAt(i)) || (!tag && text.charAt(i) == '$'))) {
                i++;
            }
            return i;
        }

        private static boolean isDigit(char c) {
            return c >= '0' && c <= '9';
        }

        private static boolean isWord(char c) {
            return c == '_' || c >= 128 || isDigit(c) || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        }
    }
}
