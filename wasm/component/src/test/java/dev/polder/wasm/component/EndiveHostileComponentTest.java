package dev.polder.wasm.component;

import dev.polder.wasm.engine.EngineChoice;

class EndiveHostileComponentTest extends HostileComponentContract {

    EndiveHostileComponentTest() {
        super(EngineChoice.ENDIVE);
    }
}
