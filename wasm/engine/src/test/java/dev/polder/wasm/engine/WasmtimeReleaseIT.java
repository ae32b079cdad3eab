package dev.polder.wasm.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
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
        return Fixtures.compile(engine, bytes);
    }

    /** The same code as another module: its custom section differs. */
    private byte[] variant(int number) {
        byte[] section = {0, 3, 1, 'v', (byte) number};
        byte[] variant = Arrays.copyOf(bytes, bytes.length + section.length);
        System.arraycopy(section, 0, variant, bytes.length, section.length);
        return variant;
    }

    /** A memory of four pages, two of them full: 128 KiB that are kept beside the code. */
    private static byte[] large() {
        byte[] head = HexFormat.of().parseHex("0061736d01000000" + "0503010004" + "0b888008" + "010041000b808008");
        byte[] large = Arrays.copyOf(head, head.length + (128 << 10));
        Arrays.fill(large, head.length, large.length, (byte) 'x');
        return large;
    }

    /** Opens it again, to keep the code of so many modules that nobody has, and a half. */
    private void keep(int modules) throws IOException {
        engine.close();
        engine = Engines.open(
                        EngineChoice.WASMTIME,
                        folder,
                        ModuleLimits.DEFAULT,
                        modules * Files.size(code()) + Files.size(code()) / 2)
                .engine();
    }

    private Path code() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".code"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    /** Of how many modules there is code of the cache in the process. */
    private long mapped() throws IOException {
        try (Stream<String> lines = Files.lines(MAPS)) {
            return lines.filter(line -> line.contains(folder.toString()))
                    .map(line -> line.substring(line.indexOf('/')))
                    .distinct()
                    .count();
        }
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
        Path code = code();
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

    @Test
    void codeThatMayStayIsThereAtOnceAndTheOldestLeavesFirst() throws IOException {
        keep(2);
        CompiledModule first = compile();
        DormantModule dormant = first.dormant().orElseThrow();
        first.release();
        assertThat(compile()).as("what stayed").isSameAs(first);
        first.release();
        assertThat(dormant.wake()).contains(first);
        LinkedModule linked = first.link(EngineContract.host(new ArrayList<>()));
        assertThat(call(linked)).isEqualTo(5);
        linked.close();
        first.release();

        CompiledModule second = Fixtures.compile(engine, variant(2));
        second.release();
        assertThat(compile()).isSameAs(first);
        first.release();
        CompiledModule third = Fixtures.compile(engine, variant(3));
        third.release();
        assertThat(Fixtures.compile(engine, variant(2))).as("the oldest").isNotSameAs(second);
        assertThat(compile()).as("used after it").isSameAs(first);
    }

    @Test
    void whatIsTooLargeToStayPushesNothingOut() throws IOException {
        keep(1);
        CompiledModule small = compile();
        small.release();
        CompiledModule large = Fixtures.compile(engine, large());
        large.release();
        assertThat(compile()).isSameAs(small);
        assertThat(Fixtures.compile(engine, large())).isNotSameAs(large);
    }

    @Test
    void whatIsInUseDoesNotLeave() throws IOException {
        keep(0);
        compile().release(); // read and checked; from now on it is mapped
        CompiledModule one = compile();
        LinkedModule linked = one.link(EngineContract.host(new ArrayList<>()));
        for (int i = 0; i < 5; i++) {
            Fixtures.compile(engine, variant(i)).release();
            Fixtures.compile(engine, variant(i)).release();
        }
        assertThat(mapped()).isOne();
        assertThat(call(linked)).isEqualTo(5);
        linked.close();
        one.release();
        assertThat(mapped()).isZero();
    }

    @Test
    void manyMayAskAndGiveBackAtTheSameTime() throws Exception {
        keep(1);
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<?>> all = new ArrayList<>();
            for (int t = 0; t < 4; t++) {
                int thread = t;
                all.add(threads.submit(() -> {
                    for (int i = 0; i < 300; i++) {
                        CompiledModule module = Fixtures.compile(engine, variant((thread + i) % 3));
                        LinkedModule linked = module.link(EngineContract.host(new ArrayList<>()));
                        assertThat(call(linked)).isEqualTo(5);
                        linked.close();
                        module.release();
                    }
                }));
            }
            for (Future<?> one : all) {
                one.get();
            }
        }
        assertThat(mapped()).isLessThanOrEqualTo(1);
        engine.close();
        assertThat(mapped()).isZero();
    }
}
