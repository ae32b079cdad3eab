package dev.polder.portal.scaffolder.expression;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A piece of a template as it was read. */
sealed interface Stmt {

    record Text(String text) implements Stmt {}

    record Output(Place place, Expr expression) implements Stmt {}

    record If(Place place, List<Branch> branches, List<Stmt> otherwise) implements Stmt {}

    record Branch(Expr condition, List<Stmt> body) {}

    record For(Place place, List<String> names, Expr items, List<Stmt> body, List<Stmt> otherwise) implements Stmt {}

    /** {@code set a, b = value}, or {@code set a}…{@code endset} when the value is null. */
    record Assign(Place place, List<String> names, @Nullable Expr value, List<Stmt> body) implements Stmt {}

    record Macro(Place place, String name, List<Parameter> parameters, List<Stmt> body) implements Stmt {}

    record Parameter(String name, @Nullable Expr byDefault) {}

    /** {@code call f()}…{@code endcall}: the body is what {@code caller()} gives. */
    record CallBlock(Place place, Expr.Invoke call, List<Parameter> parameters, List<Stmt> body) implements Stmt {}

    record FilterBlock(Place place, String name, Expr.Arguments arguments, List<Stmt> body) implements Stmt {}

    record Switch(Place place, Expr subject, List<Case> cases, List<Stmt> otherwise) implements Stmt {}

    record Case(Expr value, List<Stmt> body) {}

    record Block(Place place, List<Stmt> body) implements Stmt {}
}
