package dev.polder.wasm.component.internal.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.polder.kernel.model.Digest;
import dev.polder.kernel.model.Problem;
import dev.polder.wasm.component.ComponentLimits;
import dev.polder.wasm.component.ComponentPart;
import dev.polder.wasm.component.Texts;
import dev.polder.wasm.component.Wat;
import dev.polder.wasm.component.internal.binary.Decoder;
import dev.polder.wasm.component.internal.binary.Hollow;
import dev.polder.wasm.component.internal.binary.ModuleSlice;
import dev.polder.wasm.component.internal.compose.Composer;
import dev.polder.wasm.engine.CompiledModule;
import dev.polder.wasm.engine.EngineChoice;
import dev.polder.wasm.engine.Engines;
import dev.polder.wasm.engine.WasmEngine;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever the bytes: a plan, or a Problem. {@code JAZZER_FUZZ=1} looks for new inputs. */
class PlannerFuzzTest {

    private static final ComponentLimits SMALL = new ComponentLimits(1 << 20, 16, 500, 5_000, 1_000, 50, 200);

    @FuzzTest(maxDuration = "30s")
    void plansOrRefuses(byte[] bytes) {
        plans(bytes, Map.of());
    }

    @Test
    void plansOrRefusesChangedComponents(@TempDir Path cache) {
        long seed = 20_261_125;
        Random random = new Random(seed);
        try (WasmEngine engine = Engines.open(EngineChoice.ENDIVE, cache).engine()) {
            for (String text : new String[] {Texts.COMPOSED, Texts.ECHO, Texts.SHARED, Texts.IMPORTS}) {
                byte[] whole = Wat.assemble(text);
                Map<Digest, CompiledModule> modules = new HashMap<>();
                Planner.plan(Decoder.decode(whole, SMALL), SMALL, module -> {
                    CompiledModule compiled = engine.compile(module.bytes(), module.digest());
                    modules.put(module.digest(), compiled);
                    return compiled;
                });
                int accepted = 0;
                for (int round = 0; round < 800; round++) {
                    byte[] changed = whole.clone();
                    for (int i = random.nextInt(1, 4); i > 0; i--) {
                        int at = random.nextInt(8, changed.length);
                        changed[at] = random.nextBoolean()
                                ? (byte) random.nextInt(256)
                                : (byte) (changed[at] + random.nextInt(-2, 3));
                    }
                    accepted += plans(changed, modules) ? 1 : 0;
                }
                assertThat(accepted).as("seed %d", seed).isBetween(1, 799);
            }
        }
    }

    private static boolean plans(byte[] bytes, Map<Digest, CompiledModule> modules) {
        try {
            composesOrRefuses(bytes);
            Planner.plan(Decoder.decode(bytes, SMALL), SMALL, module -> known(module, modules));
            Hollow.of(bytes);
            return true;
        } catch (Problem problem) {
            assertThat(problem.getMessage()).isNotBlank();
            assertThat(problem.code()).isIn(Problem.Code.INVALID, Problem.Code.TOO_LARGE, Problem.Code.UNSUPPORTED);
            return false;
        }
    }

    private static void composesOrRefuses(byte[] bytes) {
        try {
            ComponentPart part =
                    new ComponentPart("part", bytes, Map.of(), name -> name.hashCode() % 2 == 0, _ -> false);
            Composer.compose(bytes, List.of(part), SMALL);
        } catch (Problem problem) {
            assertThat(problem.code()).isIn(Problem.Code.INVALID, Problem.Code.TOO_LARGE, Problem.Code.UNSUPPORTED);
        }
    }

    private static CompiledModule known(ModuleSlice module, Map<Digest, CompiledModule> modules) {
        CompiledModule compiled = modules.get(module.digest());
        if (compiled == null) {
            throw Problem.invalid("a changed module, which the engine's own tests are for");
        }
        return compiled;
    }
}
