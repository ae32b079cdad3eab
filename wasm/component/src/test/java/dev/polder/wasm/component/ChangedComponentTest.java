package dev.polder.wasm.component;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polder.kernel.model.Digest;
import dev.polder.kernel.model.Problem;
import dev.polder.wasm.engine.CompileListener;
import dev.polder.wasm.engine.EngineChoice;
import dev.polder.wasm.engine.Engines;
import dev.polder.wasm.engine.InstanceLimits;
import dev.polder.wasm.engine.WasmEngine;
import dev.polder.wasm.engine.WasmTrap;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Components with some bytes changed, their code included, all the way: compiled, linked, instantiated, called. Whatever comes
 * is a result, a {@link Problem} or a {@link WasmTrap}.
 */
class ChangedComponentTest {

    private static final InstanceLimits LIMITS = InstanceLimits.DEFAULT.withWallTime(Duration.ofMillis(200));
    private static final int ROUNDS = Integer.getInteger("rounds", 120);

    private int ran;

    @ParameterizedTest
    @EnumSource(
            value = EngineChoice.class,
            names = {"ENDIVE", "WASMTIME"})
    void runOrAreRefused(EngineChoice choice, @TempDir Path cache) {
        long seed = Long.getLong("polder.seed", 20_261_126);
        Random random = new Random(seed);
        try (WasmEngine engine = Engines.open(choice, cache).engine()) {
            for (String text : List.of(Texts.ADD, Texts.ECHO, Texts.SHARED, Texts.COMPOSED)) {
                byte[] whole = Wat.assemble(text);
                for (int round = 0; round < ROUNDS; round++) {
                    byte[] changed = whole.clone();
                    for (int i = random.nextInt(1, 3); i > 0; i--) {
                        changed[random.nextInt(8, changed.length)] = (byte) random.nextInt(256);
                    }
                    try {
                        run(engine, changed);
                    } catch (Problem | WasmTrap typed) {
                        assertThat(typed.getMessage()).isNotBlank();
                        if (typed instanceof Problem problem) {
                            assertThat(problem.code())
                                    .as("seed %d, round %d: %s", seed, round, problem.getMessage())
                                    .isIn(
                                            Problem.Code.INVALID,
                                            Problem.Code.TOO_LARGE,
                                            Problem.Code.UNSUPPORTED,
                                            Problem.Code.NOT_FOUND);
                        }
                    }
                }
            }
        }
        assertThat(ran).as("seed %d", seed).isPositive();
    }

    private void run(WasmEngine engine, byte[] bytes) {
        Component component = Component.compile(engine, bytes, Digest.of(bytes), CompileListener.NONE);
        LinkedComponent linked = component.link(List.of());
        try (ComponentInstance instance = linked.instantiate(LIMITS, ComponentContract.NO_SERVICES)) {
            for (ComponentInterface exported : component.exports()) {
                exported.functions().forEach((name, type) -> {
                    Object[] arguments = type.params().stream()
                            .map(param -> param.type() == ValType.Primitive.STRING ? "text" : (Object) 7)
                            .toArray();
                    var _ = instance.call(exported.name(), name, arguments);
                });
            }
            ran++;
        } finally {
            linked.close();
        }
    }
}
