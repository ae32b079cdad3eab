package dev.polder.wasm.component.internal.abi;

import dev.polder.wasm.engine.EngineChoice;
import dev.polder.wasm.engine.Engines;
import dev.polder.wasm.engine.WasmEngine;
import java.nio.file.Path;

/** The contract on Endive. */
class EndiveAbiTest extends AbiContract {

    @Override
    WasmEngine open(Path cache) {
        return Engines.open(EngineChoice.ENDIVE, cache).engine();
    }
}
