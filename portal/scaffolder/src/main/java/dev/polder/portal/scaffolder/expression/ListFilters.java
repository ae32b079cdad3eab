package dev.polder.portal.scaffolder.expression;

import dev.polder.portal.scaffolder.expression.Filters.Filter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/** Filters over lists and records. */
final class ListFilters {

    private static final int SHORT = 32;
    private static final int MAX_PARTS = 100_000;

    private ListFilters() {}

    static void addTo(Map<String, Filter> filters) {
        filters.put("length", ListFilters::length);
        filters.put("first", (in, c) -> end(in, "first", c, true));
        filters.put("last", (in, c) -> end(in, "last", c, false));
        filters.put("list", ListFilters::list);
        filters.put("join", ListFilters::join);
        filters.put("reverse", ListFilters::reverse);
        filters.put("sort", ListFilters::sort);
        filters.put("dictsort", ListFilters::dictsort);
        filters.put("groupby", ListFilters::groupby);
        filters.put("sum", ListFilters::sum);
        filters.put("batch", ListFilters::batch);
        filters.put("slice", ListFilters::slice);
        filters.put("select", (in, c) -> select(in, c, true));
        filters.put("reject", (in, c) -> select(in, c, false));
        filters.put("selectattr", (in, c) -> selectAttribute(in, c, true));
        filters.put("rejectattr", (in, c) -> selectAttribute(in, c, false));
        filters.put("random", (in, c) -> {
            List<Value> items = items(in, "random", c.run());
            return items.isEmpty()
                    ? Value.UNDEFINED
                    : items.get(ThreadLocalRandom.current().nextInt(items.size()));
        });
    }

    private static List<Value> items(Value input, String filter, Run run) {
        List<Value> items = switch (input) {
            case Value.Arr arr -> arr.items;
            case Value.Str str -> Members.characters(str.value());
            default -> throw run.wrong(filter + ": " + Filters.kind(input) + " (expected: a list)");
        };
        run.charge(items.size());
        return items;
    }

    private static Value length(Value input, Value.Call call) {
        return switch (input) {
            case Value.Arr arr -> Value.of((double) arr.items.size());
            case Value.Obj obj -> Value.of((double) obj.fields.size());
            case Value.Str str -> Value.of((double) str.value().length());
            case Value.Undefined _, Value.Null _, Value.Bool _ -> Value.of(0.0);
            default -> Value.UNDEFINED;
        };
    }

    private static Value end(Value input, String name, Value.Call call, boolean first) {
        if (input instanceof Value.Obj) {
            return Value.UNDEFINED;
        }
        List<Value> items = items(input, name, call.run());
        return items.isEmpty() ? Value.UNDEFINED : first ? items.getFirst() : items.getLast();
    }

    private static Value list(Value input, Value.Call call) {
        if (input instanceof Value.Obj obj) {
            List<Value> pairs = new ArrayList<>();
            obj.fields.forEach((key, value) -> {
                Map<String, Value> pair = new LinkedHashMap<>();
                pair.put("key", Value.of(key));
                pair.put("value", value);
                pairs.add(new Value.Obj(pair));
            });
            call.run().charge(pairs.size());
            return new Value.Arr(pairs);
        }
        return new Value.Arr(new ArrayList<>(items(input, "list", call.run())));
    }

    private static Value join(Value input, Value.Call call) {
        Run run = call.run();
        Value separator = call.at(0);
        Value attribute = call.at(1);
        List<Value> items = items(input, "join", run);
        if (!Value.missing(attribute)) {
            items = items.stream().map(item -> attribute(item, attribute, run)).toList();
        }
        return Value.of(Joining.join(items, Value.output(separator, run), run));
    }

    private static Value attribute(Value item, Value name, Run run) {
        Value value = item;
        for (String part : Value.text(name, run).split("\\.", -1)) {
            value = Members.of(value, Value.of(part), run);
        }
        return value;
    }

