package dev.polder.portal.scaffolder.expression;

import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.Where;
import java.util.ArrayList;
import java.util.List;

/** Cuts a template into text and tags, and tags into words. */
final class Lexer {

    private static final List<String> OPERATORS = List.of(
            "===", "!==", "==", "!=", "<=", ">=", "//", "**", "<", ">", "=", "+", "-", "*", "/", "%", "|", "~", ",",
            ":", ".", "(", ")", "[", "]", "{", "}");

    private final String source;
    private final String text;
    private final Syntax syntax;
    private final List<Segment> segments = new ArrayList<>();
    private int at;
    private int line = 1;
    private int lineStart;

    Lexer(String source, String text, Syntax syntax) {
        this.source = source;
        this.text = text;
        this.syntax = syntax;
    }

    List<Segment> segments() {
        boolean stripNext = false;
        boolean trimNewline = false;
        while (at < text.length()) {
            int tag = nextTag(at);
            String data = text.substring(at, tag);
            int dataStart = at;
            if (tag == text.length()) {
                advance(tag);
                addText(trimmed(data, stripNext, trimNewline));
                break;
            }
            boolean output = text.startsWith(syntax.outputStart(), tag);
            boolean comment = !output && text.startsWith("{#", tag);
            int open = output ? syntax.outputStart().length() : 2;
            boolean stripBefore = tag + open < text.length() && text.charAt(tag + open) == '-' && !comment;
            data = trimmed(data, stripNext, trimNewline);
            if (stripBefore) {
                data = data.stripTrailing();
            } else if (syntax.lstripBlocks() && !output && !comment) {
                data = withoutIndent(data, dataStart == 0 || lineBegins(dataStart));
            }
            addText(data);
            advance(tag);
            Place place = place();
            stripNext = false;
            trimNewline = false;
            if (comment) {
                int end = text.indexOf("#}", tag + 2);
                if (end < 0) {
                    throw wrong("a comment does not end (expected: #})", place);
                }
                advance(end + 2);
                continue;
            }
            advance(tag + open + (stripBefore ? 1 : 0));
            List<Token> tokens = new ArrayList<>();
            stripNext = words(tokens, output ? "}}" : "%}", place);
            if (output) {
                segments.add(new Segment.Output(place, tokens));
            } else if (tokens.getFirst().is("raw") || tokens.getFirst().is("verbatim")) {
                stripNext = raw(tokens.getFirst().text(), place, stripNext);
                trimNewline = syntax.trimBlocks();
            } else {
                segments.add(new Segment.Tag(place, tokens));
                trimNewline = syntax.trimBlocks();
            }
        }
        return segments;
    }

    private int nextTag(int from) {
        int found = text.length();
        for (String open : List.of(syntax.outputStart(), "{%", "{#")) {
            int index = text.indexOf(open, from);
            if (index >= 0 && index < found) {
                found = index;
            }
        }
        return found;
    }

