package dev.polder.wasm.wasi;

import dev.polder.wasm.engine.EngineChoice;
import dev.polder.wasm.engine.Engines;
import dev.polder.wasm.engine.WasmEngine;
import java.nio.file.Path;

/** The contract on Wasmtime. Needs its library: {@code wasm/engine/fetch-wasmtime} brings it. */
class WasmtimeWasiIT extends WasiContract {

    @Override
    WasmEngine open(Path cache) {
        return Engines.open(EngineChoice.WASMTIME, cache).engine();
    }
}
