package dev.polder.portal.scaffolder.expression;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;

/** Regular expressions that a template brought along; every character they look at is paid for, so they end. */
final class Patterns {

    private Patterns() {}

    /** Text that charges the run for each character read from it. */
    private record Metered(String text, Run run) implements CharSequence {
        @Override
        public int length() {
            return text.length();
        }

        @Override
        public char charAt(int index) {
            run.step(1);
            return text.charAt(index);
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return new Metered(text.substring(start, end), run);
        }

        @Override
        public String toString() {
            return text;
        }
    }

    static List<String> split(String text, Value.Regex regex, Run run) {
        List<String> parts = new ArrayList<>();
        Matcher matcher = regex.pattern().matcher(new Metered(text, run));
        int from = 0;
        while (matcher.find()) {
            if (matcher.end() > from && matcher.end() > 0 && matcher.start() < text.length()) {
                parts.add(text.substring(from, matcher.start()));
                from = matcher.end();
            }
        }
        parts.add(text.substring(from));
        return parts;
    }

    /** JavaScript's {@code text.replace(what, with)}: the first hit of a text, all hits of a global pattern. */
    static Value replaceMethod(String text, Value what, Value with, Run run) {
        String replacement = Value.text(with, run);
        if (what instanceof Value.Regex regex) {
            return Value.of(replace(text, regex, replacement, run));
        }
        String mark = Value.text(what, run);
        int hit = text.indexOf(mark);
        return hit < 0
                ? Value.of(text)
                : made(text.substring(0, hit) + replacement + text.substring(hit + mark.length()), run);
    }

    static String replace(String text, Value.Regex regex, String replacement, Run run) {
        Matcher matcher = regex.pattern().matcher(new Metered(text, run));
        StringBuilder result = new StringBuilder();
        int from = 0;
        while (matcher.find()) {
            result.append(text, from, matcher.start());
            expand(replacement, matcher, text, result);
            run.requireText(result.length());
            from = matcher.end();
            if (!regex.global()) {
                break;
            }
        }
        result.append(text, from, text.length());
        return ((Value.Str) made(result.toString(), run)).value();
    }

    /** {@code $1} to {@code $99}, {@code $&} and {@code $$}. */
    private static void expand(String replacement, Matcher matcher, String text, StringBuilder result) {
        for (int i = 0; i < replacement.length(); i++) {
            char c = replacement.charAt(i);
            char next = i + 1 < replacement.length() ? replacement.charAt(i + 1) : 0;
            if (c != '$' || next == 0) {
                result.append(c);
            } else if (next == '$') {
                result.append('$');
                i++;
            } else if (next == '&') {
                result.append(text, matcher.start(), matcher.end());
                i++;
            } else if (next >= '1' && next <= '9' && next - '0' <= matcher.groupCount()) {
                int group = next - '0';
                if (matcher.start(group) >= 0) {
                    result.append(text, matcher.start(group), matcher.end(group));
                }
                i++;
            } else {
                result.append(c);
            }
        }
    }

    private static Value made(String text, Run run) {
        run.reserve(text.length());
        return Value.of(text);
    }
}
