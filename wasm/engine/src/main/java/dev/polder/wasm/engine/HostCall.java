package dev.polder.wasm.engine;

import java.time.Duration;

/**
 * One call of a guest to the host: raw arguments in, raw results out, nothing boxed. Valid until the host function
 * returns, on its thread only. Reading an argument after a result was set gives no defined value.
 */
public interface HostCall {

    /** Argument {@code index} as the 64 bits of its slot: i32 sign-extended, f32 and f64 as their bits. */
    long raw(int index);

    default int i32(int index) {
        return (int) raw(index);
    }

    /** An i32 argument as the unsigned number that it is as an address or a size. */
    default long u32(int index) {
        return raw(index) & 0xFFFF_FFFFL;
    }

    default long i64(int index) {
        return raw(index);
    }

    default float f32(int index) {
        return Float.intBitsToFloat((int) raw(index));
    }

    default double f64(int index) {
        return Double.longBitsToDouble(raw(index));
    }

    /** Sets result {@code index} by the 64 bits of its slot. */
    void result(int index, long raw);

    default void returnI32(int value) {
        result(0, value);
    }

    default void returnI64(long value) {
        result(0, value);
    }

    default void returnF32(float value) {
        result(0, Float.floatToRawIntBits(value));
    }

    default void returnF64(double value) {
        result(0, Double.doubleToRawLongBits(value));
    }

    /**
     * The memory that the calling instance exports as {@code memory}.
     *
     * @throws WasmTrap when it exports none
     */
    WasmMemory memory();

    /** The store of the calling instance. */
    WasmStore store();

    /**
     * The state of this guest, as given when its store was made.
     *
     * @throws ClassCastException when the store was made with something else
     */
    default <T> T host(Class<T> type) {
        Object host = store().host();
        if (host == null) {
            throw new ClassCastException("the store has no host state (expected: " + type.getName() + ")");
        }
        return type.cast(host);
    }

    /** The wall time that this guest has left; zero when it is over. A host function that waits, waits no longer. */
    default Duration remaining() {
        return store().remaining();
    }
}
