package dev.polder.wasm.engine;

/** The type of a value. */
public enum ValueType {
    I32,
    I64,
    F32,
    F64,
    V128,
    FUNCREF,
    EXTERNREF;

    /** Whether it fits into one slot of 64 bits and means the same on every engine. */
    public boolean isNumber() {
        return this == I32 || this == I64 || this == F32 || this == F64;
    }

    /** As in the text format. */
    @Override
    public String toString() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
