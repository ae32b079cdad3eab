package dev.polder.wasm.component.internal.compose;

import dev.polder.wasm.component.ResourceType;
import dev.polder.wasm.component.ValType;
import dev.polder.wasm.component.internal.binary.Encoder;
import dev.polder.wasm.component.internal.binary.Sort;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/** The type of an instance, declaration by declaration. */
final class InstanceType implements TypeSpace {

    private final ToIntFunction<ResourceType> resources;
    private final Function<ValType, OptionalInt> values;
    private final Encoder declarations = new Encoder();
    private int count;
    private int types;

    /**
     * @param resources gives the index of a resource in the component that the type stands in
     * @param values gives that of another type that has a name there, or nothing when it is of here
     */
    InstanceType(ToIntFunction<ResourceType> resources, Function<ValType, OptionalInt> values) {
        this.resources = resources;
        this.values = values;
    }

    private Encoder declaration(int kind) {
        count++;
        return declarations.octet(kind);
    }

    @Override
    public int define(byte[] body) {
        declaration(0x01).octets(body);
        return types++;
    }

    @Override
    public int name(String name, int type) {
        declaration(0x04).octet(0).name(name).octet(0x03).octet(0).number(type);
        return types++;
    }

    @Override
    public int outside(ResourceType resource) {
        return alias(resources.applyAsInt(resource));
    }

    @Override
    public OptionalInt outside(ValType type) {
        OptionalInt outer = values.apply(type);
        return outer.isPresent() ? OptionalInt.of(alias(outer.getAsInt())) : outer;
    }

    private int alias(int outer) {
        Encoder alias = declaration(0x02);
        Sort.TYPE.write(alias);
        alias.octet(0x02).number(1).number(outer);
        return types++;
    }

    /** A resource that the instance has and no other. */
    int resource(String name) {
        declaration(0x04).octet(0).name(name).octet(0x03).octet(1);
        return types++;
    }

    void function(String name, int type) {
        declaration(0x04).octet(0).name(name).octet(0x01).number(type);
    }

    /** As in the type section. */
    byte[] body() {
        return new Encoder()
                .octet(0x42)
                .number(count)
                .octets(declarations.bytes())
                .bytes();
    }
}
