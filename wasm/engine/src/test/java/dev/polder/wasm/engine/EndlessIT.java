package dev.polder.wasm.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polder.kernel.model.Problem;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Guests on Wasmtime that would never end do end, whatever they do. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EndlessIT {

    private static final InstanceLimits LIMITS =
            InstanceLimits.DEFAULT.withCounts(2, 10, 1).withWallTime(Duration.ofMillis(40));

    private WasmEngine engine;

    @BeforeAll
    void openEngine(@TempDir Path folder) {
        engine = Fixtures.wasmtime(folder);
    }

    @AfterAll
    void closeEngine() {
        engine.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"empty", "nested", "stores", "fills", "grows", "tail", "tree", "calls", "waits"})
    void endsByItsDeadline(String export) {
        CompiledModule module = Fixtures.compile(engine, "endless");
        for (int round = 0; round < 4; round++) {
            try (WasmStore store = engine.newStore(LIMITS, null)) {
                WasmInstance instance = store.instantiate(module, Imports.NONE);
                WasmFunction endless = instance.function(export).orElseThrow();
                assertThatThrownBy(endless::call)
                        .isInstanceOfSatisfying(
                                WasmTrap.class, trap -> assertThat(trap.code()).isEqualTo(TrapCode.DEADLINE));
                // What was stopped runs again when it has time again, and the pool gets its memories back as they were.
                store.restartDeadline();
                assertThat(instance.function("ends").orElseThrow().call()).containsExactly(42);
            }
        }
    }

    /** Nobody but the probes may reach that memory: the engine's own code would fault in it, outside of the guest. */
    @Test
    void refusesCodeThatNamesTheMemoryOfProbes() {
        byte[] fill = {1, 14, 0, 0x03, 0x40, 0x41, 0, 0x41, 0, 0x41, 0, (byte) 0xfc, 11, 1, 0x0b, 0x0b};
        byte[] load = {1, 12, 0, 0x03, 0x40, 0x41, 0, 0x28, 0x42, 1, 0, 0x1a, 0x0b, 0x0b};
        for (byte[] code : new byte[][] {fill, load}) {
            byte[] module = new ModuleBytes()
                    .section(1, new byte[] {1, 0x60, 0, 0})
                    .section(3, new byte[] {1, 0})
                    .section(5, new byte[] {1, 0, 1})
                    .section(10, code)
                    .bytes();
            assertThatThrownBy(() -> Fixtures.compile(engine, module))
                    .isInstanceOfSatisfying(
                            Problem.class, problem -> assertThat(problem.code()).isEqualTo(Problem.Code.INVALID))
                    .hasMessageContaining("unknown memory");
        }
    }

    /** A memory counts each time it is imported; past what a probe can name, a guest could not be ended. */
    @Test
    void refusesMoreMemoriesThanAProbeCanName() {
        ByteArrayOutputStream imports = new ByteArrayOutputStream();
        imports.writeBytes(ModuleBytes.number(128));
        for (int i = 0; i < 128; i++) {
            imports.writeBytes(new byte[] {1, 'm', 1, 'm', 2, 0, 1});
        }
        byte[] module = new ModuleBytes()
                .section(1, new byte[] {1, 0x60, 0, 0})
                .section(2, imports.toByteArray())
                .section(3, new byte[] {1, 0})
                .section(10, new byte[] {1, 7, 0, 0x03, 0x40, 0x0c, 0, 0x0b, 0x0b})
                .bytes();
        assertThatThrownBy(() -> Fixtures.compile(engine, module))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("memories");
    }

    @Test
    void runsAStartFunctionOnce() {
        try (WasmStore store = engine.newStore(LIMITS, null)) {
            WasmInstance instance = store.instantiate(Fixtures.compile(engine, "started"), Imports.NONE);
            assertThat(instance.function("sum").orElseThrow().call()).containsExactly(55);
        }
    }

    @Test
    void endsAGuestThatIsCancelled() {
        CompiledModule module = Fixtures.compile(engine, "endless");
        try (WasmStore store = engine.newStore(LIMITS.withoutWallTime(), null)) {
            WasmFunction endless =
                    store.instantiate(module, Imports.NONE).function("nested").orElseThrow();
            CompletableFuture<Void> cancelled = CompletableFuture.runAsync(store::cancel);
            assertThatThrownBy(endless::call)
                    .isInstanceOfSatisfying(
                            WasmTrap.class, trap -> assertThat(trap.code()).isEqualTo(TrapCode.CANCELLED));
            cancelled.join();
        }
    }

    @Test
    void endsOneOfManyAndNoOther() throws Exception {
        CompiledModule module = Fixtures.compile(engine, "endless");
        try (GuestExecutor executor = new GuestExecutor(4, 16)) {
            CompletableFuture<Object> ended = executor.submit(() -> {
                try (WasmStore store = engine.newStore(LIMITS, null)) {
                    return store.instantiate(module, Imports.NONE)
                            .function("stores")
                            .orElseThrow()
                            .call();
                }
            });
            int answers = 0;
            while (!ended.isDone()) {
                try (WasmStore store = engine.newStore(LIMITS.withoutWallTime(), null)) {
                    WasmFunction ends = store.instantiate(module, Imports.NONE)
                            .function("ends")
                            .orElseThrow();
                    assertThat(ends.call()).containsExactly(42);
                    answers++;
                }
            }
            assertThat(ended).isCompletedExceptionally();
            assertThat(answers).isPositive();
        }
    }
}
