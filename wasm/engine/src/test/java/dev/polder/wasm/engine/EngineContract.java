package dev.polder.wasm.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polder.kernel.model.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What every engine does in the same way. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
abstract class EngineContract {

    private static final InstanceLimits LIMITS = InstanceLimits.DEFAULT.withWallTime(Duration.ofSeconds(20));

    WasmEngine engine;

    abstract WasmEngine open(Path cache);

    @BeforeAll
    void openEngine(@TempDir Path cache) throws IOException {
        engine = open(cache);
    }

    @AfterAll
    void closeEngine() {
        engine.close();
    }

    static HostFunctions host(List<String> notes) {
        return HostFunctions.builder()
                .add("host", "twice", FunctionType.of("i:i"), call -> call.returnI32(2 * call.i32(0)))
                .add(
                        "host",
                        "mix",
                        FunctionType.of("iIfF:F"),
                        call -> call.returnF64(call.i32(0) + call.i64(1) + (double) call.f32(2) + call.f64(3)))
                .add(
                        "host",
                        "note",
                        FunctionType.of("ii:"),
                        call -> notes.add(call.memory().readUtf8(call.u32(0), call.i32(1))))
                .build();
    }

    private WasmInstance basic() {
        return Fixtures.compile(engine, "basic").link(host(new ArrayList<>())).instantiate(LIMITS, null);
    }

    private WasmInstance traps(InstanceLimits limits) {
        return Fixtures.compile(engine, "traps").link(HostFunctions.NONE).instantiate(limits, null);
    }

    @Test
    void tellsWhatAModuleImportsAndExports() {
        CompiledModule module = Fixtures.compile(engine, "basic");
        assertThat(module.imports()).hasSize(3).contains(new ImportType("host", "mix", FunctionType.of("iIfF:F")));
        assertThat(module.export("memory"))
                .hasValueSatisfying(e -> assertThat(e.type()).isEqualTo(new MemoryType(1, OptionalLong.of(8))));
        assertThat(module.export("count"))
                .hasValueSatisfying(e -> assertThat(e.type()).isEqualTo(new GlobalType(ValueType.I64, true)));
        assertThat(module.export("table"))
                .hasValueSatisfying(
                        e -> assertThat(e.type()).isEqualTo(new TableType(ValueType.FUNCREF, 4, OptionalLong.of(16))));
        assertThat(module.export("absent")).isEmpty();
    }

    @Test
    void passesEveryKindOfNumber() {
        try (WasmInstance instance = basic()) {
            assertThat(instance.call("add", -5, 3)).containsExactly(-2);
            assertThat(instance.call("add", Integer.MAX_VALUE, 1)).containsExactly(Integer.MIN_VALUE);
            assertThat(instance.call("add64", Long.MAX_VALUE, 1)).containsExactly(Long.MIN_VALUE);
            assertThat(Float.intBitsToFloat((int)
                            instance.call("mul32", Float.floatToRawIntBits(1.5f), Float.floatToRawIntBits(-4f))[0]))
                    .isEqualTo(-6f);
            assertThat(Double.longBitsToDouble(
                            instance.call("div64", Double.doubleToRawLongBits(1), Double.doubleToRawLongBits(3))[0]))
                    .isEqualTo(1.0 / 3);
            assertThat(instance.call("swap", -1, 42)).containsExactly(42, -1);
            assertThat(instance.call("nothing")).isEmpty();
            assertThat(instance.call("sum", 1000)).containsExactly(499_500);
        }
    }

    @Test
    void passesNumbersInSlotsOfTheCaller() {
        try (WasmInstance instance = basic()) {
            long[] slots = {-5, 3, 99};
            instance.function("add").orElseThrow().callSlots(slots);
            assertThat(slots[0]).isEqualTo(-2);
            assertThat(slots[2]).isEqualTo(99);
            slots = new long[] {-1, 42};
            instance.function("swap").orElseThrow().callSlots(slots);
            assertThat(slots).containsExactly(42, -1);
            instance.function("nothing").orElseThrow().callSlots(new long[0]);
            WasmFunction add = instance.function("add").orElseThrow();
            assertThatThrownBy(() -> add.callSlots(new long[1]))
                    .isInstanceOf(Problem.class)
                    .hasMessageContaining("1 slots");
        }
    }

