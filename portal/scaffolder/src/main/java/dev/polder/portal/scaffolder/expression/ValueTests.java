package dev.polder.portal.scaffolder.expression;

import java.util.List;

/** What may stand after {@code is}. */
final class ValueTests {

    private ValueTests() {}

    static boolean test(String name, Value input, List<Value> arguments, Run run) {
        Value first = arguments.isEmpty() ? Value.UNDEFINED : arguments.getFirst();
        return switch (name) {
            case "defined" -> input != Value.UNDEFINED;
            case "undefined" -> input == Value.UNDEFINED;
            case "none", "null" -> input == Value.NULL;
            case "string" -> input instanceof Value.Str;
            case "number" -> input instanceof Value.Num;
            case "boolean" -> input instanceof Value.Bool;
            case "mapping" -> input instanceof Value.Obj;
            case "iterable" -> input instanceof Value.Arr || input instanceof Value.Str;
            case "sequence" -> input instanceof Value.Arr;
            case "callable" -> input instanceof Value.Fn;
            case "truthy" -> Value.truthy(input);
            case "falsy" -> !Value.truthy(input);
            case "escaped" -> input instanceof Value.Str str && str.safe();
            case "odd" -> Math.abs(Value.number(input, run) % 2) == 1;
            case "even" -> Value.number(input, run) % 2 == 0;
            case "divisibleby" -> Value.number(input, run) % Value.number(first, run) == 0;
            case "lower" ->
                input instanceof Value.Str str && Casing.lower(str.value()).equals(str.value());
            case "upper" ->
                input instanceof Value.Str str && Casing.upper(str.value()).equals(str.value());
            case "eq", "equalto", "sameas" -> Value.same(input, first);
            case "ne" -> !Value.same(input, first);
            case "gt", "greaterthan" -> Value.number(input, run) > Value.number(first, run);
            case "ge" -> Value.number(input, run) >= Value.number(first, run);
            case "lt", "lessthan" -> Value.number(input, run) < Value.number(first, run);
            case "le" -> Value.number(input, run) <= Value.number(first, run);
            default ->
                throw run.wrong("unknown test \"" + name + "\" (expected: defined, undefined, none, string,"
                        + " number, mapping, iterable, odd, even, divisibleby, lower, upper, eq, gt, lt …)");
        };
    }
}
