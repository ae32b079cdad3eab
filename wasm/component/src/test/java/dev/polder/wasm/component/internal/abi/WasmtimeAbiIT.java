package dev.polder.wasm.component.internal.abi;

import dev.polder.wasm.engine.EngineChoice;
import dev.polder.wasm.engine.Engines;
import dev.polder.wasm.engine.WasmEngine;
import java.nio.file.Path;

/** The contract on Wasmtime. */
class WasmtimeAbiIT extends AbiContract {

    @Override
    WasmEngine open(Path cache) {
        return Engines.open(EngineChoice.WASMTIME, cache).engine();
    }
}