    @Test
    void checksRangesOfAMemory() {
        try (WasmInstance instance = basic()) {
            WasmMemory memory = instance.memory();
            long size = memory.byteSize();
            memory.check(0, size);
            memory.check(size, 0);
            for (long[] range : new long[][] {{0, size + 1}, {size, 1}, {size + 1, 0}, {-1, 1}, {1, -1}}) {
                assertThatThrownBy(() -> memory.check(range[0], range[1]))
                        .isInstanceOfSatisfying(
                                WasmTrap.class, t -> assertThat(t.code()).isEqualTo(TrapCode.MEMORY_OUT_OF_BOUNDS));
            }
        }
    }

    @Test
    void callsTheHost() {
        List<String> notes = new ArrayList<>();
        try (WasmInstance instance =
                Fixtures.compile(engine, "basic").link(host(notes)).instantiate(LIMITS, null)) {
            assertThat(instance.call("quadruple", -3)).containsExactly(-12);
            long[] mixed = instance.call(
                    "mixed", -1, 1L << 40, Float.floatToRawIntBits(0.5f), Double.doubleToRawLongBits(0.25));
            assertThat(Double.longBitsToDouble(mixed[0])).isEqualTo((1L << 40) - 0.25);
            instance.call("greet");
            assertThat(notes).containsExactly("hello, host");
        }
    }

    @Test
    void givesTheHostStateToHostFunctions() {
        HostFunctions again = HostFunctions.builder()
                .add(
                        "host",
                        "again",
                        FunctionType.of("i:i"),
                        call -> call.returnI32(call.host(StringBuilder.class)
                                .append(call.i32(0))
                                .length()))
                .build();
        LinkedModule linked = Fixtures.compile(engine, "reenter").link(again);
        StringBuilder one = new StringBuilder("1");
        StringBuilder two = new StringBuilder("22");
        try (WasmInstance first = linked.instantiate(LIMITS, one);
                WasmInstance second = linked.instantiate(LIMITS, two)) {
            assertThat(first.call("start", 7)).containsExactly(2);
            assertThat(second.call("start", 8)).containsExactly(3);
        }
        assertThat(one).hasToString("17");
        assertThat(two).hasToString("228");
    }

    @Test
    void letsAHostFunctionCallTheGuestAgain() {
        WasmFunction[] alloc = new WasmFunction[1];
        HostFunctions again = HostFunctions.builder()
                .add("host", "again", FunctionType.of("i:i"), call -> {
                    int address = alloc[0].callI32(call.i32(0));
                    call.memory().setInt(address, 77);
                    call.returnI32(call.memory().getInt(address) + address);
                })
                .build();
        try (WasmInstance instance =
                Fixtures.compile(engine, "reenter").link(again).instantiate(LIMITS, null)) {
            alloc[0] = instance.function("alloc").orElseThrow();
            assertThat(instance.call("start", 24)).containsExactly(1024 + 77);
        }
    }

    @Test
    void throwsWhatAHostFunctionThrew() {
        RuntimeException thrown = new IllegalStateException("as it is");
        HostFunctions again = HostFunctions.builder()
                .add("host", "again", FunctionType.of("i:i"), call -> {
                    switch (call.i32(0)) {
                        case 0 -> throw thrown;
                        case 1 -> throw new IOException("checked");
                        default -> throw new StackOverflowError();
                    }
                })
                .build();
        try (WasmInstance instance =
                Fixtures.compile(engine, "reenter").link(again).instantiate(LIMITS, null)) {
            assertThatThrownBy(() -> instance.call("start", 0)).isSameAs(thrown);
            assertThatThrownBy(() -> instance.call("start", 1))
                    .isInstanceOfSatisfying(
                            WasmTrap.class, t -> assertThat(t.code()).isEqualTo(TrapCode.HOST))
                    .hasRootCauseInstanceOf(IOException.class);
            assertThat(instance.call("alloc", 1)).containsExactly(1001);
        }
    }

