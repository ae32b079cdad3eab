package dev.polder.wasm.engine.internal.endive;

import dev.polder.wasm.engine.LinkedModule;
import dev.polder.wasm.engine.WasmInstance;
import dev.polder.wasm.engine.WasmStore;
import run.endive.runtime.ImportValues;

/** A module with the import values that every instance gets. */
record EndiveLinked(EndiveModule module, ImportValues imports) implements LinkedModule {

    @Override
    public WasmInstance instantiate(WasmStore store, boolean ownsStore) {
        return EndiveStore.of(store, module.engine()).instantiate(module, imports, ownsStore);
    }
}