    private static Value reverse(Value input, Value.Call call) {
        return switch (input) {
            case Value.Str str ->
                Filters.made(new StringBuilder(str.value()).reverse().toString(), call.run());
            case Value.Arr arr ->
                new Value.Arr(new ArrayList<>(items(arr, "reverse", call.run()).reversed()));
            default -> new Value.Arr(new ArrayList<>());
        };
    }

    private static Value sort(Value input, Value.Call call) {
        Run run = call.run();
        boolean descending = Value.truthy(call.at(0, "reverse"));
        boolean caseSensitive = Value.truthy(call.at(1, "case_sensitive"));
        Value attribute = call.at(2, "attribute");
        List<Value> items = new ArrayList<>(items(input, "sort", run));
        run.step(items.size() * 8L);
        merge(items, (a, b) -> {
            Value x = attribute == Value.UNDEFINED ? a : attribute(a, attribute, run);
            Value y = attribute == Value.UNDEFINED ? b : attribute(b, attribute, run);
            int order = compare(x, y, caseSensitive, run);
            return descending ? -order : order;
        });
        return new Value.Arr(items);
    }

    /**
     * A stable merge sort. JavaScript's {@code <} orders mixed values inconsistently, which {@code List.sort} may answer
     * with an exception; this one always ends.
     */
    private static void merge(List<Value> items, Comparator<Value> order) {
        if (items.size() <= SHORT) {
            insert(items, order);
            return;
        }
        List<Value> left = new ArrayList<>(items.subList(0, items.size() / 2));
        List<Value> right = new ArrayList<>(items.subList(items.size() / 2, items.size()));
        merge(left, order);
        merge(right, order);
        int l = 0;
        int r = 0;
        for (int i = 0; i < items.size(); i++) {
            boolean takeLeft = r == right.size() || (l < left.size() && order.compare(left.get(l), right.get(r)) <= 0);
            items.set(i, takeLeft ? left.get(l++) : right.get(r++));
        }
    }

    /** Binary insertion, as V8 sorts short lists: it shows where an order is inconsistent. */
    private static void insert(List<Value> items, Comparator<Value> order) {
        for (int i = 1; i < items.size(); i++) {
            Value item = items.get(i);
            int low = 0;
            int high = i;
            while (low < high) {
                int middle = (low + high) / 2;
                if (order.compare(item, items.get(middle)) < 0) {
                    high = middle;
                } else {
                    low = middle + 1;
                }
            }
            items.remove(i);
            items.add(low, item);
        }
    }

    private static int compare(Value a, Value b, boolean caseSensitive, Run run) {
        run.step(1);
        if (a instanceof Value.Str x && b instanceof Value.Str y) {
            return caseSensitive
                    ? x.value().compareTo(y.value())
                    : Casing.lower(x.value()).compareTo(Casing.lower(y.value()));
        }
        double x = Value.number(a, run);
        double y = Value.number(b, run);
        return x < y ? -1 : x > y ? 1 : 0;
    }

    private static Value dictsort(Value input, Value.Call call) {
        Run run = call.run();
        if (!(input instanceof Value.Obj obj)) {
            throw run.wrong("dictsort: " + Filters.kind(input) + " (expected: a record)");
        }
        boolean caseSensitive = Value.truthy(call.at(0));
        String by = call.at(1) == Value.UNDEFINED ? "key" : Value.text(call.at(1), run);
        if (!by.equals("key") && !by.equals("value")) {
            throw run.wrong("dictsort: \"" + by + "\" (expected: key or value)");
        }
        List<Value> pairs = new ArrayList<>();
        obj.fields.forEach((key, value) -> pairs.add(new Value.Arr(new ArrayList<>(List.of(Value.of(key), value)))));
        int part = by.equals("key") ? 0 : 1;
        run.charge(pairs.size() * 8L);
        merge(
                pairs,
                (a, b) ->
                        compare(((Value.Arr) a).items.get(part), ((Value.Arr) b).items.get(part), caseSensitive, run));
        return new Value.Arr(pairs);
    }