    @Test
    void tellsTheWayToAHostFunctionThatFailed() {
        HostFunctions again = HostFunctions.builder()
                .add("host", "again", FunctionType.of("i:i"), call -> {
                    throw call.i32(0) == 0
                            ? GuestLimit.HANDLES.passed("too many")
                            : new WasmTrap(TrapCode.CANONICAL_ABI, "no such handle", List.of(), null);
                })
                .build();
        LinkedModule linked = Fixtures.compile(engine, "reenter").link(again);
        try (WasmInstance instance = linked.instantiate(LIMITS, null)) {
            assertThatThrownBy(() -> instance.call("start", 0))
                    .isInstanceOfSatisfying(
                            Problem.class,
                            problem -> assertThat(GuestFrames.of(problem))
                                    .extracting(GuestFrame::function)
                                    .containsExactly("#2"));
        }
        try (WasmInstance instance = linked.instantiate(LIMITS, null)) {
            assertThatThrownBy(() -> instance.call("start", 1))
                    .isInstanceOfSatisfying(
                            WasmTrap.class,
                            trap -> assertThat(trap.frames())
                                    .extracting(GuestFrame::function)
                                    .containsExactly("#2"));
        }
    }

    @Test
    void passesATrapThroughTheHostFunctionThatCausedIt() {
        WasmFunction[] fail = new WasmFunction[1];
        HostFunctions again = HostFunctions.builder()
                .add("host", "again", FunctionType.of("i:i"), call -> fail[0].call())
                .build();
        try (WasmInstance instance =
                Fixtures.compile(engine, "reenter").link(again).instantiate(LIMITS, null)) {
            fail[0] = instance.function("fail").orElseThrow();
            assertThatThrownBy(() -> instance.call("start", 1))
                    .isInstanceOfSatisfying(
                            WasmTrap.class, t -> assertThat(t.code()).isEqualTo(TrapCode.UNREACHABLE));
        }
    }

    @Test
    void readsAndWritesMemory() {
        try (WasmInstance instance = basic()) {
            WasmMemory memory = instance.memory();
            assertThat(memory.byteSize()).isEqualTo(65_536);
            assertThat(memory.readUtf8(16, 5)).isEqualTo("hello");
            memory.setInt(100, 0x11223344);
            assertThat(instance.call("peek", 100)).containsExactly(0x11223344);
            assertThat(memory.getByte(100)).isEqualTo((byte) 0x44);
            assertThat(memory.getShort(101)).isEqualTo((short) 0x2233);
            memory.setLong(200, -2);
            memory.setDouble(208, 2.5);
            memory.setFloat(216, -0.5f);
            memory.setShort(220, (short) -3);
            memory.setByte(222, (byte) 9);
            assertThat(memory.getLong(200)).isEqualTo(-2);
            assertThat(memory.getDouble(208)).isEqualTo(2.5);
            assertThat(memory.getFloat(216)).isEqualTo(-0.5f);
            assertThat(memory.getShort(220)).isEqualTo((short) -3);
            instance.call("poke", 300, -1);
            assertThat(memory.read(299, 6)).containsExactly(0, -1, -1, -1, -1, 0);
            memory.write(400, "bytes".getBytes(StandardCharsets.US_ASCII));
            memory.fill(405, 3, (byte) '!');
            assertThat(memory.readUtf8(400, 8)).isEqualTo("bytes!!!");
            assertThat(memory.slice(400, 8).byteSize()).isEqualTo(8);
            instance.call("late", 500);
            assertThat(memory.readUtf8(500, 7)).isEqualTo("passive");
        }
    }

    @Test
    void growsMemoryFromBothSides() {
        try (WasmInstance instance = basic()) {
            WasmMemory memory = instance.memory();
            assertThat(instance.call("grow", 2)).containsExactly(1);
            memory.setInt(3 * 65_536 - 4, 5);
            assertThat(memory.grow(1)).isEqualTo(3);
            assertThat(memory.getInt(3 * 65_536 - 4)).isEqualTo(5);
            assertThat(memory.byteSize()).isEqualTo(4 * 65_536);
            assertThat(memory.grow(5)).isEqualTo(-1);
            assertThat(instance.call("grow", 100)).containsExactly(-1);
            assertThat(instance.call("grow", 4)).containsExactly(4);
        }
    }

