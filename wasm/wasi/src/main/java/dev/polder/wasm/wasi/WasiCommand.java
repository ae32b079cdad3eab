package dev.polder.wasm.wasi;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.engine.CompiledModule;
import dev.polder.wasm.engine.DormantModule;
import dev.polder.wasm.engine.InstanceLimits;
import dev.polder.wasm.engine.LinkedModule;
import dev.polder.wasm.engine.WasmInstance;
import java.util.Optional;

/** A program: a module that exports {@code _start}, linked to WASI once and run as often as wanted. For any thread. */
public final class WasiCommand {

    private final LinkedModule linked;

    private WasiCommand(LinkedModule linked) {
        this.linked = linked;
    }

    /**
     * Links a compiled module to WASI.
     *
     * @throws Problem INVALID when it exports no {@code _start} or imports what WASI 0.1 does not have
     */
    public static WasiCommand of(CompiledModule module) {
        if (module.export("_start").isEmpty()) {
            throw Problem.invalid(
                    "WASI command: the module exports no \"_start\" (expected: a program, not a library)");
        }
        return new WasiCommand(module.link(Wasi.functions()));
    }

    /** Frees the module that it was made of, at once; by whoever compiled it for this, when no program of it runs. */
    public void close() {
        linked.close();
        linked.module().release();
    }

    /** What is enough to have its module again after it was closed. */
    public Optional<DormantModule> dormant() {
        return linked.module().dormant();
    }

    /**
     * Runs the program in a fresh instance on the calling thread, which should be one of a {@link
     * dev.polder.wasm.engine.GuestExecutor}.
     *
     * @return its exit code: 0 when it returns from {@code _start}, else what it gave to {@code proc_exit}
     * @throws dev.polder.wasm.engine.WasmTrap when it traps or runs past its deadline
     * @throws Problem TOO_LARGE when its output passes a limit, or its memory does so from the start; a memory that cannot
     *     grow is the program's to handle
     */
    public int run(WasiConfig config, InstanceLimits limits) {
        try (WasiState state = new WasiState(config);
                WasmInstance instance = instantiate(state, limits)) {
            return start(instance);
        }
    }

    /**
     * A fresh instance, for those who want to end it while it runs; its store is made for it and closed with it.
     *
     * @throws dev.polder.wasm.engine.WasmTrap when its start function traps
     * @throws Problem TOO_LARGE when it wants more than the limits grant
     */
    public WasmInstance instantiate(WasiState state, InstanceLimits limits) {
        return linked.instantiate(limits, state);
    }

    /** Runs an instance once; gives its exit code as {@link #run} does. */
    public static int start(WasmInstance instance) {
        try {
            instance.call("_start");
            return 0;
        } catch (GuestExit exit) {
            return exit.code();
        }
    }
}
