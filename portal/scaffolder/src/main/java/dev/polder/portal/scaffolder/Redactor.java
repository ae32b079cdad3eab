package dev.polder.portal.scaffolder;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/** Blacks out secrets, and what was made from them, in everything a task says. Safe for any thread. */
final class Redactor {

    private static final String BLACK = "***";

    private final TreeSet<String> hidden =
            new TreeSet<>(Comparator.comparingInt(String::length).reversed().thenComparing(Comparator.naturalOrder()));

    synchronized void hide(Collection<String> secrets) {
        for (String secret : secrets) {
            if (!secret.isBlank()) {
                hidden.add(secret);
                // a log goes line by line, so each line of a secret must be known by itself
                secret.lines().filter(line -> line.strip().length() > 3).forEach(line -> hidden.add(line.strip()));
            }
        }
    }

    synchronized String clean(String text) {
        if (hidden.isEmpty() || text.isEmpty()) {
            return text;
        }
        List<int[]> ranges = new ArrayList<>();
        for (String secret : hidden) {
            for (int at = text.indexOf(secret); at >= 0; at = text.indexOf(secret, at + 1)) {
                ranges.add(new int[] {at, at + secret.length()});
            }
        }
        if (ranges.isEmpty()) {
            return text;
        }
        ranges.sort(Comparator.comparingInt(range -> range[0]));
        StringBuilder result = new StringBuilder();
        int from = 0;
        int until = -1;
        for (int[] range : ranges) {
            if (range[0] >= until) {
                result.append(text, from, range[0]).append(BLACK);
            }
            until = Math.max(until, range[1]);
            from = until;
        }
        return result.append(text.substring(from)).toString();
    }

    /** Every text that differs between the two: what the secrets had a hand in. */
    static List<String> derived(JsonNode withSecrets, JsonNode without) {
        List<String> found = new ArrayList<>();
        collect(withSecrets, without, found);
        return found;
    }

    private static void collect(JsonNode withSecrets, JsonNode without, List<String> found) {
        if (withSecrets.isString()) {
            if (!withSecrets.equals(without)) {
                found.add(withSecrets.asString());
            }
        } else if (withSecrets.isNumber()) {
            if (!withSecrets.equals(without)) {
                found.add(withSecrets.asString());
            }
        } else if (withSecrets.isArray()) {
            for (int i = 0; i < withSecrets.size(); i++) {
                collect(withSecrets.get(i), without.path(i), found);
            }
        } else if (withSecrets.isObject()) {
            for (Map.Entry<String, JsonNode> field : withSecrets.properties()) {
                if (!without.has(field.getKey()) && !without.isMissingNode()) {
                    found.add(field.getKey());
                }
                collect(field.getValue(), without.path(field.getKey()), found);
            }
        }
    }
}
