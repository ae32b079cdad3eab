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

    /**
     * A type with numbers.
     *
     * @param resources what the numbers stand for: in the order in which parameters and result mention them, each once
     */
    record Canonical(FuncType type, List<ResourceType> resources) {}

    static Canonical canonical(FuncType type) {
        ResourcePlaceholders self = new ResourcePlaceholders();
        FuncType canonical = new FuncType(
                type.params().stream()
                        .map(p -> new FuncType.Param(p.name(), self.of(p.type())))
                        .toList(),
                type.result().map(self::of),
                type.async());
        return new Canonical(canonical, List.copyOf(self.met));
    }

    private ValType of(ValType type) {
        ValType mapped = known.get(type);
        if (mapped == null) {
            mapped = Handles.any(type, ResourcePlaceholders::isHandle) ? map(type) : type;
            known.put(type, mapped);
        }
        return mapped;
    }

    private static boolean isHandle(ValType type) {
        return type instanceof ValType.Own || type instanceof ValType.Borrow;
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
            case ValType.StreamOf s -> s;
            case ValType.FutureOf f -> f;
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