    private static Value groupby(Value input, Value.Call call) {
        Run run = call.run();
        Map<String, Value> groups = new LinkedHashMap<>();
        for (Value item : items(input, "groupby", run)) {
            String key = Value.text(attribute(item, call.at(0), run), run);
            Value group = groups.computeIfAbsent(key, k -> new Value.Arr(new ArrayList<>()));
            ((Value.Arr) group).items.add(item);
        }
        return new Value.Obj(groups);
    }

    private static Value sum(Value input, Value.Call call) {
        Run run = call.run();
        double sum = call.at(1) == Value.UNDEFINED ? 0 : Value.number(call.at(1), run);
        for (Value item : items(input, "sum", run)) {
            Value part = Value.missing(call.at(0)) ? item : attribute(item, call.at(0), run);
            sum += Value.number(part, run);
        }
        return Value.of(sum);
    }

    private static Value batch(Value input, Value.Call call) {
        Run run = call.run();
        double size = Value.number(call.at(0), run);
        if (!(size >= 1)) {
            throw run.wrong("batch: " + Numbers.text(size) + " (expected: a number of at least 1)");
        }
        List<Value> batches = new ArrayList<>();
        List<Value> batch = new ArrayList<>();
        for (Value item : items(input, "batch", run)) {
            batch.add(item);
            if (batch.size() >= size) {
                batches.add(new Value.Arr(batch));
                batch = new ArrayList<>();
            }
        }
        if (!batch.isEmpty()) {
            fill(batch, size, call.at(1), run);
            batches.add(new Value.Arr(batch));
        }
        return new Value.Arr(batches);
    }

    private static void fill(List<Value> batch, double size, Value filler, Run run) {
        if (filler == Value.UNDEFINED) {
            return;
        }
        if (size > MAX_PARTS) {
            throw run.wrong("batch: " + Numbers.text(size) + " (expected: at most " + MAX_PARTS + " with a filler)");
        }
        run.step((long) size);
        while (batch.size() < size) {
            batch.add(filler);
        }
    }

    private static Value slice(Value input, Value.Call call) {
        Run run = call.run();
        double wanted = Value.number(call.at(0), run);
        if (!(wanted >= 1) || wanted > MAX_PARTS) {
            throw run.wrong("slice: " + Numbers.text(wanted) + " (expected: 1 to " + MAX_PARTS + ")");
        }
        int slices = (int) wanted;
        List<Value> items = items(input, "slice", run);
        int each = items.size() / slices;
        int extra = items.size() % slices;
        run.step(slices);
        List<Value> result = new ArrayList<>();
        int at = 0;
        for (int i = 0; i < slices; i++) {
            int size = each + (i < extra ? 1 : 0);
            List<Value> part = new ArrayList<>(items.subList(at, at + size));
            at += size;
            if (i >= extra && call.at(1) != Value.UNDEFINED) {
                part.add(call.at(1));
            }
            result.add(new Value.Arr(part));
        }
        return new Value.Arr(result);
    }

    private static Value select(Value input, Value.Call call, boolean keep) {
        Run run = call.run();
        String test = call.at(0) == Value.UNDEFINED ? "truthy" : Value.text(call.at(0), run);
        List<Value> arguments = call.positional().isEmpty()
                ? List.of()
                : call.positional().subList(1, call.positional().size());
        List<Value> chosen = new ArrayList<>();
        for (Value item : items(input, keep ? "select" : "reject", run)) {
            if (ValueTests.test(test, item, arguments, run) == keep) {
                chosen.add(item);
            }
        }
        return new Value.Arr(chosen);
    }

    private static Value selectAttribute(Value input, Value.Call call, boolean keep) {
        Run run = call.run();
        List<Value> chosen = new ArrayList<>();
        for (Value item : items(input, keep ? "selectattr" : "rejectattr", run)) {
            if (Value.truthy(Members.of(item, call.at(0), run)) == keep) {
                chosen.add(item);
            }
        }
        return new Value.Arr(chosen);
    }
}
