package dev.polder.wasm.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polder.kernel.model.Digest;
import dev.polder.kernel.model.Problem;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Modules that mean no good: a typed error each time, and the process lives on. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
abstract class HostileContract {

    private static final InstanceLimits LIMITS =
            InstanceLimits.DEFAULT.withMemoryBytes(4 << 20).withWallTime(Duration.ofMillis(100));

    private WasmEngine engine;
    private Path cache;

    abstract WasmEngine open(Path cacheFolder);

    @BeforeAll
    void openEngine(@TempDir Path folder) {
        cache = folder;
        engine = open(folder);
    }

    @AfterAll
    void closeEngine() {
        engine.close();
    }

    private Problem refused(byte[] bytes) {
        return org.junit.jupiter.api.Assertions.assertThrows(
                Problem.class, () -> engine.compile(bytes, Digest.of(bytes)));
    }

    @Test
    void refusesEveryTruncationOfAModule() {
        byte[] whole = Fixtures.bytes("traps");
        for (int length = 0; length < whole.length; length += 7) {
            byte[] part = Arrays.copyOf(whole, length);
            try {
                engine.compile(part, Digest.of(part));
                // A cut between two sections leaves a valid module only when no function lost its body.
                assertThat(length == 8 || length > whole.length - 500).isTrue();
            } catch (Problem problem) {
                assertThat(problem.code()).isIn(Problem.Code.INVALID, Problem.Code.UNSUPPORTED);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void survivesRandomChangesOfAModule(long seed) {
        Random random = new Random(seed);
        byte[] whole = Fixtures.bytes(seed % 2 == 0 ? "basic" : "traps");
        int ran = 0;
        for (int round = 0; round < 80; round++) {
            byte[] changed = whole.clone();
            for (int i = random.nextInt(1, 5); i > 0; i--) {
                changed[random.nextInt(8, changed.length)] = (byte) random.nextInt(256);
            }
            ran += tryToRun(changed, "seed " + seed + ", round " + round);
        }
        assertThat(ran).as("seed %d: modules that still ran", seed).isGreaterThan(0);
    }

    private int tryToRun(byte[] bytes, String what) {
        try {
            CompiledModule module = engine.compile(bytes, Digest.of(bytes));
            try (WasmInstance instance =
                    module.link(EngineContract.host(new ArrayList<>())).instantiate(LIMITS, null)) {
                for (ExportType export : module.exports()) {
                    if (export.type() instanceof FunctionType type
                            && type.params().isEmpty()) {
                        call(instance, export.name());
                    }
                }
            }
            return 1;
        } catch (Problem | WasmTrap expected) {
            assertThat(expected.getMessage()).as(what).isNotBlank();
            return 0;
        }
    }

    private static void call(WasmInstance instance, String name) {
        try {
            instance.store().restartDeadline();
            instance.call(name);
        } catch (WasmTrap trap) {
            assertThat(trap.code()).isNotNull();
        }
    }

    @Test
    void refusesWhatIsNoModule() {
        assertThat(refused(new byte[0]).getMessage()).contains("no WebAssembly module");
        assertThat(refused("<html></html>".getBytes(java.nio.charset.StandardCharsets.UTF_8))
                        .getMessage())
                .contains("no WebAssembly module");
        Problem component = refused(new byte[] {0, 'a', 's', 'm', 0x0d, 0, 1, 0});
        assertThat(component.code()).isEqualTo(Problem.Code.UNSUPPORTED);
        assertThat(component).hasMessageContaining("component");
        assertThat(refused(new byte[] {0, 'a', 's', 'm', 9, 0, 0, 0}).getMessage())
                .contains("version 9 (expected: 1)");
        assertThat(refused(new ModuleBytes()
                        .section(5, (byte) 1, (byte) 3, (byte) 1, (byte) 1)
                        .bytes()))
                .hasMessageContaining("shared memory");
        assertThat(refused(new ModuleBytes()
                        .section(5, (byte) 1, (byte) 4, (byte) 1)
                        .bytes()))
                .hasMessageContaining("64-bit memory");
        assertThat(refused(new ModuleBytes()
                        .section(1, (byte) 1, (byte) 0x5f, (byte) 0)
                        .bytes()))
                .hasMessageContaining("garbage-collected");
        Problem huge = refused(
                new ModuleBytes().section(1, ModuleBytes.number(4_000_000_000L)).bytes());
        assertThat(huge).hasMessageContaining("module byte").hasMessageContaining("4000000000");
    }

    @Test
    void refusesTooManyImportsAndTooManyBytes(@TempDir Path folder) {
        byte[] many = ModuleBytes.withImports(5_001);
        assertThat(refused(many).code()).isEqualTo(Problem.Code.TOO_LARGE);
        assertThat(refused(many)).hasMessage("module: 5001 imports (expected: at most 5000)");
        byte[] allowed = ModuleBytes.withImports(1_500);
        CompiledModule module = engine.compile(allowed, Digest.of(allowed));
        assertThatThrownBy(() -> module.link(HostFunctions.NONE)).hasMessageContaining("and 1480 more");
        byte[] big = new byte[ModuleLimits.DEFAULT.moduleBytes() + 1];
        assertThat(refused(big)).hasMessageContaining("67108865 bytes (expected: at most 67108864)");
    }

    /** What would be far more objects in the heap than bytes in the module. */
    @Test
    void refusesWhatIsManyThingsInFewBytes() {
        byte[] types = new byte[3 * 100_001 + 3];
        System.arraycopy(ModuleBytes.number(100_001), 0, types, 0, 3);
        for (int i = 3; i < types.length; i += 3) {
            types[i] = 0x60;
        }
        assertThat(refused(new ModuleBytes().section(1, types).bytes()))
                .hasMessage("module: 100001 types (expected: at most 100000)");
        byte[] wide = new byte[2_000];
        Arrays.fill(wide, (byte) 0x7f);
        wide[0] = 1;
        wide[1] = 0x60;
        System.arraycopy(ModuleBytes.number(1_001), 0, wide, 2, 2);
        assertThat(refused(new ModuleBytes().section(1, wide).bytes()))
                .hasMessage("module: 1001 parameters or results of a function (expected: at most 1000)");
    }

    /** A compiler would take minutes and GiBs for some hundred KiB of this: each block asks for locals of others. */
    @Test
    void refusesCodeThatTakesACompilerAllTimeAndMemory() {
        int locals = 5_000;
        int blocks = 5_000;
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.write(1);
        body.writeBytes(ModuleBytes.number(locals));
        body.write(0x7f);
        for (int i = 0; i < blocks; i++) {
            body.write(0x20);
            body.writeBytes(ModuleBytes.number(i % locals));
            body.writeBytes(new byte[] {4, 0x40, 0x0b});
        }
        body.write(0x0b);
        assertThat(refused(code(body.toByteArray())))
                .hasMessageContaining("5000 locals through 10001 blocks")
                .satisfies(problem -> assertThat(problem.code()).isEqualTo(Problem.Code.TOO_LARGE));
        byte[] many = {1, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, 15, 0x7f, 0x0b};
        assertThat(refused(code(many))).hasMessageContaining("local");
        byte[] large = new byte[(2 << 20) + 1];
        Arrays.fill(large, (byte) 1);
        large[0] = 0;
        large[large.length - 1] = 0x0b;
        assertThat(refused(code(large))).hasMessageContaining("a function of 2097153 bytes");
    }

    private static byte[] code(byte[] body) {
        ByteArrayOutputStream code = new ByteArrayOutputStream();
        code.write(1);
        code.writeBytes(ModuleBytes.number(body.length));
        code.writeBytes(body);
        return new ModuleBytes()
                .section(1, new byte[] {1, 0x60, 0, 0})
                .section(3, new byte[] {1, 0})
                .section(10, code.toByteArray())
                .bytes();
    }

    @Test
    void makesAndDropsTenThousandInstancesInTheSameMemory() throws IOException {
        LinkedModule linked = Fixtures.compile(engine, "basic").link(EngineContract.host(new ArrayList<>()));
        makeAndDrop(linked, 3_000);
        long before = resident();
        long heapBefore = heap();
        makeAndDrop(linked, 10_000);
        assertThat(resident() - before).as("growth of resident memory in bytes").isLessThan(64L << 20);
        assertThat(heap() - heapBefore).as("growth of the heap in bytes").isLessThan(8L << 20);
    }

    private static void makeAndDrop(LinkedModule linked, int count) {
        for (int i = 0; i < count; i++) {
            try (WasmInstance instance = linked.instantiate(LIMITS.withWallTime(Duration.ofSeconds(30)), null)) {
                assertThat(instance.call("add", i, 1)[0]).isEqualTo(i + 1);
            }
        }
    }

    private static long heap() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    /** Of the process where the system tells it, else of the Java heap. */
    private static long resident() throws IOException {
        System.gc();
        Path statm = Path.of("/proc/self/statm");
        if (Files.isReadable(statm)) {
            return Long.parseLong(Files.readString(statm).split(" ")[1]) * 4096;
        }
        return heap();
    }

    @Test
    void takesCodeFromDiskAndRebuildsItWhenItWasChanged() throws IOException {
        byte[] bytes = Fixtures.bytes("consumer");
        assertThat(phase(bytes)).isEqualTo(CompileListener.Phase.COMPILED);
        assertThat(phase(bytes)).isEqualTo(CompileListener.Phase.LOADED_FROM_DISK);
        List<Path> files;
        try (var all = Files.walk(cache)) {
            files = all.filter(f -> f.toString().endsWith(".code")).toList();
        }
        assertThat(files).isNotEmpty();
        for (Path file : files) {
            byte[] code = Files.readAllBytes(file);
            code[code.length / 2] ^= 1;
            Files.write(file, code);
        }
        assertThat(phase(bytes)).isEqualTo(CompileListener.Phase.COMPILED);
        assertThat(phase(bytes)).isEqualTo(CompileListener.Phase.LOADED_FROM_DISK);
        for (Path file : files) {
            Files.write(file, new byte[0]);
        }
        assertThat(phase(bytes)).isEqualTo(CompileListener.Phase.COMPILED);
        try (var left = Files.walk(cache)) {
            assertThat(left).noneMatch(f -> f.toString().endsWith(".tmp"));
        }
    }

    /** How a fresh engine comes by a module. */
    private CompileListener.Phase phase(byte[] bytes) {
        List<CompileListener.Phase> phases = new ArrayList<>();
        try (WasmEngine fresh = open(cache)) {
            CompiledModule module = fresh.compile(bytes, Digest.of(bytes), (phase, elapsed) -> phases.add(phase));
            assertThat(module.exports()).hasSize(4);
        }
        return phases.getLast();
    }
}
