package dev.polder.wasm.engine.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.polder.kernel.model.Problem;
import dev.polder.wasm.engine.ModuleLimits;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever the bytes: a module's types, or a Problem. {@code JAZZER_FUZZ=1} looks for new inputs. */
class ModuleReaderFuzzTest {

    @FuzzTest(maxDuration = "30s")
    void readsOrRefuses(byte[] bytes) {
        read(bytes);
    }

    @Test
    void readsOrRefusesChangedModules() throws IOException {
        long seed = 20_261_122;
        Random random = new Random(seed);
        byte[] whole;
        try (var in = ModuleLimits.class.getResourceAsStream("basic.wasm")) {
            whole = in.readAllBytes();
        }
        int accepted = 0;
        for (int round = 0; round < 20_000; round++) {
            byte[] changed = whole.clone();
            for (int i = random.nextInt(1, 6); i > 0; i--) {
                changed[random.nextInt(8, 300)] = (byte) random.nextInt(256);
            }
            accepted += read(changed) ? 1 : 0;
        }
        assertThat(accepted).as("seed %d", seed).isBetween(1, 19_999);
    }

    private static boolean read(byte[] bytes) {
        try {
            ModuleReader.read(bytes, ModuleLimits.DEFAULT);
            return true;
        } catch (Problem problem) {
            assertThat(problem.getMessage()).isNotBlank();
            return false;
        }
    }
}
