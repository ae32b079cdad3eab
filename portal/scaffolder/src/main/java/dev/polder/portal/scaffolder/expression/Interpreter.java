package dev.polder.portal.scaffolder.expression;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Runs the statements of one template once. */
final class Interpreter {

    private final Run run;
    private final Evaluator evaluator;

    Interpreter(Run run, Evaluator evaluator) {
        this.run = run;
        this.evaluator = evaluator;
    }

    String text(List<Stmt> body, Frame frame) {
        StringBuilder out = new StringBuilder();
        write(body, frame, out);
        return out.toString();
    }

    private void write(List<Stmt> body, Frame frame, StringBuilder out) {
        run.enter();
        for (Stmt statement : body) {
            run.step(1);
            switch (statement) {
                case Stmt.Text text -> append(out, text.text());
                case Stmt.Output output -> {
                    run.at(output.place());
                    append(out, Value.output(evaluator.value(output.expression(), frame), run));
                }
                case Stmt.If choice -> writeIf(choice, frame, out);
                case Stmt.For loop -> writeFor(loop, frame, out);
                case Stmt.Assign assign -> assign(assign, frame);
                case Stmt.Macro macro ->
                    frame.assign(macro.name(), macro(macro.parameters(), macro.body(), frame.root(), null));
                case Stmt.CallBlock call -> append(out, Value.output(callBlock(call, frame), run));
                case Stmt.FilterBlock filter -> {
                    run.at(filter.place());
                    Value body2 = Value.of(text(filter.body(), frame));
                    append(out, Value.output(evaluator.filter(filter.name(), body2, filter.arguments(), frame), run));
                }
                case Stmt.Switch choice -> writeSwitch(choice, frame, out);
                case Stmt.Block block -> write(block.body(), frame, out);
            }
        }
        run.leave();
    }

    private void append(StringBuilder out, String text) {
        run.reserve((long) out.length() + text.length() > Integer.MAX_VALUE ? Long.MAX_VALUE / 128 : text.length());
        run.requireText((long) out.length() + text.length());
        out.append(text);
    }

    private void writeIf(Stmt.If choice, Frame frame, StringBuilder out) {
        for (Stmt.Branch branch : choice.branches()) {
            if (Value.truthy(evaluator.value(branch.condition(), frame))) {
                write(branch.body(), frame, out);
                return;
            }
        }
        write(choice.otherwise(), frame, out);
    }

    private void writeSwitch(Stmt.Switch choice, Frame frame, StringBuilder out) {
        Value subject = evaluator.value(choice.subject(), frame);
        for (int i = 0; i < choice.cases().size(); i++) {
            if (!Value.same(subject, evaluator.value(choice.cases().get(i).value(), frame))) {
                continue;
            }
            // An empty case falls through to the next one that has a body.
            int chosen = i;
            while (chosen < choice.cases().size()
                    && choice.cases().get(chosen).body().isEmpty()) {
                chosen++;
            }
            write(chosen < choice.cases().size() ? choice.cases().get(chosen).body() : choice.otherwise(), frame, out);
            return;
        }
        write(choice.otherwise(), frame, out);
    }

    private void writeFor(Stmt.For loop, Frame frame, StringBuilder out) {
        run.at(loop.place());
        Value items = evaluator.value(loop.items(), frame);
        List<List<Value>> rounds = rounds(items, loop.names().size());
        if (rounds.isEmpty()) {
            write(loop.otherwise(), frame, out);
            return;
        }
        Frame inner = new Frame(frame);
        for (int i = 0; i < rounds.size(); i++) {
            run.step(1);
            for (int n = 0; n < loop.names().size(); n++) {
                inner.define(loop.names().get(n), rounds.get(i).get(n));
            }
            inner.define("loop", loop(i, rounds.size()));
            write(loop.body(), inner, out);
        }
    }

    private List<List<Value>> rounds(Value items, int names) {
        List<List<Value>> rounds = new ArrayList<>();
        switch (items) {
            case Value.Arr arr -> {
                for (Value item : arr.items) {
                    if (names == 1) {
                        rounds.add(List.of(item));
                    } else {
                        List<Value> parts = new ArrayList<>();
                        for (int n = 0; n < names; n++) {
                            parts.add(
                                    item instanceof Value.Arr inner && n < inner.items.size()
                                            ? inner.items.get(n)
                                            : Value.UNDEFINED);
                        }
                        rounds.add(parts);
                    }
                }
            }
            case Value.Str str
            when names == 1 ->
                str.value().chars().forEach(c -> rounds.add(List.of(Value.of(Character.toString((char) c)))));
            case Value.Obj obj
            when names == 2 -> obj.fields.forEach((key, value) -> rounds.add(List.of(Value.of(key), value)));
            case Value.Obj _
            when names > 2 ->
                throw run.wrong("a record in {% for %} with " + names + " names (expected: two, key and value)");
            default -> {
                // like Nunjucks: what cannot be walked is empty
            }
        }
        run.charge(rounds.size());
        return rounds;
    }

    private static Value loop(int index, int length) {
        Map<String, Value> fields = new LinkedHashMap<>();
        fields.put("index", Value.of(index + 1.0));
        fields.put("index0", Value.of((double) index));
        fields.put("revindex", Value.of((double) length - index));
        fields.put("revindex0", Value.of(length - index - 1.0));
        fields.put("first", Value.of(index == 0));
        fields.put("last", Value.of(index == length - 1));
        fields.put("length", Value.of((double) length));
        return new Value.Obj(fields);
    }

    private void assign(Stmt.Assign assign, Frame frame) {
        run.at(assign.place());
        Value value =
                assign.value() == null ? Value.of(text(assign.body(), frame)) : evaluator.value(assign.value(), frame);
        assign.names().forEach(name -> frame.assign(name, value));
    }

    private Value.Fn macro(List<Stmt.Parameter> parameters, List<Stmt> body, Frame scope, Value.@Nullable Fn caller) {
        return call -> {
            run.enter();
            Frame frame = new Frame(scope);
            if (caller != null) {
                frame.define("caller", caller);
            }
            bind(parameters, call, frame);
            String text = text(body, frame);
            run.leave();
            return new Value.Str(text, true);
        };
    }

    private void bind(List<Stmt.Parameter> parameters, Value.Call call, Frame frame) {
        for (int i = 0; i < parameters.size(); i++) {
            Stmt.Parameter parameter = parameters.get(i);
            Value value = call.at(i, parameter.name());
            if (value == Value.UNDEFINED && parameter.byDefault() != null) {
                value = evaluator.value(parameter.byDefault(), frame);
            }
            frame.define(parameter.name(), value);
        }
        Value caller = call.named().get("caller");
        if (caller != null) {
            frame.define("caller", caller);
        }
    }

    private Value callBlock(Stmt.CallBlock block, Frame frame) {
        run.at(block.place());
        Value.Fn caller = macro(block.parameters(), block.body(), frame, null);
        Value target = evaluator.value(block.call().target(), frame);
        if (!(target instanceof Value.Fn function)) {
            throw run.wrong("{% call %} needs a macro (expected: one that was defined before)");
        }
        Value.Call arguments = evaluator.arguments(block.call().arguments(), frame);
        Map<String, Value> named = new LinkedHashMap<>(arguments.named());
        named.put("caller", caller);
        return function.call(new Value.Call(run, arguments.positional(), named));
    }
}
