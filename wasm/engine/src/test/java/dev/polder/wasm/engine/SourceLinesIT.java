package dev.polder.wasm.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Traps of a Rust module with debug information ({@code lines.rs}), in versions 4 and 5 of DWARF. */
class SourceLinesIT {

    @TempDir
    Path folder;

    private List<GuestFrame> trap(byte[] module) {
        return trap(Fixtures.wasmtime(folder), module);
    }

    private static List<GuestFrame> trap(WasmEngine opened, byte[] module) {
        try (WasmEngine engine = opened;
                WasmInstance instance = Fixtures.compile(engine, module)
                        .link(HostFunctions.NONE)
                        .instantiate(InstanceLimits.DEFAULT.withMemoryBytes(4 << 20), null)) {
            return catchThrowableOfType(WasmTrap.class, () -> instance.call("outer", 5))
                    .frames();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"lines", "lines5"})
    void aTrapIsFoundInTheSources(String name) {
        byte[] module = Fixtures.bytes(name);
        List<GuestFrame> frames = trap(module);
        Map<GuestFrame, SourceLines.Line> lines = SourceLines.find(module, frames);

        assertThat(frames).hasSize(2);
        assertThat(frames.getFirst().function()).contains("inner");
        assertThat(frames.getLast().function()).isEqualTo("outer");
        assertThat(lines.get(frames.getFirst()).file()).endsWith("boom.rs");
        assertThat(lines.get(frames.getFirst()).number())
                .isEqualTo(12); // of the condition: as the compiler wrote it, and as Wasmtime says
        // middle is inlined into outer: the line is its
        assertThat(lines.get(frames.getLast()).number()).isEqualTo(19);
        assertThat(SourceLines.find(Fixtures.bytes("traps"), frames)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"lines", "lines5"})
    void onEndiveItIsWhereTheFunctionBegins(String name) {
        byte[] module = Fixtures.bytes(name);
        List<GuestFrame> frames = trap(Fixtures.endive(folder), module);
        Map<GuestFrame, SourceLines.Line> lines = SourceLines.find(module, frames);
        assertThat(frames).hasSize(2);
        assertThat(lines.get(frames.getFirst()).file()).endsWith("boom.rs");
        assertThat(lines.get(frames.getFirst()).number()).isEqualTo(11);
        assertThat(lines.get(frames.getLast()).number()).isEqualTo(19); // of middle, inlined
        assertThat(SourceLines.find(Fixtures.bytes("traps"), frames)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"lines", "lines5"})
    void damagedInformationIsLeftOut(String name) {
        byte[] module = Fixtures.bytes(name);
        List<GuestFrame> frames = trap(module);
        long seed = 20_261_125;
        Random random = new Random(seed);
        int found = 0;
        for (int round = 0; round < 20_000; round++) {
            byte[] changed = module.clone();
            for (int i = random.nextInt(1, 12); i > 0; i--) {
                changed[random.nextInt(8, changed.length)] = (byte) random.nextInt(256);
            }
            found += SourceLines.find(changed, frames).isEmpty() ? 0 : 1;
        }
        assertThat(found).as("seed %d", seed).isBetween(1, 19_999);
    }
}
