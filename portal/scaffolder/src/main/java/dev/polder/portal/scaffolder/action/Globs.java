package dev.polder.portal.scaffolder.action;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Glob patterns as npm's globby reads them: {@code **} crosses folders, a folder's name stands for all below it, a
 * leading {@code !} takes away.
 */
final class Globs {

    private final List<Rule> rules;

    private record Rule(Pattern pattern, boolean negated) {}

    private Globs(List<Rule> rules) {
        this.rules = rules;
    }

    static Globs of(List<String> patterns) {
        return new Globs(patterns.stream()
                .map(pattern -> pattern.startsWith("!")
                        ? new Rule(compile(pattern.substring(1)), true)
                        : new Rule(compile(pattern), false))
                .toList());
    }

    boolean matches(String path) {
        String plain = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        boolean matches = false;
        for (Rule rule : rules) {
            if (!rule.negated()) {
                matches |= rule.pattern().matcher(plain).matches();
            }
        }
        for (Rule rule : rules) {
            if (rule.negated()) {
                matches &= !rule.pattern().matcher(plain).matches();
            }
        }
        return matches;
    }

    private static Pattern compile(String written) {
        String glob = written.replaceFirst("^\\./", "").replaceFirst("/+$", "");
        StringBuilder regex = new StringBuilder();
        int braces = 0;
        for (int i = 0; i < glob.length(); i++) {
            char c = glob.charAt(i);
            if (glob.startsWith("**/", i)) {
                regex.append("(?:[^/]+/)*");
                i += 2;
            } else if (glob.startsWith("**", i)) {
                regex.append(".*");
                i++;
            } else if (c == '*') {
                regex.append("[^/]*");
            } else if (c == '?') {
                regex.append("[^/]");
            } else if (c == '{' && glob.indexOf('}', i) > 0) {
                regex.append("(?:");
                braces++;
            } else if (c == '}' && braces > 0) {
                regex.append(')');
                braces--;
            } else if (c == ',' && braces > 0) {
                regex.append('|');
            } else {
                regex.append(Pattern.quote(String.valueOf(c)));
            }
        }
        // a folder's name stands for what is in it
        return Pattern.compile(regex + ")".repeat(braces) + "(?:/.*)?");
    }
}