    @ParameterizedTest
    @CsvSource({"65536,1", "65533,4", "-1,1", "0,-1", "4294967296,1", "9223372036854775807,8", "1,65536"})
    void checksEveryAccessOfTheHost(long address, long length) {
        try (WasmInstance instance = basic()) {
            assertThatThrownBy(() -> instance.memory().slice(address, length))
                    .isInstanceOfSatisfying(
                            WasmTrap.class, t -> assertThat(t.code()).isEqualTo(TrapCode.MEMORY_OUT_OF_BOUNDS));
            assertThat(instance.memory().slice(65_536, 0).byteSize()).isZero();
            assertThatThrownBy(() -> instance.memory().getLong(65_529)).isInstanceOf(WasmTrap.class);
            assertThat(instance.memory().getLong(65_528)).isZero();
        }
    }

    @Test
    void readsGlobalsAndTables() {
        try (WasmInstance instance = basic()) {
            WasmGlobal count = (WasmGlobal) instance.export("count").orElseThrow();
            assertThat(count.get()).isEqualTo(7);
            count.set(40);
            assertThat(instance.call("bump")).containsExactly(41);
            WasmGlobal ratio = (WasmGlobal) instance.export("ratio").orElseThrow();
            assertThat(Float.intBitsToFloat((int) ratio.get())).isEqualTo(1.5f);
            assertThatThrownBy(() -> ratio.set(0)).isInstanceOf(Problem.class).hasMessageContaining("mutable");

            WasmTable table = (WasmTable) instance.export("table").orElseThrow();
            assertThat(table.size()).isEqualTo(4);
            assertThat(table.get(0)).isEmpty();
            assertThat(table.get(2).orElseThrow().call(10, 4)).containsExactly(6);
            assertThat(table.grow(2)).isEqualTo(4);
            assertThat(table.grow(1000)).isEqualTo(-1);
            table.set(5, instance.function("add").orElseThrow());
            assertThat(instance.call("indirect", 5, 20, 22)).containsExactly(42);
            assertThatThrownBy(() -> table.get(6)).isInstanceOf(WasmTrap.class);
        }
    }

    @Test
    void linksInstancesThatShareThings() {
        InstanceLimits limits = LIMITS.withCounts(4, 4, 8);
        try (WasmStore store = engine.newStore(limits, null)) {
            WasmInstance provider = store.instantiate(Fixtures.compile(engine, "provider"), Imports.NONE);
            WasmInstance consumer = store.instantiate(
                    Fixtures.compile(engine, "consumer"),
                    Imports.builder().addInstance("p", provider).build());
            assertThat(consumer.call("increment_twice", 5)).containsExactly(7);
            assertThat(provider.call("call_slot", 0, 1)).containsExactly(101);
            consumer.call("set_base", 1000);
            assertThat(provider.call("call_slot", 0, 1)).containsExactly(1001);
            assertThat(provider.memory().readUtf8(8, 8)).isEqualTo("consumer");
            consumer.call("write", 32);
            provider.call("write", 40);
            assertThat(provider.memory().readUtf8(32, 16)).isEqualTo("CONSUMERprovider");
            provider.call("grow");
            provider.memory().setByte(70_000, (byte) 33);
            assertThat(consumer.call("peek", 70_000)).containsExactly(33);
        }
    }

    @Test
    void letsTheHostMakeThingsForInstances() {
        try (WasmStore store = engine.newStore(LIMITS.withCounts(4, 4, 8), null)) {
            WasmMemory memory = store.newMemory(new MemoryType(1, OptionalLong.of(2)));
            WasmTable table = store.newTable(new TableType(ValueType.FUNCREF, 2, OptionalLong.empty()));
            WasmGlobal base = store.newGlobal(new GlobalType(ValueType.I32, true), -5);
            WasmFunction tenfold = store.newFunction(FunctionType.of("i:i"), call -> call.returnI32(10 * call.i32(0)));
            WasmInstance consumer = store.instantiate(
                    Fixtures.compile(engine, "consumer"),
                    Imports.builder()
                            .add("p", "memory", memory)
                            .add("p", "table", table)
                            .add("p", "base", base)
                            .add("p", "increment", tenfold)
                            .build());
            assertThat(consumer.call("increment_twice", 3)).containsExactly(300);
            assertThat(table.get(0).orElseThrow().call(7)).containsExactly(2);
            assertThat(memory.readUtf8(8, 8)).isEqualTo("consumer");
            assertThat(base.get()).isEqualTo(-5);
            assertThat(tenfold.call(4)).containsExactly(40);
            table.set(1, tenfold);
            assertThat(table.get(1).orElseThrow().call(5)).containsExactly(50);
        }
    }

