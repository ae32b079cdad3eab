package dev.polder.wasm.engine;

import java.nio.file.Path;

/** The contract on Wasmtime. Needs its library: {@code wasm/engine/fetch-wasmtime} brings it. */
class WasmtimeEngineIT extends EngineContract {

    @Override
    WasmEngine open(Path cache) {
        return Fixtures.wasmtime(cache);
    }
}
