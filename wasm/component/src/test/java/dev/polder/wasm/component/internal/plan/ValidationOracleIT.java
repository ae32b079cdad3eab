package dev.polder.wasm.component.internal.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polder.kernel.model.Digest;
import dev.polder.kernel.model.Problem;
import dev.polder.wasm.component.ComponentLimits;
import dev.polder.wasm.component.Texts;
import dev.polder.wasm.component.Wat;
import dev.polder.wasm.component.internal.binary.ComponentBody;
import dev.polder.wasm.component.internal.binary.Decoder;
import dev.polder.wasm.engine.CompiledModule;
import dev.polder.wasm.engine.EngineChoice;
import dev.polder.wasm.engine.Engines;
import dev.polder.wasm.engine.WasmEngine;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Changed components, before our planner and Wasmtime's validator: what it takes, we take or refuse by a limit. */
class ValidationOracleIT {

    private static final ComponentLimits LIMITS = ComponentLimits.DEFAULT;

    @ParameterizedTest
    @ValueSource(longs = 20_261_125)
    void takesWhatWasmtimeTakes(long seed, @TempDir Path cache) {
        Random random = new Random(seed);
        int both = 0;
        try (WasmEngine engine = Engines.open(EngineChoice.WASMTIME, cache).engine()) {
            for (String text : new String[] {Texts.COMPOSED, Texts.ECHO, Texts.IMPORTS}) {
                byte[] whole = Wat.assemble(text);
                Map<Digest, CompiledModule> modules = new HashMap<>();
                plan(Decoder.decode(whole, LIMITS), engine, modules, true);
                for (int round = 0; round < Integer.getInteger("rounds", 700); round++) {
                    byte[] changed = whole.clone();
                    int at = random.nextInt(8, changed.length);
                    changed[at] =
                            (byte) (random.nextBoolean() ? random.nextInt(256) : changed[at] + random.nextInt(-1, 2));
                    if (changed[at] == whole[at]) {
                        continue;
                    }
                    String here = refusal(() -> plan(Decoder.decode(changed, LIMITS), engine, modules, false));
                    if (here.contains("a changed module")) {
                        continue;
                    }
                    String there = refusal(() -> engine.validateComponent(changed));
                    if (here.isEmpty() && there.isEmpty()) {
                        both++;
                    } else if (there.isEmpty()) {
                        assertThat(here)
                                .as("seed %d, round %d, byte %d", seed, round, at)
                                .contains("does not run");
                    }
                }
            }
        }
        assertThat(both).isPositive();
    }

    private static Plan plan(
            ComponentBody body, WasmEngine engine, Map<Digest, CompiledModule> modules, boolean compile) {
        return Planner.plan(body, LIMITS, m -> {
            CompiledModule known = modules.get(m.digest());
            if (known == null && !compile) {
                throw Problem.invalid("a changed module");
            }
            return known == null ? modules.computeIfAbsent(m.digest(), d -> engine.compile(m.bytes(), d)) : known;
        });
    }

    private static String refusal(Runnable work) {
        try {
            work.run();
            return "";
        } catch (Problem problem) {
            return problem.code() + " " + problem.getMessage();
        }
    }
}
