package dev.polder.wasm.service;

import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.Where;

/** What a TOML text may be before a recursive parser sees it: size, nesting and the length of a line. */
final class TomlBounds {

    private static final int MAX_CHARS = 256 * 1024;
    private static final int MAX_DEPTH = 16;
    private static final int MAX_LINE = 16 * 1024;
    private static final int MAX_DOTS = 32;

    private TomlBounds() {}

    static void check(String source, String text) {
        if (text.length() > MAX_CHARS) {
            throw Problem.tooLarge(source + ": " + text.length() + " characters (expected: at most " + MAX_CHARS + ")");
        }
        int line = 1;
        int lineStart = 0;
        int depth = 0;
        int dots = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\n') {
                line++;
                lineStart = i + 1;
                dots = 0;
            } else if (i - lineStart > MAX_LINE) {
                throw refused(source, line, "a line of more than " + MAX_LINE + " characters");
            } else if (c == '#') {
                i = endOfLine(text, i) - 1;
            } else if (c == '"' || c == '\'') {
                int end = endOfString(text, i);
                for (int j = i; j < end; j++) {
                    if (text.charAt(j) == '\n') {
                        line++;
                        lineStart = j + 1;
                    }
                }
                i = end - 1;
            } else if (c == '[' || c == '{') {
                if (++depth > MAX_DEPTH) {
                    throw refused(source, line, "nested deeper than " + MAX_DEPTH);
                }
            } else if (c == ']' || c == '}') {
                depth = Math.max(0, depth - 1);
            } else if (c == '.' && ++dots > MAX_DOTS && depth == 0) {
                throw refused(source, line, "a key of more than " + MAX_DOTS + " parts");
            }
        }
    }

    private static int endOfLine(String text, int from) {
        int end = text.indexOf('\n', from);
        return end < 0 ? text.length() : end;
    }

    /** The index after a string that begins at {@code from}; the end of its line when it is not closed. */
    private static int endOfString(String text, int from) {
        char quote = text.charAt(from);
        String triple = String.valueOf(quote).repeat(3);
        boolean multiline = text.startsWith(triple, from);
        int i = from + (multiline ? 3 : 1);
        while (i < text.length()) {
            char c = text.charAt(i);
            if (c == '\\' && quote == '"') {
                i += 2;
            } else if (multiline && text.startsWith(triple, i)) {
                return i + 3;
            } else if (!multiline && (c == quote || c == '\n')) {
                return c == quote ? i + 1 : i;
            } else {
                i++;
            }
        }
        return text.length();
    }

    private static Problem refused(String source, int line, String what) {
        return Problem.invalid(what + " (expected: an ordinary manifest)", new Where(source, line, 0, null));
    }
}
