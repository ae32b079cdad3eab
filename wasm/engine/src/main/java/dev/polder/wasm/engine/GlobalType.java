package dev.polder.wasm.engine;

/** The type of a global. */
public record GlobalType(ValueType value, boolean mutable) implements ExternType {

    @Override
    public String toString() {
        return mutable ? "global (mut " + value + ")" : "global " + value;
    }
}
