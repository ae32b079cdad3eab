package dev.polder.wasm.component.internal.plan;

import dev.polder.wasm.component.FuncType;
import dev.polder.wasm.component.ValType;
import dev.polder.wasm.component.internal.binary.Refusal;
import java.util.List;
import java.util.Optional;

/** What a function's type asks of the options of its lift or lower. (component-model, CanonicalABI "Flattening".) */
final class Flat {

    private static final int MAX_PARAMS = 16;
    private static final int MAX_RESULTS = 1;

    private Flat() {}

    /** Whether memory is needed, either way. */
    static boolean needsMemory(FuncType type) {
        return paramsInMemory(type) || resultsInMemory(type) || count(type.result()) > MAX_RESULTS;
    }

    /** Whether the callee has to be given room for arguments. */
    static boolean paramsInMemory(FuncType type) {
        long flat = 0;
        for (FuncType.Param param : type.params()) {
            if (pointers(param.type())) {
                return true;
            }
            flat += count(param.type());
        }
        return flat > MAX_PARAMS;
    }

    /** Whether the caller has to be given room for parts of the result. */
    static boolean resultsInMemory(FuncType type) {
        return type.result().isPresent() && pointers(type.result().get());
    }

    private static boolean pointers(ValType type) {
        return switch (type) {
            case ValType.Primitive p -> p == ValType.Primitive.STRING;
            case ValType.ListOf l -> true;
            case ValType.RecordOf r -> r.fields().stream().anyMatch(f -> pointers(f.type()));
            case ValType.TupleOf t -> t.items().stream().anyMatch(Flat::pointers);
            case ValType.VariantOf v ->
                v.cases().stream().anyMatch(c -> c.type().filter(Flat::pointers).isPresent());
            case ValType.OptionOf o -> pointers(o.some());
            case ValType.ResultOf r ->
                r.ok().filter(Flat::pointers).isPresent()
                        || r.error().filter(Flat::pointers).isPresent();
            case ValType.EnumOf e -> false;
            case ValType.FlagsOf f -> false;
            case ValType.Own o -> false;
            case ValType.Borrow b -> false;
            case ValType.StreamOf s -> false;
            case ValType.FutureOf f -> false;
        };
    }

    private static int count(Optional<ValType> type) {
        return type.isPresent() ? count(type.get()) : 0;
    }

    /** Core values that a value becomes. */
    private static int count(ValType type) {
        return switch (type) {
            case ValType.Primitive p -> p == ValType.Primitive.STRING ? 2 : 1;
            case ValType.ListOf l -> 2;
            case ValType.RecordOf r ->
                r.fields().stream().mapToInt(f -> count(f.type())).sum();
            case ValType.TupleOf t -> t.items().stream().mapToInt(Flat::count).sum();
            case ValType.VariantOf v ->
                1 + v.cases().stream().mapToInt(c -> count(c.type())).max().orElse(0);
            case ValType.OptionOf o -> 1 + count(o.some());
            case ValType.ResultOf r -> 1 + Math.max(count(r.ok()), count(r.error()));
            case ValType.EnumOf e -> 1;
            case ValType.FlagsOf f -> 1;
            case ValType.Own o -> 1;
            case ValType.Borrow b -> 1;
            case ValType.StreamOf s -> 1;
            case ValType.FutureOf f -> 1;
        };
    }

    /** Refuses what is not lifted or lowered yet, by name. */
    static void checkRuns(FuncType type, int offset) {
        if (type.async()) {
            throw Refusal.unsupported(offset, "an async function (WASI 0.3)");
        }
        type.params().forEach(p -> checkRuns(p.type(), offset));
        type.result().ifPresent(r -> checkRuns(r, offset));
    }

    private static void checkRuns(ValType type, int offset) {
        switch (type) {
            case ValType.Primitive p -> {
                if (p == ValType.Primitive.ERROR_CONTEXT) {
                    throw Refusal.unsupported(offset, "error contexts (WASI 0.3)");
                }
            }
            case ValType.StreamOf s -> throw Refusal.unsupported(offset, "streams of the component model (WASI 0.3)");
            case ValType.FutureOf f -> throw Refusal.unsupported(offset, "futures of the component model (WASI 0.3)");
            case ValType.ListOf l -> checkRuns(l.element(), offset);
            case ValType.RecordOf r -> r.fields().forEach(f -> checkRuns(f.type(), offset));
            case ValType.TupleOf t -> t.items().forEach(i -> checkRuns(i, offset));
            case ValType.VariantOf v -> v.cases().forEach(c -> c.type().ifPresent(p -> checkRuns(p, offset)));
            case ValType.OptionOf o -> checkRuns(o.some(), offset);
            case ValType.ResultOf r ->
                List.of(r.ok(), r.error()).forEach(side -> side.ifPresent(p -> checkRuns(p, offset)));
            case ValType.EnumOf e -> {}
            case ValType.FlagsOf f -> {}
            case ValType.Own o -> {}
            case ValType.Borrow b -> {}
        }
    }
}
