package dev.polder.wasm.component.internal.compose;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.component.FuncType;
import dev.polder.wasm.component.ResourceType;
import dev.polder.wasm.component.ValType;
import dev.polder.wasm.component.internal.binary.Encoder;
import dev.polder.wasm.component.internal.binary.TypeRef;
import dev.polder.wasm.component.internal.plan.Item;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** Writes types without indices into an index space, each once. */
final class TypeWriter {

    private final TypeSpace space;
    private final Map<ValType, Integer> values = new HashMap<>();
    private final Map<ResourceType, Integer> resources = new HashMap<>();

    /** Those with a name: methods belong to the first, whatever other names there are for the same. */
    private final Set<ResourceType> named = new HashSet<>();

    TypeWriter(TypeSpace space) {
        this.space = space;
    }

    /** A resource that has a name and an index already. */
    void resource(ResourceType resource, int index) {
        named.add(resource);
        resources.put(resource, index);
    }

    /** Adds a type by its name, which what comes after it then refers to; gives its index. */
    int named(String name, Item.Type type) {
        return switch (type) {
            case Item.Resource r -> {
                int index = space.name(name, index(r.type()));
                if (named.add(r.type())) {
                    resources.put(r.type(), index);
                }
                yield index;
            }
            case Item.Value v -> {
                int index = space.name(name, defined(v.type()));
                values.put(v.type(), index);
                yield index;
            }
            case Item.Func f -> space.name(name, function(f.type()));
            case Item.Shape _ ->
                throw Problem.invalid(
                        "\"" + name + "\" is the type of an instance or a component (expected: of a value)");
        };
    }

    int function(FuncType type) {
        Encoder out = new Encoder()
                .octet(type.async() ? 0x43 : 0x40)
                .number(type.params().size());
        for (FuncType.Param param : type.params()) {
            reference(out.name(param.name()), param.type());
        }
        if (type.result().isPresent()) {
            reference(out.octet(0), type.result().get());
        } else {
            out.octet(1).octet(0);
        }
        return space.define(out.bytes());
    }

    /** The index of a resource. */
    int index(ResourceType resource) {
        Integer known = resources.get(resource);
        if (known == null) {
            known = space.outside(resource);
            resources.put(resource, known);
        }
        return known;
    }

    /** The index of a type of values. */
    int defined(ValType type) {
        Integer known = values.get(type);
        if (known == null) {
            OptionalInt outside = isNominal(type) ? space.outside(type) : OptionalInt.empty();
            known = outside.isPresent() ? outside.getAsInt() : space.define(body(type));
            values.put(type, known);
        }
        return known;
    }

    /** Whether it has to have a name wherever it is used. */
    static boolean isNominal(ValType type) {
        return type instanceof ValType.RecordOf
                || type instanceof ValType.VariantOf
                || type instanceof ValType.EnumOf
                || type instanceof ValType.FlagsOf;
    }

    private void reference(Encoder out, ValType type) {
        if (type instanceof ValType.Primitive primitive) {
            out.octet(TypeRef.code(primitive));
        } else {
            out.signed(defined(type));
        }
    }

    private void reference(Encoder out, Optional<ValType> type) {
        out.octet(type.isPresent() ? 1 : 0);
        type.ifPresent(it -> reference(out, it));
    }

    /** As in the type section. */
    byte[] body(ValType type) {
        Encoder out = new Encoder();
        switch (type) {
            case ValType.Primitive p -> out.octet(TypeRef.code(p));
            case ValType.RecordOf r -> {
                out.octet(0x72).number(r.fields().size());
                r.fields().forEach(field -> reference(out.name(field.name()), field.type()));
            }
            case ValType.VariantOf v -> {
                out.octet(0x71).number(v.cases().size());
                for (ValType.Case one : v.cases()) {
                    reference(out.name(one.name()), one.type());
                    out.octet(0);
                }
            }
            case ValType.ListOf l -> reference(out.octet(0x70), l.element());
            case ValType.TupleOf t -> {
                out.octet(0x6f).number(t.items().size());
                t.items().forEach(item -> reference(out, item));
            }
            case ValType.FlagsOf f -> names(out.octet(0x6e), f.names());
            case ValType.EnumOf e -> names(out.octet(0x6d), e.names());
            case ValType.OptionOf o -> reference(out.octet(0x6b), o.some());
            case ValType.ResultOf r -> {
                reference(out.octet(0x6a), r.ok());
                reference(out, r.error());
            }
            case ValType.Own o -> out.octet(0x69).number(index(o.resource()));
            case ValType.Borrow b -> out.octet(0x68).number(index(b.resource()));
            case ValType.StreamOf s -> reference(out.octet(0x66), s.element());
            case ValType.FutureOf f -> reference(out.octet(0x65), f.value());
        }
        return out.bytes();
    }

    private static void names(Encoder out, List<String> names) {
        out.number(names.size());
        names.forEach(out::name);
    }
}
