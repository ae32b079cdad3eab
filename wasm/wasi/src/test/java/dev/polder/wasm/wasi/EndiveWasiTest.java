package dev.polder.wasm.wasi;

import dev.polder.wasm.engine.EngineChoice;
import dev.polder.wasm.engine.Engines;
import dev.polder.wasm.engine.WasmEngine;
import java.nio.file.Path;

/** The contract on Endive. */
class EndiveWasiTest extends WasiContract {

    @Override
    WasmEngine open(Path cache) {
        return Engines.open(EngineChoice.ENDIVE, cache).engine();
    }
}
