package dev.polder.portal.catalog;

import dev.polder.kernel.model.Problem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the {@code filter=} query parameters: each is a set of {@code key=value} or {@code key} statements; sets are
 * OR-ed, different keys of a set AND-ed, one key repeated within a set OR-ed.
 */
final class FilterStrings {

    private FilterStrings() {}

    /**
     * The predicate of all parameters, or null when they say nothing.
     *
     * @throws Problem INVALID for a statement without a key
     */
    static @Nullable EntityPredicate parse(List<String> filters) {
        List<EntityPredicate> sets = new ArrayList<>();
        for (String filter : filters) {
            EntityPredicate set = set(filter);
            if (set != null) {
                sets.add(set);
            }
        }
        return switch (sets.size()) {
            case 0 -> null;
            case 1 -> sets.getFirst();
            default -> new EntityPredicate.Any(sets);
        };
    }

    private static @Nullable EntityPredicate set(String filter) {
        Map<String, List<String>> valuesByKey = new LinkedHashMap<>();
        for (String part : filter.split(",")) {
            String statement = part.trim();
            if (statement.isEmpty()) {
                continue;
            }
            int equals = statement.indexOf('=');
            String key = equals < 0 ? statement : statement.substring(0, equals).trim();
            if (key.isEmpty()) {
                throw Problem.invalid("Invalid filter, '" + statement
                        + "' is not a valid statement (expected a string on the form a=b or a= or a)");
            }
            List<String> values = valuesByKey.computeIfAbsent(key, k -> new ArrayList<>());
            if (equals >= 0) {
                values.add(statement.substring(equals + 1).trim());
            }
        }
        List<EntityPredicate> parts = new ArrayList<>();
        valuesByKey.forEach((key, values) ->
                parts.add(values.isEmpty() ? new EntityPredicate.Exists(key) : new EntityPredicate.In(key, values)));
        return switch (parts.size()) {
            case 0 -> null;
            case 1 -> parts.getFirst();
            default -> new EntityPredicate.All(parts);
        };
    }
}
