package dev.polder.wasm.component.internal.abi;

import dev.polder.wasm.component.ResourceType;
import dev.polder.wasm.component.ValType;
import java.util.List;
import java.util.Optional;

/** How one type of WIT meets one type of Java: what the code that passes values is generated from. */
sealed interface TypeMatch {

    ValType type();

    /** The class of the value, primitive or not. */
    Class<?> java();

    /** Numbers, booleans and characters, as primitive or boxed. */
    record Primitive(ValType.Primitive type, Class<?> java) implements TypeMatch {}

    record Text(ValType type, Class<?> java) implements TypeMatch {}

    /**
     * A list that is copied in one piece.
     *
     * @param load the method of {@link Numbers} that reads it
     * @param store the method of {@link Numbers} that writes it
     */
    record Numeric(ValType type, Class<?> java, String load, String store) implements TypeMatch {}

    record Items(ValType type, Class<?> java, TypeMatch element) implements TypeMatch {}

    /**
     * A record or tuple as a Java record.
     *
     * @param accessors names of the accessors
     * @param erased classes of the components as the constructor has them
     */
    record Fields(ValType type, Class<?> java, List<TypeMatch> fields, List<String> accessors, List<Class<?>> erased)
            implements TypeMatch {}

    /** A case of a variant: a record with the payload or without any component. */
    record Case(Class<?> java, Optional<TypeMatch> payload, Optional<String> accessor, Optional<Class<?>> erased) {}

    record Cases(ValType type, Class<?> java, List<Case> cases) implements TypeMatch {}

    /**
     * An enum.
     *
     * @param constants of the Java enum, in the order of WIT
     */
    record Names(ValType type, Class<?> java, List<? extends Enum<?>> constants) implements TypeMatch {}

    record Flags(ValType.FlagsOf type, Class<?> java) implements TypeMatch {}

    record Option(ValType type, Class<?> java, TypeMatch some) implements TypeMatch {}

    record Outcome(ValType type, Class<?> java, Optional<TypeMatch> ok, Optional<TypeMatch> error)
            implements TypeMatch {}

    /**
     * A handle.
     *
     * @param number of the resource type in the signature
     * @param host whether the host implements it
     */
    record Handle(ValType type, Class<?> java, ResourceType resource, int number, boolean own, boolean host)
            implements TypeMatch {}
}
