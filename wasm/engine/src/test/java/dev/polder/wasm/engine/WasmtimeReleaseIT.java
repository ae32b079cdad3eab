package dev.polder.wasm.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.polder.kernel.model.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Machine code that is given back leaves the process at once, while Java still refers to the module. */
class WasmtimeReleaseIT {

    private static final Path MAPS = Path.of("/proc/self/maps");

    @TempDir
    Path folder;

    private WasmEngine engine;
    private byte[] bytes;

    @BeforeEach
    void open() {
        assumeTrue(Files.isReadable(MAPS), "no /proc/self/maps here");
        engine = Fixtures.wasmtime(folder);
        bytes = Fixtures.bytes("basic");
        compile().release(); // writes the code; from now on it is mapped
    }

    @AfterEach
    void close() {
        if (engine != null) {
            engine.close();
        }
    }

    private CompiledModule compile() {
        return engine.compile(bytes, Digest.of(bytes));
    }

    /** Whether code out of the cache is in the process. */
    private boolean isMapped() throws IOException {
        try (Stream<String> lines = Files.lines(MAPS)) {
            return lines.anyMatch(line -> line.contains(folder.toString()));
        }
    }

    private static long call(LinkedModule linked) {
        try (WasmInstance instance = linked.instantiate(InstanceLimits.DEFAULT, null)) {
            return instance.call("add", 2, 3)[0];
        }
    }

    @Test
    void theCodeIsGoneWhenAllHaveGivenItBackAndNoSooner() throws IOException {
        assertThat(isMapped()).isFalse();
        CompiledModule one = compile();
        CompiledModule two = compile();
        assertThat(two).isSameAs(one);
        assertThat(isMapped()).isTrue();
        LinkedModule linked = two.link(EngineContract.host(new ArrayList<>()));
        assertThat(call(linked)).isEqualTo(5);
        one.release();
        assertThat(isMapped()).as("another one has it").isTrue();
        assertThat(call(linked)).isEqualTo(5);
        two.release();
        assertThat(isMapped()).as("what was linked of it keeps it").isTrue();
        linked.close();
        linked.close();
        assertThat(isMapped()).isFalse();

        assertThatThrownBy(() -> call(linked)).hasMessageContaining("was closed");
        assertThatThrownBy(() -> one.link(EngineContract.host(new ArrayList<>())))
                .hasMessageContaining("was released");
        one.release(); // once too often
        CompiledModule again = compile();
        assertThat(again).isNotSameAs(one);
        LinkedModule fresh = again.link(EngineContract.host(new ArrayList<>()));
        assertThat(call(fresh)).isEqualTo(5);
        fresh.close();
        again.release();
        assertThat(isMapped()).isFalse();
    }

    @Test
    void aModuleWakesWithoutItsBytes() throws IOException {
        CompiledModule module = compile();
        DormantModule dormant = module.dormant().orElseThrow();
        assertThat(dormant.wake()).as("it is still there").contains(module);
        module.release();
        module.release();
        assertThat(isMapped()).isFalse();

        CompiledModule woken = dormant.wake().orElseThrow();
        assertThat(woken).isNotSameAs(module);
        assertThat(woken.exports()).isEqualTo(module.exports());
        assertThat(isMapped()).isTrue();
        assertThat(compile()).as("who compiles it gets the same").isSameAs(woken);
        woken.release();
        LinkedModule linked = woken.link(EngineContract.host(new ArrayList<>()));
        assertThat(call(linked)).isEqualTo(5);
        linked.close();
        woken.release();
        assertThat(isMapped()).isFalse();
    }

    @Test
    void codeThatIsGoneOrChangedIsNotWoken() throws IOException {
        CompiledModule module = compile();
        DormantModule dormant = module.dormant().orElseThrow();
        module.release();
        Path code;
        try (Stream<Path> files = Files.walk(folder)) {
            code = files.filter(file -> file.toString().endsWith(".code"))
                    .findFirst()
                    .orElseThrow();
        }
        byte[] changed = Files.readAllBytes(code);
        changed[changed.length / 2] ^= 1;
        Files.write(code, changed);
        assertThat(dormant.wake()).isEmpty();
        Files.delete(code);
        assertThat(dormant.wake()).isEmpty();

        compile().release();
        CompiledModule woken = dormant.wake().orElseThrow();
        woken.release();
    }
}
