package dev.polder.portal.scaffolder.expression;

import java.util.LinkedHashMap;
import java.util.Map;

/** Every filter by its name. */
final class Filters {

    /** Makes a value from a value. */
    @FunctionalInterface
    interface Filter {
        Value apply(Value input, Value.Call call);
    }

    private static final Map<String, Filter> BUILT_IN = builtIn();

    private Filters() {}

    static Map<String, Filter> standard() {
        return BUILT_IN;
    }

    private static Map<String, Filter> builtIn() {
        Map<String, Filter> filters = new LinkedHashMap<>();
        TextFilters.addTo(filters);
        NumberFilters.addTo(filters);
        ListFilters.addTo(filters);
        return Map.copyOf(filters);
    }

    static String requireText(Value input, String filter, Run run) {
        return switch (input) {
            case Value.Str str -> str.value();
            case Value.Undefined _, Value.Null _ -> "";
            default -> throw run.wrong(filter + ": " + kind(input) + " (expected: text)");
        };
    }

    static String kind(Value value) {
        return switch (value) {
            case Value.Undefined _ -> "nothing";
            case Value.Null _ -> "null";
            case Value.Bool _ -> "a truth value";
            case Value.Num _ -> "a number";
            case Value.Str _ -> "text";
            case Value.Arr _ -> "a list";
            case Value.Obj _ -> "a record";
            case Value.Regex _ -> "a regular expression";
            case Value.Fn _ -> "a function";
        };
    }

    static Value made(String text, Run run) {
        run.reserve(text.length());
        return Value.of(text);
    }
}
