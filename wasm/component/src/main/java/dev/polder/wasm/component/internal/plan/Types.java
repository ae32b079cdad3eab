package dev.polder.wasm.component.internal.plan;

import dev.polder.wasm.component.ComponentLimits;
import dev.polder.wasm.component.FuncType;
import dev.polder.wasm.component.ValType;
import dev.polder.wasm.component.internal.binary.Refusal;
import dev.polder.wasm.component.internal.binary.Sort;
import dev.polder.wasm.component.internal.binary.TypeBody;
import dev.polder.wasm.component.internal.binary.TypeRef;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Resolves the indices in one value or function type; counts its parts, so that sharing cannot blow up later. */
final class Types {

    private final Scope scope;
    private final ComponentLimits limits;
    private final int offset;
    private long size = 1;
    private int depth;
    private boolean borrows;

    private Types(Scope scope, ComponentLimits limits, int offset) {
        this.scope = scope;
        this.limits = limits;
        this.offset = offset;
    }

    static Item.Value value(TypeBody.Value body, Scope scope, ComponentLimits limits, int offset) {
        Types types = new Types(scope, limits, offset);
        ValType type = types.value(body);
        return new Item.Value(type, (int) types.size, types.depth + 1, types.borrows);
    }

    static Item.Func function(TypeBody.Func body, Scope scope, ComponentLimits limits, int offset) {
        Types types = new Types(scope, limits, offset);
        List<FuncType.Param> params = new ArrayList<>();
        for (TypeBody.Labelled param : body.params()) {
            params.add(new FuncType.Param(param.name(), types.part(param.type())));
        }
        types.borrows = false;
        Optional<ValType> result = body.result().map(types::part);
        if (types.borrows) {
            throw Refusal.invalid(offset, "a borrowed handle in the result of a function (expected: own)");
        }
        return new Item.Func(new FuncType(params, result, body.async()), (int) types.size);
    }

    private ValType value(TypeBody.Value body) {
        return switch (body) {
            case TypeBody.Primitive p -> p.type();
            case TypeBody.RecordOf r ->
                new ValType.RecordOf(r.fields().stream()
                        .map(f -> new ValType.Field(f.name(), part(f.type())))
                        .toList());
            case TypeBody.Variant v ->
                new ValType.VariantOf(v.cases().stream()
                        .map(c -> new ValType.Case(c.name(), c.type().map(this::part)))
                        .toList());
            case TypeBody.ListOf l -> new ValType.ListOf(part(l.element()));
            case TypeBody.Tuple t ->
                new ValType.TupleOf(t.items().stream().map(this::part).toList());
            case TypeBody.Flags f -> new ValType.FlagsOf(named(f.names()));
            case TypeBody.EnumOf e -> new ValType.EnumOf(named(e.names()));
            case TypeBody.Option o -> new ValType.OptionOf(part(o.some()));
            case TypeBody.Result r ->
                new ValType.ResultOf(r.ok().map(this::part), r.error().map(this::part));
            case TypeBody.Own o -> new ValType.Own(resource(o.resource()));
            case TypeBody.Borrow b -> {
                borrows = true;
                yield new ValType.Borrow(resource(b.resource()));
            }
            case TypeBody.Stream s -> new ValType.StreamOf(s.element().map(this::owned));
            case TypeBody.Future f -> new ValType.FutureOf(f.value().map(this::owned));
        };
    }

    private List<String> named(List<String> names) {
        grow(names.size());
        return names;
    }

    private void grow(long parts) {
        size += parts;
        if (size > limits.typeSize()) {
            throw Refusal.tooLarge(offset, "type of " + size + " parts (expected: at most " + limits.typeSize() + ")");
        }
    }

    private ValType part(TypeRef reference) {
        ValType.Primitive primitive = reference.primitive();
        if (primitive != null) {
            grow(1);
            return primitive;
        }
        Item.Value value = scope.get(Sort.TYPE, reference.index(), offset, Item.Value.class, "the type of a value");
        grow(value.size());
        depth = Math.max(depth, value.depth());
        if (depth >= limits.typeDepth()) {
            throw Refusal.tooLarge(
                    offset, "type of " + (depth + 1) + " levels (expected: at most " + limits.typeDepth() + ")");
        }
        borrows |= value.borrows();
        return value.type();
    }

    private ValType owned(TypeRef reference) {
        boolean before = borrows;
        borrows = false;
        ValType type = part(reference);
        if (borrows) {
            throw Refusal.invalid(offset, "a borrowed handle in a stream or future (expected: own)");
        }
        borrows = before;
        return type;
    }

    private dev.polder.wasm.component.ResourceType resource(int index) {
        return scope.get(Sort.TYPE, index, offset, Item.Resource.class, "a resource")
                .type();
    }
}