    @Test
    void linksInstancesByPosition() {
        try (WasmStore store = engine.newStore(LIMITS.withCounts(4, 4, 8), null)) {
            CompiledModule module = Fixtures.compile(engine, "provider");
            assertThat(module.memories()).containsExactly(new MemoryType(1, OptionalLong.of(4)));
            assertThat(module.tables()).hasSize(1);
            WasmInstance provider = store.instantiate(module, List.of());
            for (int i = 0; i < module.exports().size(); i++) {
                assertThat(provider.export(i))
                        .isSameAs(
                                provider.export(module.exports().get(i).name()).orElseThrow());
            }
            CompiledModule user = Fixtures.compile(engine, "consumer");
            assertThat(user.memories()).isEmpty();
            List<WasmExtern> given = user.imports().stream()
                    .map(i -> provider.export(i.name()).orElseThrow())
                    .toList();
            assertThat(store.instantiate(user, given).call("increment_twice", 5))
                    .containsExactly(7);
            List<WasmExtern> swapped = List.of(given.get(1), given.get(0), given.get(2), given.get(3));
            assertThatThrownBy(() -> store.instantiate(user, swapped)).isInstanceOf(Problem.class);
            assertThatThrownBy(() -> store.instantiate(user, given.subList(0, 3)))
                    .isInstanceOf(Problem.class)
                    .hasMessageContaining("3 imports (expected: 4)");
        }
    }

    @Test
    void givesAFunctionUnderTheNameOfAnother() {
        byte[] wanting = new ModuleBytes()
                .section(1, (byte) 1, (byte) 0x60, (byte) 1, (byte) 0x7f, (byte) 1, (byte) 0x7f)
                .section(2, "\1\1p\5write\0\0".getBytes(StandardCharsets.US_ASCII))
                .section(7, "\1\1f\0\0".getBytes(StandardCharsets.US_ASCII))
                .bytes();
        try (WasmStore store = engine.newStore(LIMITS.withCounts(4, 4, 8), null)) {
            WasmInstance provider = store.instantiate(Fixtures.compile(engine, "provider"), Imports.NONE);
            WasmFunction increment = provider.function("increment").orElseThrow();
            WasmInstance instance = store.instantiate(Fixtures.compile(engine, wanting), List.of(increment));
            assertThat(instance.call("f", 41)).containsExactly(42);
        }
    }

    @Test
    void givesAMemoryWithoutMaximumToAnImportWithoutOne() {
        try (WasmStore store = engine.newStore(LIMITS.withCounts(4, 4, 8), null)) {
            WasmMemory memory = store.newMemory(new MemoryType(1, OptionalLong.empty()));
            WasmInstance provider = store.instantiate(Fixtures.compile(engine, "provider"), Imports.NONE);
            WasmInstance consumer = store.instantiate(
                    Fixtures.compile(engine, "consumer"),
                    Imports.builder()
                            .addInstance("p", provider)
                            .add("p", "memory", memory)
                            .build());
            assertThat(consumer.call("peek", 8)).containsExactly('c');
        }
    }

    @Test
    void validatesComponentsWhereItKnowsThem() {
        byte[] empty = {0, 'a', 's', 'm', 0x0d, 0, 1, 0};
        boolean knows = engine.validateComponent(empty);
        assertThat(engine.validateComponent(empty))
                .as("by the verdict that was kept")
                .isEqualTo(knows);
        assertThat(knows).isEqualTo(engine.name().equals("wasmtime"));
        if (knows) {
            byte[] wrong = {0, 'a', 's', 'm', 0x0d, 0, 1, 0, 7, 3, 1, 0x70, 5};
            assertThatThrownBy(() -> engine.validateComponent(wrong)).isInstanceOf(Problem.class); // and is not kept
            assertThatThrownBy(() -> engine.validateComponent(wrong))
                    .isInstanceOfSatisfying(
                            Problem.class, p -> assertThat(p.code()).isEqualTo(Problem.Code.INVALID))
                    .hasMessageContaining("unknown type 5");
        }
    }

