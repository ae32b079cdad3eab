package dev.polder.wasm.component;

import java.util.List;
import java.util.Optional;

/**
 * A value type of the Component Model with every index resolved; equal types are equal objects. Names are in kebab case
 * as the binary has them. Source: component-model, Explainer "Type Definitions" and Binary "Type Definitions".
 */
public sealed interface ValType {

    /** The types without parts. */
    enum Primitive implements ValType {
        BOOL,
        S8,
        U8,
        S16,
        U16,
        S32,
        U32,
        S64,
        U64,
        F32,
        F64,
        CHAR,
        STRING,
        /** Decoded, so that a component that only mentions it can be read; never lifted or lowered. */
        ERROR_CONTEXT
    }

    /** A list of any length. */
    record ListOf(ValType element) implements ValType {}

    /** Fields in order; at least one. */
    record RecordOf(List<Field> fields) implements ValType {
        public RecordOf {
            fields = List.copyOf(fields);
        }
    }

    /** A field of a record. */
    record Field(String name, ValType type) {}

    /** Unnamed fields in order; at least one. */
    record TupleOf(List<ValType> items) implements ValType {
        public TupleOf {
            items = List.copyOf(items);
        }
    }

    /** One of several cases; at least one. */
    record VariantOf(List<Case> cases) implements ValType {
        public VariantOf {
            cases = List.copyOf(cases);
        }
    }

    /** A case of a variant and what it carries. */
    record Case(String name, Optional<ValType> type) {}

    /** One of several names. */
    record EnumOf(List<String> names) implements ValType {
        public EnumOf {
            names = List.copyOf(names);
        }
    }

    /** Any of 1 to 32 names. */
    record FlagsOf(List<String> names) implements ValType {
        public FlagsOf {
            names = List.copyOf(names);
        }
    }

    record OptionOf(ValType some) implements ValType {}

    record ResultOf(Optional<ValType> ok, Optional<ValType> error) implements ValType {}

    /** A handle that is handed over. */
    record Own(ResourceType resource) implements ValType {}

    /** A handle that is lent for the length of a call. */
    record Borrow(ResourceType resource) implements ValType {}

    /** WASI 0.3; decoded, but not yet lifted or lowered. */
    record StreamOf(Optional<ValType> element) implements ValType {}

    /** WASI 0.3; decoded, but not yet lifted or lowered. */
    record FutureOf(Optional<ValType> value) implements ValType {}
}
