package dev.polder.wasm.component.internal.compose;

import dev.polder.wasm.component.ResourceType;
import dev.polder.wasm.component.ValType;
import java.util.OptionalInt;

/** An index space of types that grows: that of a component, or of the type of an instance. */
interface TypeSpace {

    /**
     * Adds a type.
     *
     * @param body as in the type section
     */
    int define(byte[] body);

    /** Gives a type a name; it is another index from then on. */
    int name(String name, int type);

    /** Gets a resource of elsewhere. */
    int outside(ResourceType resource);

    /**
     * Gets a type that has to have a name wherever it is used: a record, a variant, an enum or flags.
     *
     * @return empty when it is of here, and is defined
     */
    OptionalInt outside(ValType type);
}
