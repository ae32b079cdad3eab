package dev.polder.portal.scaffolder.expression;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The functions that every template has: Nunjucks' own three. */
final class Globals {

    private static final int MAX_RANGE = 100_000;
    private static final Value.Fn RANGE = Globals::range;
    private static final Value.Fn CYCLER = Globals::cycler;
    private static final Value.Fn JOINER = Globals::joiner;

    private Globals() {}

    static Value find(String name) {
        return switch (name) {
            case "range" -> RANGE;
            case "cycler" -> CYCLER;
            case "joiner" -> JOINER;
            default -> Value.UNDEFINED;
        };
    }

    private static Value range(Value.Call call) {
        Run run = call.run();
        boolean one = call.at(1) == Value.UNDEFINED;
        double start = one ? 0 : Value.number(call.at(0), run);
        double stop = Value.number(one ? call.at(0) : call.at(1), run);
        double step = call.at(2) == Value.UNDEFINED ? 1 : Value.number(call.at(2), run);
        if (step == 0 || Double.isNaN(step) || Double.isNaN(start) || Double.isNaN(stop)) {
            throw run.wrong("range: not numbers, or a step of 0 (expected: range([start,] stop [, step]))");
        }
        if (Math.abs((stop - start) / step) > MAX_RANGE) {
            throw run.wrong("range: too long (expected: at most " + MAX_RANGE + " numbers)");
        }
        List<Value> numbers = new ArrayList<>();
        for (double i = start; step > 0 ? i < stop : i > stop; i += step) {
            run.step(1);
            if (numbers.size() > MAX_RANGE) {
                throw run.wrong("range: too long (expected: at most " + MAX_RANGE + " numbers)");
            }
            numbers.add(Value.of(i));
        }
        return new Value.Arr(numbers);
    }

    private static Value cycler(Value.Call call) {
        List<Value> items = List.copyOf(call.positional());
        int[] at = {-1};
        Map<String, Value> fields = new LinkedHashMap<>();
        fields.put("current", Value.NULL);
        Value.Fn next = ignored -> {
            if (items.isEmpty()) {
                return Value.UNDEFINED;
            }
            at[0] = (at[0] + 1) % items.size();
            fields.put("current", items.get(at[0]));
            return items.get(at[0]);
        };
        Value.Fn reset = ignored -> {
            at[0] = -1;
            fields.put("current", Value.NULL);
            return Value.UNDEFINED;
        };
        fields.put("next", next);
        fields.put("reset", reset);
        return new Value.Obj(fields);
    }

    private static Value joiner(Value.Call call) {
        Value separator = call.at(0) == Value.UNDEFINED ? Value.of(",") : call.at(0);
        boolean[] first = {true};
        Value.Fn join = ignored -> {
            boolean now = first[0];
            first[0] = false;
            return now ? Value.EMPTY : separator;
        };
        return join;
    }
}
