package dev.polder.wasm.engine;

/**
 * A function in a store. Arguments and results are raw slots of 64 bits: an i32 in the low half (a result comes
 * sign-extended), f32 and f64 as their bits.
 */
public non-sealed interface WasmFunction extends WasmExtern {

    @Override
    FunctionType type();

    /**
     * Calls it.
     *
     * @param args one slot a parameter
     * @return one slot a result
     * @throws WasmTrap when the guest traps, runs past its deadline or was cancelled
     * @throws dev.polder.kernel.model.Problem UNSUPPORTED when its type has something else than numbers
     * @throws RuntimeException what a host function threw on the way, as it is
     */
    long[] call(long... args);

    /**
     * Calls it without an object: arguments are taken from the first slots, results are left there. The other slots keep
     * no defined value.
     *
     * @param slots at least {@link FunctionType#slots}
     * @throws WasmTrap as {@link #call}; the other errors too
     */
    void callSlots(long[] slots);

    /** Calls a function of one i32 result, or none (then 0). */
    default int callI32(long... args) {
        long[] results = call(args);
        return results.length == 0 ? 0 : (int) results[0];
    }
}
