package dev.polder.portal.scaffolder.expression;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Computes the value of expressions. */
final class Evaluator {

    private final Run run;
    private final Function<String, Value> context;
    private final Map<String, Filters.Filter> filters;

    /** @param context the values a template was given, by name; undefined for unknown names */
    Evaluator(Run run, Function<String, Value> context, Map<String, Filters.Filter> filters) {
        this.run = run;
        this.context = context;
        this.filters = filters;
    }

    Value value(Expr expression, Frame frame) {
        run.step(1);
        return switch (expression) {
            case Expr.Literal literal -> literal.value();
            case Expr.Name name -> name(name.name(), frame);
            case Expr.ListOf list -> new Value.Arr(values(list.items(), frame));
            case Expr.Group group -> values(group.items(), frame).getLast();
            case Expr.Dict dict -> dict(dict, frame);
            case Expr.Lookup lookup -> {
                Value target = value(lookup.target(), frame);
                Value key = value(lookup.key(), frame);
                run.at(lookup.place());
                yield Members.of(target, key, run);
            }
            case Expr.Slice slice -> slice(slice, frame);
            case Expr.Invoke invoke -> invoke(invoke, frame);
            case Expr.Filter filter -> {
                Value input = value(filter.input(), frame);
                run.at(filter.place());
                yield filter(filter.name(), input, filter.arguments(), frame);
            }
            case Expr.Is is -> {
                Value input = value(is.input(), frame);
                run.at(is.place());
                yield Value.of(ValueTests.test(
                        is.test(), input, arguments(is.arguments(), frame).positional(), run));
            }
            case Expr.Unary unary -> unary(unary, frame);
            case Expr.Binary binary -> binary(binary, frame);
            case Expr.InlineIf choice -> {
                boolean yes = Value.truthy(value(choice.condition(), frame));
                Expr otherwise = choice.otherwise();
                yield yes ? value(choice.then(), frame) : otherwise == null ? Value.EMPTY : value(otherwise, frame);
            }
        };
    }

    private Value name(String name, Frame frame) {
        Value found = frame.find(name);
        if (found != null) {
            return found;
        }
        Value given = context.apply(name);
        return given == Value.UNDEFINED ? Globals.find(name) : given;
    }

    Value filter(String name, Value input, Expr.Arguments arguments, Frame frame) {
        Filters.Filter filter = filters.get(name);
        if (filter == null) {
            throw run.wrong(
                    "unknown filter \"" + name + "\" (expected: one of " + String.join(", ", filters.keySet()) + ")");
        }
        Place place = run.place();
        Value.Call call = arguments(arguments, frame);
        run.at(place);
        return filter.apply(input, call);
    }

    Value.Call arguments(Expr.Arguments arguments, Frame frame) {
        Map<String, Value> named = new LinkedHashMap<>();
        List<Value> positional = values(arguments.positional(), frame);
        arguments.named().forEach((name, value) -> named.put(name, value(value, frame)));
        return new Value.Call(run, positional, named);
    }

    private List<Value> values(List<Expr> expressions, Frame frame) {
        List<Value> values = new ArrayList<>(expressions.size());
        for (Expr expression : expressions) {
            values.add(value(expression, frame));
        }
        return values;
    }

    private Value dict(Expr.Dict dict, Frame frame) {
        Map<String, Value> fields = new LinkedHashMap<>();
        for (Expr.Pair pair : dict.pairs()) {
            Value key = value(pair.key(), frame);
            fields.put(Value.text(key, run), value(pair.value(), frame));
        }
        return new Value.Obj(fields);
    }

    private Value invoke(Expr.Invoke invoke, Frame frame) {
        Value target = value(invoke.target(), frame);
        if (!(target instanceof Value.Fn function)) {
            run.at(invoke.place());
            throw run.wrong(described(invoke.target()) + " cannot be called (expected: a function or a method that"
                    + " templates may use)");
        }
        Value.Call call = arguments(invoke.arguments(), frame);
        run.at(invoke.place());
        run.enter();
        Value result = function.call(call);
        run.leave();
        return result;
    }

    private static String described(Expr target) {
        return switch (target) {
            case Expr.Name name -> "\"" + name.name() + "\"";
            case Expr.Lookup lookup
            when lookup.key() instanceof Expr.Literal literal && literal.value() instanceof Value.Str str ->
                "\"" + str.value() + "\"";
            default -> "the value";
        };
    }

    private Value unary(Expr.Unary unary, Frame frame) {
        Value operand = value(unary.operand(), frame);
        return switch (unary.operator()) {
            case "not" -> Value.of(!Value.truthy(operand));
            case "-" -> Value.of(-Value.number(operand, run));
            default -> Value.of(Value.number(operand, run));
        };
    }

