package dev.polder.wasm.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Engines for whose pools there are no addresses left run without one; Wasmtime by itself would end the process. */
class ManyEnginesIT {

    @Test
    void runsWithoutAPoolWhereThereIsNoRoomForOne(@TempDir Path folder) {
        List<WasmEngine> engines = new ArrayList<>();
        List<CompiledModule> modules = new ArrayList<>();
        try {
            // 128 TiB of addresses are what a process has, and a pool takes 32.
            for (int i = 0; i < 20; i++) {
                WasmEngine engine = Fixtures.wasmtime(folder);
                engines.add(engine);
                CompiledModule module = Fixtures.compile(engine, "started");
                modules.add(module);
                try (WasmStore store = engine.newStore(InstanceLimits.DEFAULT.withCounts(2, 10, 1), null)) {
                    WasmInstance instance = store.instantiate(module, Imports.NONE);
                    assertThat(instance.function("sum").orElseThrow().call()).containsExactly(55);
                }
            }
        } finally {
            modules.forEach(CompiledModule::release);
            engines.forEach(WasmEngine::close);
        }
    }
}
