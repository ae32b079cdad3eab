package dev.polder.portal.scaffolder.expression;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.BiFunction;

/** The fields and methods that values have: a closed list, so that nothing of the host can be reached. */
final class Members {

    private Members() {}

    static Value of(Value target, Value key, Run run) {
        String name = Value.text(key, run);
        return switch (target) {
            case Value.Obj obj -> obj.fields.getOrDefault(name, Value.UNDEFINED);
            case Value.Arr arr -> {
                int index = index(name);
                if (index >= 0) {
                    yield index < arr.items.size() ? arr.items.get(index) : Value.UNDEFINED;
                }
                yield name.equals("length") ? Value.of((double) arr.items.size()) : arrayMethod(arr, name);
            }
            case Value.Str str -> {
                int index = index(name);
                if (index >= 0) {
                    yield index < str.value().length()
                            ? Value.of(str.value().substring(index, index + 1))
                            : Value.UNDEFINED;
                }
                yield name.equals("length") ? Value.of((double) str.value().length()) : textMethod(str.value(), name);
            }
            case Value.Num num -> numberMethod(num.value(), name);
            default -> Value.UNDEFINED;
        };
    }

    private static int index(String name) {
        if (name.isEmpty() || name.length() > 9 || (name.length() > 1 && name.charAt(0) == '0')) {
            return -1;
        }
        for (int i = 0; i < name.length(); i++) {
            if (name.charAt(i) < '0' || name.charAt(i) > '9') {
                return -1;
            }
        }
        return Integer.parseInt(name);
    }

    private static Value method(BiFunction<Value.Call, Run, Value> body) {
        Value.Fn function = call -> body.apply(call, call.run());
        return function;
    }

    private static Value textMethod(String text, String name) {
        return switch (name) {
            case "toUpperCase" -> method((c, run) -> made(run, Casing.upper(text)));
            case "toLowerCase" -> method((c, run) -> made(run, Casing.lower(text)));
            case "trim" -> method((c, run) -> made(run, text.strip()));
            case "trimStart" -> method((c, run) -> made(run, text.stripLeading()));
            case "trimEnd" -> method((c, run) -> made(run, text.stripTrailing()));
            case "toString" -> method((c, run) -> Value.of(text));
            case "startsWith" ->
                method((c, run) -> Value.of(text.startsWith(Value.text(c.at(0), run), at(c, 1, 0, text.length()))));
            case "endsWith" ->
                method((c, run) -> Value.of(text.substring(0, at(c, 1, text.length(), text.length()))
                        .endsWith(Value.text(c.at(0), run))));
            case "includes" ->
                method((c, run) -> Value.of(text.indexOf(Value.text(c.at(0), run), at(c, 1, 0, text.length())) >= 0));
            case "indexOf" ->
                method((c, run) ->
                        Value.of((double) text.indexOf(Value.text(c.at(0), run), at(c, 1, 0, text.length()))));
            case "lastIndexOf" -> method((c, run) -> Value.of((double) text.lastIndexOf(Value.text(c.at(0), run))));
            case "charAt" ->
                method((c, run) -> {
                    double i = integer(c, 0, 0);
                    return Value.of(i >= 0 && i < text.length() ? text.substring((int) i, (int) i + 1) : "");
                });
            case "charCodeAt" ->
                method((c, run) -> {
                    double i = integer(c, 0, 0);
                    return Value.of(i >= 0 && i < text.length() ? text.charAt((int) i) : Double.NaN);
                });
            case "at" ->
                method((c, run) -> {
                    double i = integer(c, 0, 0);
                    double index = i < 0 ? text.length() + i : i;
                    return index >= 0 && index < text.length()
                            ? Value.of(text.substring((int) index, (int) index + 1))
                            : Value.UNDEFINED;
                });
            case "slice" ->
                method((c, run) -> {
                    int from = relative(integer(c, 0, 0), text.length());
                    int to = relative(integer(c, 1, text.length()), text.length());
                    return made(run, from < to ? text.substring(from, to) : "");
                });
            case "substring" ->
                method((c, run) -> {
                    int from = at(c, 0, 0, text.length());
                    int to = at(c, 1, text.length(), text.length());
                    return made(run, text.substring(Math.min(from, to), Math.max(from, to)));
                });
            case "concat" ->
                method((c, run) -> {
                    StringBuilder joined = new StringBuilder(text);
                    for (Value part : c.positional()) {
                        joined.append(Value.text(part, run));
                        run.requireText(joined.length());
                    }
                    return made(run, joined.toString());
                });
            case "split" -> method((c, run) -> split(text, c, run));
            case "replace" -> method((c, run) -> Patterns.replaceMethod(text, c.at(0), c.at(1), run));
            default -> Value.UNDEFINED;
        };
    }

    private static Value made(Run run, String text) {
        run.reserve(text.length());
        return Value.of(text);
    }

    private static Value split(String text, Value.Call call, Run run) {
        List<Value> parts = new ArrayList<>();
        Value separator = call.at(0);
        run.charge(text.length() * 2L);
        if (separator == Value.UNDEFINED) {
            parts.add(Value.of(text));
        } else if (separator instanceof Value.Regex regex) {
            Patterns.split(text, regex, run).forEach(part -> parts.add(Value.of(part)));
        } else {
            String mark = Value.text(separator, run);
            if (mark.isEmpty()) {
                parts.addAll(characters(text));
            } else {
                int from = 0;
                for (int hit = text.indexOf(mark); hit >= 0; hit = text.indexOf(mark, from)) {
                    parts.add(Value.of(text.substring(from, hit)));
                    from = hit + mark.length();
                }
                parts.add(Value.of(text.substring(from)));
            }
        }
        double most = integer(call, 1, Integer.MAX_VALUE);
        return new Value.Arr(most < parts.size() ? new ArrayList<>(parts.subList(0, (int) Math.max(0, most))) : parts);
    }

