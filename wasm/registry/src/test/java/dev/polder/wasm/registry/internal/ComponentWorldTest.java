package dev.polder.wasm.registry.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.polder.kernel.model.Problem;
import dev.polder.wasm.registry.WasmConfig;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ComponentWorldTest {

    private static final int IMPORTS = 10;
    private static final int EXPORTS = 11;

    private static byte[] component() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {0, 'a', 's', 'm', 0x0d, 0, 1, 0});
        section(out, 7, 1, 0x42, 0);
        section(out, IMPORTS, 2, 0, 1, 'a', 5, 0, 1, 1, 'f', 1, 0); // an instance, a function
        section(out, 0, 1, 'x', 9, 9); // a custom section
        section(out, IMPORTS, 3, 0, 1, 't', 3, 1, 0, 1, 'u', 3, 0, 0, 0, 1, 'm', 0, 0x11, 0); // two types, a module
        section(out, EXPORTS, 2, 0, 1, 'b', 5, 0, 1, 5, 0, 0, 1, 'c', 0, 0x11, 0, 0); // with and without a type
        return out.toByteArray();
    }

    private static void section(ByteArrayOutputStream out, int id, int... content) {
        out.write(id);
        out.write(content.length);
        Arrays.stream(content).forEach(out::write);
    }

    @Test
    void readsTheNamesOfAllSections() {
        WasmConfig.Component world = ComponentWorld.read(component(), "x.wasm", "w");
        assertThat(world).isNotNull();
        assertThat(world.imports()).containsExactly("a", "f", "t", "u", "m");
        assertThat(world.exports()).containsExactly("b", "c");
        assertThat(world.target()).isEqualTo("w");
    }

    @Test
    void aCoreModuleHasNoWorld() {
        assertThat(ComponentWorld.read(new byte[] {0, 'a', 's', 'm', 1, 0, 0, 0}, "x.wasm", null))
                .isNull();
    }

    @Test
    void saysWhatItFound() {
        byte[] bytes = component();
        bytes[4] = 9;
        assertThatThrownBy(() -> ComponentWorld.read(bytes, "x.wasm", null))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("x.wasm: version 0x10009");
        assertThatThrownBy(() -> ComponentWorld.read(Arrays.copyOf(component(), 20), "x.wasm", null))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("a section longer than the file");
    }

    @FuzzTest(maxDuration = "20s")
    void readsOrRefuses(byte[] bytes) {
        readOrRefuse(bytes);
    }

    @Test
    void readsOrRefusesChangedComponents() {
        Random random = new Random(20_261_125);
        int good = 0;
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = component();
            for (int i = random.nextInt(1, 4); i > 0; i--) {
                bytes[random.nextInt(8, bytes.length)] = (byte) random.nextInt(256);
            }
            good += readOrRefuse(bytes) ? 1 : 0;
        }
        assertThat(good).isBetween(200, 19_800);
    }

    private static boolean readOrRefuse(byte[] bytes) {
        try {
            ComponentWorld.read(bytes, "x.wasm", null);
            return true;
        } catch (Problem problem) {
            assertThat(problem.getMessage()).startsWith("x.wasm");
            return false;
        }
    }
}
