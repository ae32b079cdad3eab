package dev.polder.wasm.engine;

import java.nio.file.Path;

/** Hostile modules on Endive. */
class EndiveHostileTest extends HostileContract {

    @Override
    WasmEngine open(Path cacheFolder) {
        return Fixtures.endive(cacheFolder);
    }
}
