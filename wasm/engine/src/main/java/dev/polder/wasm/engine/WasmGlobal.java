package dev.polder.wasm.engine;

/** A global of a number type. */
public non-sealed interface WasmGlobal extends WasmExtern {

    @Override
    GlobalType type();

    /** Its value in raw form, as in {@link WasmFunction}. */
    long get();

    /**
     * Sets its value in raw form.
     *
     * @throws dev.polder.kernel.model.Problem INVALID when it is not mutable
     */
    void set(long raw);
}