    /** Reads words up to the tag's end and tells whether it asks for blanks after it to go. */
    private boolean words(List<Token> tokens, String end, Place open) {
        while (true) {
            while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
                advance(at + 1);
            }
            if (at >= text.length()) {
                throw wrong("a tag does not end (expected: " + end + ")", open);
            }
            boolean strip = text.startsWith("-" + end, at);
            if (strip || text.startsWith(end, at)) {
                Place place = place();
                advance(at + end.length() + (strip ? 1 : 0));
                tokens.add(new Token(Token.Kind.END, "", place));
                return strip;
            }
            tokens.add(word());
        }
    }

    private Token word() {
        Place place = place();
        char c = text.charAt(at);
        if (c == '"' || c == '\'') {
            return string(c, place);
        }
        if (c == 'r' && at + 1 < text.length() && text.charAt(at + 1) == '/') {
            return regex(place);
        }
        if (c >= '0' && c <= '9') {
            return number(place);
        }
        if (Character.isLetter(c) || c == '_' || c == '$') {
            int end = at;
            while (end < text.length() && isNamePart(text.charAt(end))) {
                end++;
            }
            String name = text.substring(at, end);
            advance(end);
            return new Token(Token.Kind.NAME, name, place);
        }
        for (String operator : OPERATORS) {
            if (text.startsWith(operator, at)) {
                advance(at + operator.length());
                return new Token(Token.Kind.OPERATOR, operator, place);
            }
        }
        throw wrong("unexpected character \"" + c + "\"", place);
    }

    private static boolean isNamePart(char c) {
        return Character.isLetterOrDigit(c) || c == '_' || c == '$';
    }

    private Token string(char quote, Place place) {
        StringBuilder value = new StringBuilder();
        int i = at + 1;
        while (i < text.length() && text.charAt(i) != quote) {
            char c = text.charAt(i++);
            if (c == '\\' && i < text.length()) {
                char escaped = text.charAt(i++);
                value.append(
                        switch (escaped) {
                            case 'n' -> '\n';
                            case 't' -> '\t';
                            case 'r' -> '\r';
                            default -> escaped;
                        });
            } else {
                value.append(c);
            }
        }
        if (i >= text.length()) {
            throw wrong("a string does not end (expected: " + quote + ")", place);
        }
        advance(i + 1);
        return new Token(Token.Kind.STRING, value.toString(), place);
    }

    /** {@code r/pattern/flags}; the token's text is flags, a slash, pattern. */
    private Token regex(Place place) {
        StringBuilder pattern = new StringBuilder();
        int i = at + 2;
        while (i < text.length() && text.charAt(i) != '/') {
            if (text.charAt(i) == '\\' && i + 1 < text.length()) {
                pattern.append(text.charAt(i++));
            }
            pattern.append(text.charAt(i++));
        }
        if (i >= text.length()) {
            throw wrong("a regular expression does not end (expected: /)", place);
        }
        int flagsEnd = i + 1;
        while (flagsEnd < text.length() && "gimy".indexOf(text.charAt(flagsEnd)) >= 0) {
            flagsEnd++;
        }
        String flags = text.substring(i + 1, flagsEnd);
        advance(flagsEnd);
        return new Token(Token.Kind.REGEX, flags + "/" + pattern, place);
    }

    private Token number(Place place) {
        int end = at;
        while (end < text.length() && Character.isDigit(text.charAt(end))) {
            end++;
        }
        if (end + 1 < text.length() && text.charAt(end) == '.' && Character.isDigit(text.charAt(end + 1))) {
            end++;
            while (end < text.length() && Character.isDigit(text.charAt(end))) {
                end++;
            }
        }
        if (end < text.length() && isNamePart(text.charAt(end))) {
            throw wrong(
                    "not a number: \"" + text.substring(at, end + 1) + "\" (expected: digits, or digits.digits)",
                    place);
        }
        String digits = text.substring(at, end);
        advance(end);
        return new Token(Token.Kind.NUMBER, digits, place);
    }

    /** Takes everything up to the matching end of a raw block; inner blocks of the same name count. */
    private boolean raw(String name, Place open, boolean stripFirst) {
        java.util.regex.Matcher tag = java.util.regex.Pattern.compile("\\{%(-?)\\s*(end)?" + name + "\\s*(-?)%\\}")
                .matcher(text);
        int start = at;
        int depth = 1;
        int from = at;
        while (tag.find(from)) {
            depth += tag.group(2) == null ? 1 : -1;
            from = tag.end();
            if (depth == 0) {
                String body = text.substring(start, tag.start());
                if (stripFirst) {
                    body = body.stripLeading();
                } else if (syntax.trimBlocks()) {
                    body = trimmed(body, false, true);
                }
                addText(tag.group(1).isEmpty() ? body : body.stripTrailing());
                boolean strip = !tag.group(3).isEmpty();
                advance(tag.end());
                return strip;
            }
        }
        throw wrong("{% " + name + " %} does not end (expected: {% end" + name + " %})", open);
    }

    private static String trimmed(String data, boolean strip, boolean trimNewline) {
        if (strip) {
            return data.stripLeading();
        }
        if (trimNewline && data.startsWith("\r\n")) {
            return data.substring(2);
        }
        return trimNewline && data.startsWith("\n") ? data.substring(1) : data;
    }

    private boolean lineBegins(int index) {
        return text.charAt(index - 1) == '\n';
    }

    private static String withoutIndent(String data, boolean fromLineStart) {
        int newline = data.lastIndexOf('\n');
        if (newline < 0 && !fromLineStart) {
            return data;
        }
        String last = data.substring(newline + 1);
        return last.isBlank() ? data.substring(0, newline + 1) : data;
    }

    private void addText(String data) {
        if (!data.isEmpty()) {
            segments.add(new Segment.Text(data));
        }
    }

    private void advance(int to) {
        for (; at < to; at++) {
            if (text.charAt(at) == '\n') {
                line++;
                lineStart = at + 1;
            }
        }
    }

    private Place place() {
        return new Place(line, at - lineStart + 1);
    }

    private Problem wrong(String detail, Place place) {
        return Problem.invalid(detail, new Where(source, place.line(), place.column(), null));
    }
}
