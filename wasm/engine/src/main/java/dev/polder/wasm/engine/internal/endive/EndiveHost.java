package dev.polder.wasm.engine.internal.endive;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.engine.FunctionType;
import dev.polder.wasm.engine.HostCall;
import dev.polder.wasm.engine.HostFunctions;
import dev.polder.wasm.engine.TrapCode;
import dev.polder.wasm.engine.WasmMemory;
import dev.polder.wasm.engine.WasmStore;
import dev.polder.wasm.engine.WasmTrap;
import dev.polder.wasm.engine.internal.GuestStack;
import java.util.List;
import run.endive.runtime.ImportFunction;
import run.endive.runtime.Instance;
import run.endive.wasm.InvalidException;

/** One call of a guest, over Endive's argument and result arrays. */
final class EndiveHost implements HostCall {

    private final EndiveStore store;
    private final Instance caller;
    private final long[] args;
    private final long[] results;

    private EndiveHost(EndiveStore store, Instance caller, long[] args, int results) {
        this.store = store;
        this.caller = caller;
        this.args = args;
        this.results = new long[results];
    }

    /** A host function as an import. It finds its store by the thread, so it serves all instances. */
    static ImportFunction importFunction(String module, String name, HostFunctions.Definition definition) {
        FunctionType type = definition.type();
        int results = type.results().size();
        return new ImportFunction(module, name, EndiveTypes.of(type), (caller, args) -> {
            if (!(GuestStack.current().front() instanceof EndiveStore store)) {
                throw Problem.internal("a guest runs outside of its store", null);
            }
            EndiveTypes.slots(type.params(), args);
            EndiveHost call = new EndiveHost(store, caller, args, results);
            try {
                definition.function().call(call);
            } catch (RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new WasmTrap(TrapCode.HOST, "a host function failed: " + e, List.of(), e);
            } finally {
                store.callEnded();
            }
            EndiveTypes.slots(type.results(), call.results);
            return call.results;
        });
    }

    @Override
    public long raw(int index) {
        return args[index];
    }

    @Override
    public void result(int index, long raw) {
        results[index] = raw;
    }

    @Override
    public WasmMemory memory() {
        try {
            if (caller.exports().memory("memory") instanceof FlatMemory flat) {
                return flat.forHost();
            }
        } catch (InvalidException e) {
            throw noMemory(e);
        }
        throw noMemory(null);
    }

    private static WasmTrap noMemory(@org.jspecify.annotations.Nullable Throwable cause) {
        return new WasmTrap(
                TrapCode.HOST, "a host function needs the memory of a module that exports none", List.of(), cause);
    }

    @Override
    public WasmStore store() {
        return store;
    }
}
