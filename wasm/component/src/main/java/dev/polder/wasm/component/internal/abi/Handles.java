package dev.polder.wasm.component.internal.abi;

import dev.polder.wasm.component.ValType;
import java.util.Optional;
import java.util.function.Predicate;

/** What types contain. */
final class Handles {

    private Handles() {}

    /** Whether a type, or one inside it, is such a one. */
    static boolean any(ValType type, Predicate<ValType> such) {
        return such.test(type)
                || switch (type) {
                    case ValType.ListOf l -> any(l.element(), such);
                    case ValType.RecordOf r -> r.fields().stream().anyMatch(f -> any(f.type(), such));
                    case ValType.TupleOf t -> t.items().stream().anyMatch(i -> any(i, such));
                    case ValType.VariantOf v -> v.cases().stream().anyMatch(c -> any(c.type(), such));
                    case ValType.OptionOf o -> any(o.some(), such);
                    case ValType.ResultOf r -> any(r.ok(), such) || any(r.error(), such);
                    default -> false;
                };
    }

    private static boolean any(Optional<ValType> type, Predicate<ValType> such) {
        return type.isPresent() && any(type.get(), such);
    }

    /** Whether passing it takes memory or handles, and not only numbers. */
    static boolean needsContext(ValType type) {
        return any(
                type,
                t -> t instanceof ValType.Own
                        || t instanceof ValType.Borrow
                        || t instanceof ValType.ListOf
                        || t == ValType.Primitive.STRING);
    }
}
