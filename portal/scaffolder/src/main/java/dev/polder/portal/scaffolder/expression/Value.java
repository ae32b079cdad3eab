package dev.polder.portal.scaffolder.expression;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What an expression computes: JavaScript's plain data, because templates were written against its rules. */
sealed interface Value {

    Undefined UNDEFINED = Undefined.IT;
    Null NULL = Null.IT;
    Value TRUE = new Bool(true);
    Value FALSE = new Bool(false);
    Value EMPTY = new Str("");

    /** What is not there. */
    enum Undefined implements Value {
        IT
    }

    /** JSON's null. */
    enum Null implements Value {
        IT
    }

    /** A truth value. */
    record Bool(boolean value) implements Value {}

    /** A number; JavaScript knows only doubles. */
    record Num(double value) implements Value {}

    /** Text; {@code safe} once it was escaped, so that it is not escaped again. */
    record Str(String value, boolean safe) implements Value {
        Str(String value) {
            this(value, false);
        }
    }

    /** A list; templates may change it in place, and two names may share it. Compared by identity. */
    final class Arr implements Value {
        final List<Value> items;

        Arr(List<Value> items) {
            this.items = items;
        }
    }

    /** A record with its keys in order. Compared by identity. */
    final class Obj implements Value {
        final Map<String, Value> fields;

        Obj(Map<String, Value> fields) {
            this.fields = fields;
        }
    }

    /** A regular expression literal. */
    record Regex(Pattern pattern, boolean global, String source, String flags) implements Value {}

    /** Something to call: a macro, a global, a method bound to its value. */
    @FunctionalInterface
    non-sealed interface Fn extends Value {
        Value call(Call call);
    }

    /** The arguments of a call, and the run they belong to. */
    record Call(Run run, List<Value> positional, Map<String, Value> named) {

        Value at(int index) {
            return index < positional.size() ? positional.get(index) : UNDEFINED;
        }

        /** An argument by place or by name, as Nunjucks' {@code makeMacro} takes it. */
        Value at(int index, String name) {
            return index < positional.size() ? positional.get(index) : named.getOrDefault(name, UNDEFINED);
        }
    }

    static Value of(boolean value) {
        return value ? TRUE : FALSE;
    }

    static Value of(String value) {
        return new Str(value);
    }

    static Value of(double value) {
        return new Num(value);
    }

    /** A copy of JSON; changing it changes nothing outside. */
    static Value of(JsonNode json) {
        return switch (json.getNodeType()) {
            case OBJECT -> {
                Map<String, Value> fields = new LinkedHashMap<>();
                json.properties().forEach(field -> fields.put(field.getKey(), of(field.getValue())));
                yield new Obj(fields);
            }
            case ARRAY -> {
                List<Value> items = new ArrayList<>(json.size());
                json.forEach(item -> items.add(of(item)));
                yield new Arr(items);
            }
            case STRING -> new Str(json.asString());
            case NUMBER -> new Num(json.asDouble());
            case BOOLEAN -> of(json.asBoolean());
            case MISSING -> UNDEFINED;
            default -> NULL;
        };
    }

    /**
     * The value as JSON: what is undefined disappears from records and becomes null in lists, and a number that is none
     * becomes null, as with {@code JSON.stringify}.
     */
    static JsonNode toJson(Value value, Run run) {
        return toJson(value, run, 0);
    }

    private static JsonNode toJson(Value value, Run run, int depth) {
        run.step(1);
        run.requireDepth(depth);
        JsonNodeFactory json = JsonNodeFactory.instance;
        return switch (value) {
            case Undefined _ -> json.missingNode();
            case Null _ -> json.nullNode();
            case Bool bool -> json.booleanNode(bool.value());
            case Num num -> Numbers.toJson(num.value());
            case Str str -> json.stringNode(str.value());
            case Arr arr -> {
                ArrayNode array = json.arrayNode();
                for (Value item : arr.items) {
                    JsonNode node = toJson(item, run, depth + 1);
                    array.add(node.isMissingNode() ? json.nullNode() : node);
                }
                yield array;
            }
            case Obj obj -> {
                ObjectNode object = json.objectNode();
                obj.fields.forEach((key, field) -> {
                    JsonNode node = toJson(field, run, depth + 1);
                    if (!node.isMissingNode()) {
                        object.set(key, node);
                    }
                });
                yield object;
            }
            case Regex _ -> json.objectNode();
            case Fn _ -> throw run.wrong("a function cannot be a value (expected: a call, such as f())");
        };
    }

