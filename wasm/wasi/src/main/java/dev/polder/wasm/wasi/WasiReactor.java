package dev.polder.wasm.wasi;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.engine.CompiledModule;
import dev.polder.wasm.engine.InstanceLimits;
import dev.polder.wasm.engine.LinkedModule;
import dev.polder.wasm.engine.WasmInstance;

/**
 * A library for WASI 0.1, what its specification calls a reactor: a module whose functions are called by the host, any
 * number of times, and which keeps what it has between them. Immutable, for any thread.
 *
 * <p>Source: the application ABI of WASI 0.1.
 */
public final class WasiReactor {

    private static final String INITIALIZE = "_initialize";

    private final LinkedModule linked;

    private WasiReactor(LinkedModule linked) {
        this.linked = linked;
    }

    /**
     * Links a compiled module to WASI.
     *
     * @throws Problem INVALID when it exports {@code _start} or imports what WASI 0.1 does not have
     */
    public static WasiReactor of(CompiledModule module) {
        if (module.export("_start").isPresent()) {
            throw Problem.invalid(
                    "WASI reactor: the module exports \"_start\" (expected: a library; a program is a WasiCommand)");
        }
        return new WasiReactor(module.link(Wasi.functions()));
    }

    /** Frees the module that it was made of, at once; by whoever compiled it for this, when no instance of it is there. */
    public void close() {
        linked.close();
        linked.module().release();
    }

    /**
     * A fresh instance, initialized where the module wants to be: its other exports may be called from now on. For one thread,
     * which should be one of a {@link dev.polder.wasm.engine.GuestExecutor}; closed by the caller, before the state. An export
     * that ends the program throws {@link GuestExit}, and the instance is good for nothing then.
     *
     * @throws dev.polder.wasm.engine.WasmTrap when its start function or its initialization traps
     * @throws Problem TOO_LARGE when it wants more than the limits grant
     */
    public WasmInstance instantiate(WasiState state, InstanceLimits limits) {
        WasmInstance instance = linked.instantiate(limits, state);
        try {
            if (linked.module().export(INITIALIZE).isPresent()) {
                instance.call(INITIALIZE);
            }
            return instance;
        } catch (RuntimeException e) {
            instance.close();
            throw e;
        }
    }
}