    @Test
    void namesEveryImportThatIsMissingOrOfAnotherType() {
        CompiledModule module = Fixtures.compile(engine, "basic");
        HostFunctions wrong = HostFunctions.builder()
                .add("host", "twice", FunctionType.of("I:i"), call -> {})
                .build();
        assertThatThrownBy(() -> module.link(wrong))
                .isInstanceOfSatisfying(Problem.class, p -> assertThat(p.code()).isEqualTo(Problem.Code.INVALID))
                .hasMessageContaining("host.twice (i32) -> i32 (expected: (i64) -> i32)")
                .hasMessageContaining("host.mix")
                .hasMessageContaining("host.note");
    }

    @Test
    void refusesThingsOfAnotherStore() {
        try (WasmStore one = engine.newStore(LIMITS.withCounts(4, 4, 8), null);
                WasmStore two = engine.newStore(LIMITS.withCounts(4, 4, 8), null)) {
            WasmInstance provider = one.instantiate(Fixtures.compile(engine, "provider"), Imports.NONE);
            Imports imports = Imports.builder().addInstance("p", provider).build();
            CompiledModule consumer = Fixtures.compile(engine, "consumer");
            assertThatThrownBy(() -> two.instantiate(consumer, imports))
                    .isInstanceOf(Problem.class)
                    .hasMessageContaining("another store");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "unreachable,,UNREACHABLE",
        "load,65536,MEMORY_OUT_OF_BOUNDS",
        "load,-4,MEMORY_OUT_OF_BOUNDS",
        "indirect,0,INDIRECT_CALL_TO_NULL",
        "indirect,1,BAD_SIGNATURE",
        "indirect,3,TABLE_OUT_OF_BOUNDS",
        "recurse,0,STACK_OVERFLOW",
        "convert,9221120237041090560,BAD_CONVERSION_TO_INTEGER",
        "convert,9218868437227405311,INTEGER_OVERFLOW",
    })
    void mapsTraps(String function, Long argument, TrapCode code) throws Exception {
        // Guests belong on a guest's thread: the overflow needs its stack.
        try (GuestExecutor executor = new GuestExecutor(1, 1)) {
            WasmTrap trap = executor.submit(() -> {
                        try (WasmInstance instance = traps(LIMITS)) {
                            return org.junit.jupiter.api.Assertions.assertThrows(
                                    WasmTrap.class,
                                    () -> instance.call(
                                            function, argument == null ? new long[0] : new long[] {argument}));
                        }
                    })
                    .get();
            assertThat(trap.code()).isEqualTo(code);
        }
    }

    @Test
    void mapsDivisionTraps() {
        try (WasmInstance instance = traps(LIMITS)) {
            assertThatThrownBy(() -> instance.call("divide", 1, 0))
                    .isInstanceOfSatisfying(
                            WasmTrap.class, t -> assertThat(t.code()).isEqualTo(TrapCode.INTEGER_DIVIDE_BY_ZERO));
            assertThatThrownBy(() -> instance.call("divide", Integer.MIN_VALUE, -1))
                    .isInstanceOfSatisfying(
                            WasmTrap.class, t -> assertThat(t.code()).isEqualTo(TrapCode.INTEGER_OVERFLOW));
            assertThat(instance.call("divide", 7, -2)).containsExactly(-3);
        }
    }

    @Test
    void namesTheFunctionsOfATrap() {
        try (WasmInstance instance = traps(LIMITS)) {
            assertThatThrownBy(() -> instance.call("unreachable")).isInstanceOfSatisfying(WasmTrap.class, t -> {
                assertThat(t.frames()).extracting(GuestFrame::function).startsWith("inner", "outer");
                assertThat(t).hasMessage("unreachable executed in inner < outer");
                assertThat(t.toProblem().whoFailed()).isEqualTo(Problem.WhoFailed.GUEST);
            });
        }
    }