    /** Whether {@code if} takes the branch. */
    static boolean truthy(Value value) {
        return switch (value) {
            case Undefined _, Null _ -> false;
            case Bool bool -> bool.value();
            case Num num -> num.value() != 0 && !Double.isNaN(num.value());
            case Str str -> !str.value().isEmpty();
            case Arr _, Obj _, Regex _, Fn _ -> true;
        };
    }

    static boolean missing(Value value) {
        return value instanceof Undefined || value instanceof Null;
    }

    /** JavaScript's {@code String(value)}. */
    static String text(Value value, Run run) {
        return text(value, run, 0);
    }

    private static String text(Value value, Run run, int depth) {
        run.requireDepth(depth);
        return switch (value) {
            case Undefined _ -> "undefined";
            case Null _ -> "null";
            case Bool bool -> Boolean.toString(bool.value());
            case Num num -> Numbers.text(num.value());
            case Str str -> str.value();
            case Arr arr -> {
                StringBuilder joined = new StringBuilder();
                for (int i = 0; i < arr.items.size(); i++) {
                    Value item = arr.items.get(i);
                    if (i > 0) {
                        joined.append(',');
                    }
                    if (!missing(item)) {
                        joined.append(text(item, run, depth + 1));
                    }
                    run.requireText(joined.length());
                }
                run.charge(joined.length());
                yield joined.toString();
            }
            case Obj _ -> "[object Object]";
            case Regex regex -> "/" + regex.source() + "/" + regex.flags();
            case Fn _ -> throw run.wrong("a function cannot be text (expected: a call, such as f())");
        };
    }

    /** What an interpolation writes: nothing for what is not there. */
    static String output(Value value, Run run) {
        return missing(value) ? "" : text(value, run);
    }

    /** JavaScript's {@code Number(value)}. */
    static double number(Value value, Run run) {
        return switch (value) {
            case Undefined _ -> Double.NaN;
            case Null _ -> 0;
            case Bool bool -> bool.value() ? 1 : 0;
            case Num num -> num.value();
            case Str str -> Numbers.parse(str.value());
            case Arr _ -> Numbers.parse(text(value, run));
            case Obj _, Regex _, Fn _ -> Double.NaN;
        };
    }

    /** JavaScript's {@code ===}: lists and records are the same only when they are one. */
    @SuppressWarnings("ReferenceEquality")
    static boolean same(Value a, Value b) {
        if (a instanceof Num x && b instanceof Num y) {
            return x.value() == y.value();
        }
        if (a instanceof Str x && b instanceof Str y) {
            return x.value().equals(y.value());
        }
        if (a instanceof Bool x && b instanceof Bool y) {
            return x.value() == y.value();
        }
        return a == b;
    }

    /** JavaScript's {@code ==}. */
    @SuppressWarnings("ReferenceEquality")
    static boolean loose(Value a, Value b, Run run) {
        if (missing(a) || missing(b)) {
            return missing(a) && missing(b);
        }
        boolean structured = a instanceof Arr || a instanceof Obj || a instanceof Regex || a instanceof Fn;
        boolean other = b instanceof Arr || b instanceof Obj || b instanceof Regex || b instanceof Fn;
        if (structured && other) {
            return a == b;
        }
        if (a.getClass() == b.getClass()) {
            return same(a, b);
        }
        if (structured || other) {
            Value left = structured ? new Str(text(a, run)) : a;
            Value right = other ? new Str(text(b, run)) : b;
            if (left instanceof Str && right instanceof Str) {
                return same(left, right);
            }
            return number(left, run) == number(right, run);
        }
        return number(a, run) == number(b, run);
    }
}
