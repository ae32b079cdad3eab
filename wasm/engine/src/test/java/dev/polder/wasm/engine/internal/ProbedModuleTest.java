package dev.polder.wasm.engine.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.polder.kernel.model.Problem;
import dev.polder.wasm.engine.ModuleLimits;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ProbedModuleTest {

    @FuzzTest(maxDuration = "30s")
    void rewritesOrRefuses(byte[] bytes) {
        rewrites(bytes);
    }

    @Test
    void rewritesOrRefusesChangedModules() throws IOException {
        long seed = 20_261_126;
        Random random = new Random(seed);
        int accepted = 0;
        for (String name : new String[] {"basic", "endless", "started", "traps"}) {
            byte[] whole = module(name);
            for (int round = 0; round < 10_000; round++) {
                byte[] changed = whole.clone();
                for (int i = random.nextInt(1, 6); i > 0; i--) {
                    changed[random.nextInt(8, changed.length)] = (byte) random.nextInt(256);
                }
                accepted += rewrites(changed) ? 1 : 0;
            }
        }
        assertThat(accepted).as("seed %d", seed).isBetween(1, 39_999);
    }

    @Test
    void addsAMemoryOfOnePageAndKeepsWhatWasThere() throws IOException {
        byte[] module = module("started");
        ModuleTypes before = ModuleReader.read(module, ModuleLimits.DEFAULT);
        ProbedModule probed = ProbedModule.of(module, before);
        assertThat(probed.hasProbe()).isTrue();
        ModuleTypes after = ModuleReader.read(probed.bytes(), ModuleLimits.DEFAULT);
        assertThat(after.memories())
                .hasSize(3)
                .startsWith(before.memories().toArray(dev.polder.wasm.engine.MemoryType[]::new));
        assertThat(after.memories().getLast().minimum()).isEqualTo(1);
        assertThat(after.exports())
                .startsWith(before.exports().toArray(dev.polder.wasm.engine.ExportType[]::new))
                .extracting(dev.polder.wasm.engine.ExportType::name)
                .endsWith(ProbedModule.PROBE, ProbedModule.START);
    }

    @Test
    void asksBeforeMemoriesAndTablesGrow() throws IOException {
        byte[] module = module("traps");
        ModuleTypes before = ModuleReader.read(module, ModuleLimits.DEFAULT);
        ProbedModule probed = ProbedModule.of(module, before);
        assertThat(probed.grows()).isTrue();
        ModuleTypes after = ModuleReader.read(probed.bytes(), ModuleLimits.DEFAULT);
        assertThat(after.tables())
                .hasSize(before.tables().size() + 1)
                .startsWith(before.tables().toArray(dev.polder.wasm.engine.TableType[]::new));
        assertThat(after.tables().getLast().minimum()).isEqualTo(1);
        assertThat(after.exports())
                .startsWith(before.exports().toArray(dev.polder.wasm.engine.ExportType[]::new))
                .extracting(dev.polder.wasm.engine.ExportType::name)
                .endsWith(ProbedModule.PROBE, ProbedModule.GROWTH);
    }

    @Test
    void findsInstructionsAgain() throws IOException {
        findsInstructionsAgain(module("endless"));
        findsInstructionsAgain(module("traps"));
    }

    private static void findsInstructionsAgain(byte[] module) {
        ProbedModule probed = ProbedModule.of(module, ModuleReader.read(module, ModuleLimits.DEFAULT));
        byte[] bytes = probed.bytes();
        int checked = 0;
        // Wherever a function begins, every byte of it that is no probe's is the one that stood there before.
        for (int function = 0; function < 20; function++) {
            for (int start = 8; start < bytes.length; start++) {
                if (probed.original(function, start, start) < 0) {
                    continue;
                }
                int end = start + bytes[start - 1];
                for (int at = start; at < end; at++) {
                    long original = probed.original(function, start, at);
                    if (original == probed.original(function, start, at + 1) - 1) {
                        assertThat(bytes[at]).isEqualTo(module[(int) original]);
                        checked++;
                    }
                }
            }
        }
        assertThat(checked).isGreaterThan(50);
    }

    @Test
    void refusesWhatWouldBeMostlyProbes() throws IOException {
        // (module (func (loop) (loop) …))
        int loops = 300_000;
        java.io.ByteArrayOutputStream module = new java.io.ByteArrayOutputStream();
        module.write(new byte[] {0, 'a', 's', 'm', 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 10});
        int body = 2 + 3 * loops;
        module.write(number(body + 4));
        module.write(1);
        module.write(number(body));
        module.write(0);
        for (int i = 0; i < loops; i++) {
            module.write(new byte[] {3, 0x40, 0x0b});
        }
        module.write(0x0b);
        byte[] bytes = module.toByteArray();
        org.assertj.core.api.Assertions.assertThatThrownBy(
                        () -> ProbedModule.of(bytes, ModuleReader.read(bytes, ModuleLimits.DEFAULT)))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.code()).isEqualTo(Problem.Code.TOO_LARGE));
    }

    @Test
    void leavesAModuleThatCannotRunForLongAsItIs() throws IOException {
        // (module (func $a) (func (export "b") call $a))
        byte[] module = {
            0, 'a', 's', 'm', 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 3, 3, 2, 0, 0, 7, 5, 1, 1, 'b', 0, 1, 10, 9, 2, 2, 0,
            0x0b, 4, 0, 0x10, 0, 0x0b
        };
        ProbedModule probed = ProbedModule.of(module, ModuleReader.read(module, ModuleLimits.DEFAULT));
        assertThat(probed.hasProbe()).isFalse();
        assertThat(probed.bytes()).isSameAs(module);
    }

    /** Of three bytes. */
    private static byte[] number(int value) {
        return new byte[] {(byte) (value % 128 + 128), (byte) (value / 128 % 128 + 128), (byte) (value / 16_384)};
    }

    private static byte[] module(String name) throws IOException {
        try (var in = ModuleLimits.class.getResourceAsStream(name + ".wasm")) {
            return in.readAllBytes();
        }
    }

    private static boolean rewrites(byte[] bytes) {
        try {
            ProbedModule.of(bytes, ModuleReader.read(bytes, ModuleLimits.DEFAULT));
            return true;
        } catch (Problem problem) {
            assertThat(problem.getMessage()).isNotBlank();
            return false;
        }
    }
}
