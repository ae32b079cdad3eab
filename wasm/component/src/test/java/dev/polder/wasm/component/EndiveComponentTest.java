package dev.polder.wasm.component;

import dev.polder.wasm.engine.EngineChoice;

class EndiveComponentTest extends ComponentContract {

    EndiveComponentTest() {
        super(EngineChoice.ENDIVE);
    }
}
