package dev.polder.portal.scaffolder.expression;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An expression as it was read. */
sealed interface Expr {

    Place place();

    record Literal(Place place, Value value) implements Expr {}

    record Name(Place place, String name) implements Expr {}

    record ListOf(Place place, List<Expr> items) implements Expr {}

    /** Parentheses; with commas only the last value counts. */
    record Group(Place place, List<Expr> items) implements Expr {}

    record Dict(Place place, List<Pair> pairs) implements Expr {}

    record Pair(Expr key, Expr value) {}

    record Lookup(Place place, Expr target, Expr key) implements Expr {}

    record Slice(
            Place place,
            Expr target,
            @Nullable Expr start,
            @Nullable Expr stop,
            @Nullable Expr step) implements Expr {}

    record Invoke(Place place, Expr target, Arguments arguments) implements Expr {}

    record Filter(Place place, Expr input, String name, Arguments arguments) implements Expr {}

    record Is(Place place, Expr input, String test, Arguments arguments) implements Expr {}

    record Unary(Place place, String operator, Expr operand) implements Expr {}

    record Binary(Place place, String operator, Expr left, Expr right) implements Expr {}

    record InlineIf(
            Place place,
            Expr condition,
            Expr then,
            @Nullable Expr otherwise) implements Expr {}

    /** What stands between the parentheses of a call. */
    record Arguments(List<Expr> positional, Map<String, Expr> named) {
        static final Arguments NONE = new Arguments(List.of(), Map.of());
    }
}