    static List<Value> characters(String text) {
        List<Value> characters = new ArrayList<>(text.length());
        text.chars().forEach(c -> characters.add(Value.of(Character.toString((char) c))));
        return characters;
    }

    private static Value arrayMethod(Value.Arr arr, String name) {
        List<Value> items = arr.items;
        return switch (name) {
            case "includes" ->
                method((c, run) -> {
                    run.charge(items.size());
                    return Value.of(items.stream().anyMatch(item -> Value.same(item, c.at(0))));
                });
            case "indexOf", "lastIndexOf" ->
                method((c, run) -> {
                    run.charge(items.size());
                    int found = -1;
                    for (int i = 0; i < items.size() && (found < 0 || name.equals("lastIndexOf")); i++) {
                        found = Value.same(items.get(i), c.at(0)) ? i : found;
                    }
                    return Value.of((double) found);
                });
            case "join" ->
                method((c, run) -> Value.of(
                        Joining.join(items, c.at(0) == Value.UNDEFINED ? "," : Value.text(c.at(0), run), run)));
            case "slice" ->
                method((c, run) -> {
                    int from = relative(integer(c, 0, 0), items.size());
                    int to = relative(integer(c, 1, items.size()), items.size());
                    run.charge(Math.max(0, to - from));
                    return new Value.Arr(from < to ? new ArrayList<>(items.subList(from, to)) : new ArrayList<>());
                });
            case "concat" ->
                method((c, run) -> {
                    List<Value> all = new ArrayList<>(items);
                    for (Value more : c.positional()) {
                        if (more instanceof Value.Arr list) {
                            all.addAll(list.items);
                        } else {
                            all.add(more);
                        }
                        run.charge(all.size());
                    }
                    return new Value.Arr(all);
                });
            case "at" ->
                method((c, run) -> {
                    double i = integer(c, 0, 0);
                    double index = i < 0 ? items.size() + i : i;
                    return index >= 0 && index < items.size() ? items.get((int) index) : Value.UNDEFINED;
                });
            case "push", "append" ->
                method((c, run) -> {
                    for (Value item : c.positional()) {
                        refuseLoop(arr, item, run);
                        run.step(1);
                        items.add(item);
                    }
                    return Value.of((double) items.size());
                });
            case "unshift" ->
                method((c, run) -> {
                    run.charge(items.size());
                    c.positional().forEach(item -> refuseLoop(arr, item, run));
                    items.addAll(0, c.positional());
                    return Value.of((double) items.size());
                });
            case "pop" -> method((c, run) -> items.isEmpty() ? Value.UNDEFINED : items.removeLast());
            case "shift" ->
                method((c, run) -> {
                    run.charge(items.size());
                    return items.isEmpty() ? Value.UNDEFINED : items.removeFirst();
                });
            case "reverse" ->
                method((c, run) -> {
                    run.charge(items.size());
                    java.util.Collections.reverse(items);
                    return arr;
                });
            case "sort" ->
                method((c, run) -> {
                    run.step(items.size());
                    items.sort(Comparator.comparing(item -> Value.text(item, run)));
                    return arr;
                });
            case "toString" -> method((c, run) -> Value.of(Value.text(arr, run)));
            default -> Value.UNDEFINED;
        };
    }

    /** A list that holds itself could never be written. */
    private static void refuseLoop(Value.Arr list, Value item, Run run) {
        run.step(1);
        if (item == list) {
            throw run.wrong("a list cannot hold itself");
        }
        switch (item) {
            case Value.Arr arr -> arr.items.forEach(inner -> refuseLoop(list, inner, run));
            case Value.Obj obj -> obj.fields.values().forEach(inner -> refuseLoop(list, inner, run));
            default -> {
                // holds nothing
            }
        }
    }

    private static Value numberMethod(double number, String name) {
        return switch (name) {
            case "toFixed" ->
                method((c, run) -> {
                    double digits = integer(c, 0, 0);
                    if (digits < 0 || digits > 100) {
                        throw run.wrong("toFixed: " + Numbers.text(digits) + " digits (expected: 0 to 100)");
                    }
                    return Value.of(Numbers.fixed(number, (int) digits));
                });
            case "toString" -> method((c, run) -> Value.of(Numbers.text(number)));
            default -> Value.UNDEFINED;
        };
    }

    private static double integer(Value.Call call, int index, double otherwise) {
        Value value = call.at(index);
        if (value == Value.UNDEFINED) {
            return otherwise;
        }
        double number = Value.number(value, call.run());
        return Double.isNaN(number) ? 0 : number < 0 ? Math.ceil(number) : Math.floor(number);
    }

    private static int at(Value.Call call, int index, int otherwise, int most) {
        return (int) Math.max(0, Math.min(most, integer(call, index, otherwise)));
    }

    private static int relative(double index, int length) {
        double absolute = index < 0 ? length + index : index;
        return (int) Math.max(0, Math.min(length, absolute));
    }
}
