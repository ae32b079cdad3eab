package dev.polder.portal.scaffolder.expression;

import dev.polder.portal.scaffolder.expression.Filters.Filter;
import java.util.Map;

/** Filters that make numbers, and the default value. */
final class NumberFilters {

    private NumberFilters() {}

    static void addTo(Map<String, Filter> filters) {
        filters.put("abs", (in, c) -> Value.of(Math.abs(Value.number(in, c.run()))));
        filters.put("int", (in, c) -> {
            Value base = c.at(1, "base");
            double radix = base == Value.UNDEFINED ? 10 : Value.number(base, c.run());
            double number = Numbers.parseInt(Value.text(in, c.run()), (int) radix);
            return Double.isNaN(number) ? c.at(0, "default") : Value.of(number);
        });
        filters.put("float", (in, c) -> {
            double number = Numbers.parsePrefix(Value.text(in, c.run()));
            return Double.isNaN(number) ? c.at(0, "default") : Value.of(number);
        });
        filters.put("round", NumberFilters::round);
        filters.put("default", NumberFilters::byDefault);
        filters.put("d", NumberFilters::byDefault);
    }

    private static Value byDefault(Value input, Value.Call call) {
        boolean falsyToo = Value.truthy(call.at(1));
        boolean keep = falsyToo ? Value.truthy(input) : input != Value.UNDEFINED;
        return keep ? input : call.positional().isEmpty() ? Value.EMPTY : call.at(0);
    }

    private static Value round(Value input, Value.Call call) {
        Run run = call.run();
        double precision = call.at(0) == Value.UNDEFINED ? 0 : Value.number(call.at(0), run);
        double factor = Math.pow(10, precision);
        double scaled = Value.number(input, run) * factor;
        String method = call.at(1) == Value.UNDEFINED ? "round" : Value.text(call.at(1), run);
        double rounded = switch (method) {
            case "ceil" -> Math.ceil(scaled);
            case "floor" -> Math.floor(scaled);
            default -> Math.floor(scaled + 0.5);
        };
        return Value.of(rounded / factor);
    }
}
