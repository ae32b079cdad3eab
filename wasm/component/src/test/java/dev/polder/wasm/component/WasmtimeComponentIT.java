package dev.polder.wasm.component;

import dev.polder.wasm.engine.EngineChoice;

/** The contract on Wasmtime. Needs its library: {@code wasm/engine/fetch-wasmtime} brings it. */
class WasmtimeComponentIT extends ComponentContract {

    WasmtimeComponentIT() {
        super(EngineChoice.WASMTIME);
    }
}
