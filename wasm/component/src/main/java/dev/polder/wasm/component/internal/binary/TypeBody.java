package dev.polder.wasm.component.internal.binary;

import dev.polder.wasm.component.ValType;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** A type as the type section has it, with its indices. */
public sealed interface TypeBody {

    /** A name and a type. */
    record Labelled(String name, TypeRef type) {}

    /** A case of a variant. */
    record Case(String name, Optional<TypeRef> type) {}

    /** A type of a value. */
    sealed interface Value extends TypeBody {}

    record Primitive(ValType.Primitive type) implements Value {}

    record RecordOf(List<Labelled> fields) implements Value {}

    record Variant(List<Case> cases) implements Value {}

    record ListOf(TypeRef element) implements Value {}

    record Tuple(List<TypeRef> items) implements Value {}

    record Flags(List<String> names) implements Value {}

    record EnumOf(List<String> names) implements Value {}

    record Option(TypeRef some) implements Value {}

    record Result(Optional<TypeRef> ok, Optional<TypeRef> error) implements Value {}

    record Own(int resource) implements Value {}

    record Borrow(int resource) implements Value {}

    record Stream(Optional<TypeRef> element) implements Value {}

    record Future(Optional<TypeRef> value) implements Value {}

    record Func(List<Labelled> params, Optional<TypeRef> result, boolean async) implements TypeBody {}

    /** A resource that the component defines. */
    record Resource(OptionalInt destructor) implements TypeBody {}

    /** The type of an instance: only types, aliases and {@link Definition.Declare exports}. */
    record Instance(List<Definition> declarations) implements TypeBody {}

    /** The type of a component: that of an instance and imports. */
    record Component(List<Definition> declarations) implements TypeBody {}
}
