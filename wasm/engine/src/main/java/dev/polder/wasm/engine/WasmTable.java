package dev.polder.wasm.engine;

import java.util.Optional;

/** A table of function references; other element types can be passed on to instances but not read here. */
public non-sealed interface WasmTable extends WasmExtern {

    @Override
    TableType type();

    /** Its present number of elements. */
    long size();

    /** Grows by this many null references; gives the size before, or -1 when it cannot. */
    long grow(long elements);

    /**
     * The function at an index, empty for a null reference.
     *
     * @throws WasmTrap {@link TrapCode#TABLE_OUT_OF_BOUNDS}
     */
    Optional<WasmFunction> get(long index);

    /** Sets the function at an index. */
    void set(long index, WasmFunction function);
}