    private Value binary(Expr.Binary binary, Frame frame) {
        Value left = value(binary.left(), frame);
        if (binary.operator().equals("and")) {
            return Value.truthy(left) ? value(binary.right(), frame) : left;
        }
        if (binary.operator().equals("or")) {
            return Value.truthy(left) ? left : value(binary.right(), frame);
        }
        Value right = value(binary.right(), frame);
        run.at(binary.place());
        return switch (binary.operator()) {
            case "+" -> add(left, right);
            case "~" -> text(Value.text(left, run), Value.text(right, run));
            case "-" -> Value.of(Value.number(left, run) - Value.number(right, run));
            case "*" -> Value.of(Value.number(left, run) * Value.number(right, run));
            case "/" -> Value.of(Value.number(left, run) / Value.number(right, run));
            case "//" -> Value.of(Math.floor(Value.number(left, run) / Value.number(right, run)));
            case "%" -> Value.of(Value.number(left, run) % Value.number(right, run));
            case "**" -> Value.of(Math.pow(Value.number(left, run), Value.number(right, run)));
            case "==" -> Value.of(Value.loose(left, right, run));
            case "!=" -> Value.of(!Value.loose(left, right, run));
            case "===" -> Value.of(Value.same(left, right));
            case "!==" -> Value.of(!Value.same(left, right));
            case "in" -> Value.of(in(left, right));
            default -> Value.of(ordered(binary.operator(), left, right));
        };
    }

    private Value add(Value left, Value right) {
        boolean numbers = !(left instanceof Value.Str || left instanceof Value.Arr || left instanceof Value.Obj)
                && !(right instanceof Value.Str || right instanceof Value.Arr || right instanceof Value.Obj);
        return numbers
                ? Value.of(Value.number(left, run) + Value.number(right, run))
                : text(Value.text(left, run), Value.text(right, run));
    }

    private Value text(String left, String right) {
        run.reserve((long) left.length() + right.length());
        return Value.of(left + right);
    }

    private boolean ordered(String operator, Value left, Value right) {
        boolean words = (left instanceof Value.Str || left instanceof Value.Arr)
                && (right instanceof Value.Str || right instanceof Value.Arr);
        if (words) {
            int order = Value.text(left, run).compareTo(Value.text(right, run));
            return switch (operator) {
                case "<" -> order < 0;
                case ">" -> order > 0;
                case "<=" -> order <= 0;
                default -> order >= 0;
            };
        }
        double a = Value.number(left, run);
        double b = Value.number(right, run);
        return switch (operator) {
            case "<" -> a < b;
            case ">" -> a > b;
            case "<=" -> a <= b;
            default -> a >= b;
        };
    }

    private boolean in(Value needle, Value haystack) {
        return switch (haystack) {
            case Value.Arr arr -> {
                run.charge(arr.items.size());
                yield arr.items.stream().anyMatch(item -> Value.same(item, needle));
            }
            case Value.Obj obj -> obj.fields.containsKey(Value.text(needle, run));
            case Value.Str str -> str.value().contains(Value.text(needle, run));
            default -> throw run.wrong("\"in\" needs a list, a record or text on its right");
        };
    }

    /** Nunjucks' Python-like slice. */
    private Value slice(Expr.Slice slice, Frame frame) {
        Value target = value(slice.target(), frame);
        run.at(slice.place());
        List<Value> items = switch (target) {
            case Value.Arr arr -> arr.items;
            case Value.Str str -> Members.characters(str.value());
            default -> List.of();
        };
        int length = items.size();
        double step = bound(slice.step(), frame, 1);
        if (step == 0 || Double.isNaN(step)) {
            throw run.wrong("a slice needs a step that is not 0");
        }
        double start = clamp(bound(slice.start(), frame, step < 0 ? length - 1 : 0), length);
        double stop =
                slice.stop() == null ? (step < 0 ? -1 : length) : clamp(bound(slice.stop(), frame, length), length);
        List<Value> picked = new ArrayList<>();
        for (double i = start; step > 0 ? i < stop : i > stop; i += step) {
            run.step(1);
            int index = (int) i;
            if (index < 0 || index >= length) {
                break;
            }
            picked.add(items.get(index));
        }
        return new Value.Arr(picked);
    }

    private double bound(@Nullable Expr expression, Frame frame, double otherwise) {
        if (expression == null) {
            return otherwise;
        }
        Value value = value(expression, frame);
        return Value.missing(value) ? otherwise : Value.number(value, run);
    }

    private static double clamp(double index, int length) {
        double absolute = index < 0 ? Math.max(0, length + index) : index;
        return Math.min(absolute, length);
    }
}