    @ParameterizedTest
    @CsvSource({"spin", "spin_count"})
    void endsALoopAtItsDeadline(String function) {
        long start = System.nanoTime();
        try (WasmInstance instance = traps(LIMITS.withWallTime(Duration.ofMillis(200)))) {
            assertThatThrownBy(() -> instance.call(function)).isInstanceOfSatisfying(WasmTrap.class, t -> {
                assertThat(t.code()).isEqualTo(TrapCode.DEADLINE);
                assertThat(t.toProblem().code()).isEqualTo(Problem.Code.DEADLINE);
            });
            assertThatThrownBy(() -> instance.call("divide", 1, 1)).isInstanceOf(WasmTrap.class);
            instance.store().restartDeadline();
            assertThat(instance.call("divide", 8, 2)).containsExactly(4);
        }
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isBetween(Duration.ofMillis(190), Duration.ofSeconds(5));
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void endsAStartFunctionThatLoops() {
        LinkedModule linked = Fixtures.compile(engine, "start_loop").link(HostFunctions.NONE);
        assertThatThrownBy(() -> linked.instantiate(LIMITS.withWallTime(Duration.ofMillis(100)), null))
                .isInstanceOfSatisfying(
                        WasmTrap.class, t -> assertThat(t.code()).isEqualTo(TrapCode.DEADLINE));
    }

    @Test
    void cancelsAGuestFromAnotherThread() throws Exception {
        try (GuestExecutor executor = new GuestExecutor(2, 2);
                WasmStore store = engine.newStore(LIMITS.withCounts(1, 10, 1), null)) {
            WasmInstance instance = store.instantiate(Fixtures.compile(engine, "traps"), Imports.NONE);
            var running = executor.submit(() -> instance.call("spin"));
            store.cancel();
            assertThatThrownBy(running::get)
                    .cause()
                    .isInstanceOfSatisfying(
                            Problem.class, p -> assertThat(p.code()).isEqualTo(Problem.Code.CANCELLED));
        }
    }

    @Test
    void interruptsAHostFunctionThatWaits() {
        HostFunctions again = HostFunctions.builder()
                .add(
                        "host",
                        "again",
                        FunctionType.of("i:i"),
                        call -> new java.util.concurrent.CountDownLatch(1).await())
                .build();
        try (WasmInstance instance = Fixtures.compile(engine, "reenter")
                .link(again)
                .instantiate(LIMITS.withWallTime(Duration.ofSeconds(1)), null)) {
            assertThatThrownBy(() -> instance.call("start", 1)).hasRootCauseInstanceOf(InterruptedException.class);
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
        }
    }

    @Test
    void stopsMemoryAndTableBombs() {
        InstanceLimits limits = LIMITS.withMemoryBytes(64L << 20).withTableElements(10_000);
        try (WasmInstance instance = traps(limits)) {
            assertThat(instance.call("grow_bomb")).containsExactly(1023);
            assertThat(instance.memory().byteSize()).isEqualTo(64L << 20);
            assertThat(instance.call("table_bomb")[0]).isBetween(9_000L, 10_000L);
        }
        try (WasmInstance fresh = traps(limits)) {
            assertThat(fresh.memory().byteSize()).isEqualTo(65_536);
            assertThat(fresh.call("table_bomb")[0]).isBetween(9_000L, 10_000L);
        }
    }

    @ParameterizedTest
    @CsvSource({"four_gib,4294967296 bytes of memory", "huge_table,9000000"})
    void refusesAModuleThatWantsTooMuch(String name, String words) {
        assertThatThrownBy(() ->
                        Fixtures.compile(engine, name).link(HostFunctions.NONE).instantiate(LIMITS, null))
                .isInstanceOfSatisfying(Problem.class, p -> {
                    assertThat(p.code()).isEqualTo(Problem.Code.TOO_LARGE);
                    assertThat(p.whoFailed()).isEqualTo(Problem.WhoFailed.GUEST);
                })
                .hasMessageContaining(words);
    }

    @Test
    void givesTheSameModuleForTheSameDigest() {
        List<CompileListener.Phase> phases = new ArrayList<>();
        byte[] bytes = Fixtures.bytes("provider");
        var digest = dev.polder.kernel.model.Digest.of(bytes);
        CompiledModule one = engine.compile(bytes, digest);
        CompiledModule two = engine.compile(bytes, digest, (phase, elapsed) -> phases.add(phase));
        assertThat(two).isSameAs(one);
        assertThat(phases).containsExactly(CompileListener.Phase.ALREADY_IN_MEMORY);
    }

    @Test
    void refusesUseAfterClose() {
        WasmInstance instance = basic();
        WasmMemory memory = instance.memory();
        WasmFunction add = instance.function("add").orElseThrow();
        memory.getInt(0);
        instance.close();
        instance.close();
        assertThatThrownBy(() -> add.call(1, 2)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> instance.call("nothing")).isInstanceOf(IllegalStateException.class);
    }
}
