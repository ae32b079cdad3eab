package dev.polder.wasm.engine;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What belongs together and dies together: instances, memories, tables, globals and functions that may refer to each
 * other, under one set of limits and one deadline. Nothing of one store can be used in another.
 *
 * <p>Used by one thread at a time; {@link #cancel} alone is for any thread.
 */
public interface WasmStore extends AutoCloseable {

    WasmEngine engine();

    InstanceLimits limits();

    /** The state that host functions get from {@link HostCall#host}. */
    @Nullable
    Object host();

    /**
     * Makes an instance with these imports and runs its start function.
     *
     * @throws WasmTrap when the start function or a segment's initialisation traps
     * @throws dev.polder.kernel.model.Problem INVALID when an import is missing, of another type or of another store;
     *     TOO_LARGE when it wants more than the limits grant
     */
    WasmInstance instantiate(CompiledModule module, Imports imports);

    /**
     * The same with the imports by position: for callers that resolved the names before, once for many instances.
     *
     * @param imports one for each of {@link CompiledModule#imports}, in that order
     */
    WasmInstance instantiate(CompiledModule module, List<? extends WasmExtern> imports);

    /** A function of the host as something that instances can import. */
    WasmFunction newFunction(FunctionType type, HostFunction function);

    WasmMemory newMemory(MemoryType type);

    /** A table of null references. */
    WasmTable newTable(TableType type);

    /** A global of a number type with this first value in raw form. */
    WasmGlobal newGlobal(GlobalType type, long raw);

    /** The wall time left; zero when it is over, a very long time when there is no limit. */
    Duration remaining();

    /** Starts the wall time of the limits anew: for instances that live on and are called again. */
    void restartDeadline();

    /** Ends the guest that runs in this store, now or at its next call: it traps as {@link TrapCode#CANCELLED}. */
    void cancel();

    /** Frees everything. Must not be called while a guest of this store runs. Closing again does nothing. */
    @Override
    void close();
}
