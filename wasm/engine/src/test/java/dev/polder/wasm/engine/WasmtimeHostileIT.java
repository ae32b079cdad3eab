package dev.polder.wasm.engine;

import java.nio.file.Path;

/** Hostile modules on Wasmtime. Needs its library: {@code wasm/engine/fetch-wasmtime} brings it. */
class WasmtimeHostileIT extends HostileContract {

    @Override
    WasmEngine open(Path cacheFolder) {
        return Fixtures.wasmtime(cacheFolder);
    }
}
