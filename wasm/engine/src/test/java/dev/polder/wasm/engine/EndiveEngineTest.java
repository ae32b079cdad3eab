package dev.polder.wasm.engine;

import java.nio.file.Path;

/** The contract on Endive. */
class EndiveEngineTest extends EngineContract {

    @Override
    WasmEngine open(Path cache) {
        return Fixtures.endive(cache);
    }
}
