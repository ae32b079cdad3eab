package dev.polder.wasm.component;

import dev.polder.wasm.engine.EngineChoice;

class WasmtimeHostileComponentIT extends HostileComponentContract {

    WasmtimeHostileComponentIT() {
        super(EngineChoice.WASMTIME);
    }
}
