package dev.polder.wasm.component.internal.abi;

import dev.polder.wasm.component.FuncType;
import dev.polder.wasm.component.ResourceType;
import dev.polder.wasm.component.ValType;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;

/**
 * Puts numbers in place of resource types: two types that differ in nothing else become equal. Used as a key for
 * generated classes, which refer to resource types by number.
 */
final class ResourcePlaceholders {

    private static final List<ResourceType> PLACEHOLDERS = new ArrayList<>();

    private final List<ResourceType> met = new ArrayList<>();
    private final IdentityHashMap<ValType, ValType> known = new IdentityHashMap<>();

    private ResourcePlaceholders() {}

    static FuncType canonical(FuncType type) {
        ResourcePlaceholders self = new ResourcePlaceholders();
        return new FuncType(
                type.params().stream()
                        .map(p -> new FuncType.Param(p.name(), self.of(p.type())))
                        .toList(),
                type.result().map(self::of),
                type.async());
    }

    private ValType of(ValType type) {
        ValType mapped = known.get(type);
        if (mapped == null) {
            mapped = map(type);
            known.put(type, mapped);
        }
        return mapped;
    }

    private ValType map(ValType type) {
        return switch (type) {
            case ValType.Primitive p -> p;
            case ValType.ListOf l -> new ValType.ListOf(of(l.element()));
            case ValType.RecordOf r ->
                new ValType.RecordOf(r.fields().stream()
                        .map(f -> new ValType.Field(f.name(), of(f.type())))
                        .toList());
            case ValType.TupleOf t ->
                new ValType.TupleOf(t.items().stream().map(this::of).toList());
            case ValType.VariantOf v ->
                new ValType.VariantOf(v.cases().stream()
                        .map(c -> new ValType.Case(c.name(), c.type().map(this::of)))
                        .toList());
            case ValType.EnumOf e -> e;
            case ValType.FlagsOf f -> f;
            case ValType.OptionOf o -> new ValType.OptionOf(of(o.some()));
            case ValType.ResultOf r ->
                new ValType.ResultOf(r.ok().map(this::of), r.error().map(this::of));
            case ValType.Own o -> new ValType.Own(placeholder(o.resource()));
            case ValType.Borrow b -> new ValType.Borrow(placeholder(b.resource()));
            case ValType.StreamOf s -> new ValType.StreamOf(s.element().map(this::of));
            case ValType.FutureOf f -> new ValType.FutureOf(f.value().map(this::of));
        };
    }

    private ResourceType placeholder(ResourceType type) {
        int index = met.indexOf(type);
        if (index < 0) {
            index = met.size();
            met.add(type);
        }
        synchronized (PLACEHOLDERS) {
            while (PLACEHOLDERS.size() <= index) {
                PLACEHOLDERS.add(new ResourceType("#" + PLACEHOLDERS.size()));
            }
            return PLACEHOLDERS.get(index);
        }
    }
}
