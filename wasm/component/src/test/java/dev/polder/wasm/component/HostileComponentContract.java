package dev.polder.wasm.component;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polder.kernel.model.Digest;
import dev.polder.kernel.model.Problem;
import dev.polder.wasm.engine.CompileListener;
import dev.polder.wasm.engine.EngineChoice;
import dev.polder.wasm.engine.Engines;
import dev.polder.wasm.engine.GuestFrames;
import dev.polder.wasm.engine.HostMemory;
import dev.polder.wasm.engine.InstanceLimits;
import dev.polder.wasm.engine.TrapCode;
import dev.polder.wasm.engine.WasmEngine;
import dev.polder.wasm.engine.WasmTrap;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Components that mean no good: a typed error each time, and the next component runs as if nothing had been. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
abstract class HostileComponentContract {

    private static final InstanceLimits LIMITS =
            InstanceLimits.DEFAULT.withMemoryBytes(4 << 20).withWallTime(Duration.ofMillis(500));

    /**
     * One that traps.
     *
     * @param code how {@code run} traps
     * @param body of a core module with a memory, exporting {@code run}, {@code realloc}, {@code post} and {@code drop}
     * @param lift the component around the core instance {@code $i}, exporting {@code run}
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Hostile(String name, TrapCode code, String body, String lift, Object... arguments) {
        @Override
        public String toString() {
            return name;
        }

        String text() {
            return """
                    (component
                      (core module $M
                        (memory (export "memory") 1)
                        (table (export "table") 1 funcref)
                        %s)
                      (core instance $i (instantiate $M))
                      %s)
                    """.formatted(body, lift);
        }
    }

    private static final String NOTHING = "(func (export \"run\") (canon lift (core func $i \"run\")))";
    private static final String NUMBER = "(func (export \"run\") (result u32) (canon lift (core func $i \"run\")))";

    private static String result(String type) {
        return "(func (export \"run\") (result " + type
                + ") (canon lift (core func $i \"run\") (memory (core memory $i \"memory\"))))";
    }

    /** Twelve bytes each, so that the size of many is not a multiple of 2^32. */
    private static final String RECORDS = "(list (tuple u8 string))";

    private static String encoded(String encoding) {
        return "(func (export \"run\") (result string) (canon lift (core func $i \"run\")"
                + " (memory (core memory $i \"memory\")) string-encoding=" + encoding + "))";
    }

    private static String parameter(String type) {
        return "(func (export \"run\") (param \"p\" " + type + ") (canon lift (core func $i \"run\")"
                + " (memory (core memory $i \"memory\")) (realloc (core func $i \"realloc\"))))";
    }

    /** A function that says its result is at 8, where these two words are. */
    private static String returns(int pointer, int length) {
        return "(func (export \"run\") (result i32) (i32.store (i32.const 8) (i32.const " + pointer
                + ")) (i32.store (i32.const 12) (i32.const " + length + ")) (i32.const 8))";
    }

    private static String allocates(String instructions) {
        return "(func (export \"run\") (param i32 i32)) (func (export \"realloc\") (param i32 i32 i32 i32) (result i32) "
                + instructions + ")";
    }

    static Stream<Hostile> corpus() {
        TrapCode abi = TrapCode.CANONICAL_ABI;
        String text = "x".repeat(100);
        return Stream.of(
                new Hostile(
                        "recursion without end",
                        TrapCode.STACK_OVERFLOW,
                        "(func $r (export \"run\") (result i32) (i32.add (call $r) (i32.const 1)))",
                        NUMBER),
                new Hostile(
                        "a load at the end of four GiB",
                        TrapCode.MEMORY_OUT_OF_BOUNDS,
                        "(func (export \"run\") (result i32) (i32.load offset=4294967295 (i32.const -1)))",
                        NUMBER),
                new Hostile(
                        "a store past the memory",
                        TrapCode.MEMORY_OUT_OF_BOUNDS,
                        "(func (export \"run\") (i64.store (i32.const 65529) (i64.const 1)))",
                        NOTHING),
                new Hostile(
                        "memory taken until there is none",
                        TrapCode.UNREACHABLE,
                        "(func (export \"run\") (loop (if (i32.eq (memory.grow (i32.const 8)) (i32.const -1))"
                                + " (then unreachable)) (br 0)))",
                        NOTHING),
                new Hostile(
                        "a table grown until it does not",
                        TrapCode.UNREACHABLE,
                        "(func (export \"run\") (loop (if (i32.eq (table.grow 0 (ref.null func) (i32.const 50000))"
                                + " (i32.const -1)) (then unreachable)) (br 0)))",
                        NOTHING),
                new Hostile(
                        "a call of what is not in the table",
                        TrapCode.INDIRECT_CALL_TO_NULL,
                        "(func (export \"run\") (call_indirect (i32.const 0)))",
                        NOTHING),
                new Hostile(
                        "a string out of bounds",
                        TrapCode.MEMORY_OUT_OF_BOUNDS,
                        returns(65_530, 100),
                        result("string")),
                new Hostile("a string at the end of addresses", abi, returns(-1, -1), result("string")),
                new Hostile(
                        "a string that is no text",
                        abi,
                        returns(32, 1) + "(data (i32.const 32) \"\\ff\")",
                        result("string")),
                new Hostile("a list of nearly 2^32 bytes", abi, returns(0, -1), result("(list u8)")),
                new Hostile("a list of nearly 2^32 numbers", abi, returns(0, -8), result("(list u64)")),
                new Hostile(
                        "a list of 2^29 numbers, whose size is no size",
                        abi,
                        returns(0, 1 << 29),
                        result("(list u64)")),
                new Hostile("a list of nearly 2^32 strings", abi, returns(0, -2), result("(list string)")),
                new Hostile("a list of nearly 2^32 records", abi, returns(0, -2), result("(list (tuple u8 string))")),
                new Hostile("a string of 2^31 bytes", abi, returns(0, 1 << 31), result("string")),
                new Hostile("a string of 2^31 - 1 bytes", abi, returns(0, Integer.MAX_VALUE), result("string")),
                new Hostile("a string of 2^31 pairs of bytes", abi, returns(0, 1 << 31), encoded("utf16")),
                new Hostile("a string of 2^30 pairs of bytes", abi, returns(0, 1 << 30), encoded("utf16")),
                new Hostile(
                        "a string whose length is only its tag's rest", abi, returns(0, -1), encoded("latin1+utf16")),
                new Hostile(
                        "a string of 2^31 - 1 letters", abi, returns(0, Integer.MAX_VALUE), encoded("latin1+utf16")),
                new Hostile("a list of 2^32 - 8 bytes", abi, returns(0, (1 << 29) - 1), result("(list u64)")),
                new Hostile("a list of records that ends before 2^32", abi, returns(0, 357_913_941), result(RECORDS)),
                new Hostile(
                        "a list of records that ends after 2^32, at 8", abi, returns(0, 357_913_942), result(RECORDS)),
                new Hostile(
                        "a list of records that ends 2^32 twice, at 8", abi, returns(0, 715_827_883), result(RECORDS)),
                new Hostile("a list that begins at no number", abi, returns(3, 1), result("(list u32)")),
                new Hostile(
                        "a result that is nowhere",
                        TrapCode.MEMORY_OUT_OF_BOUNDS,
                        "(func (export \"run\") (result i32) (i32.const -4))",
                        result("string")),
                new Hostile("a case that there is none", abi, returns(7, 0), result("(option u8)")),
                new Hostile(
                        "half a pair of surrogates",
                        abi,
                        "(func (export \"run\") (result i32) (i32.const 0xd800))",
                        result("char")),
                new Hostile(
                        "room at the end of addresses",
                        TrapCode.MEMORY_OUT_OF_BOUNDS,
                        allocates("(i32.const -16)"),
                        parameter("string"),
                        text),
                new Hostile(
                        "room past the memory",
                        TrapCode.MEMORY_OUT_OF_BOUNDS,
                        allocates("(i32.const 65535)"),
                        parameter("string"),
                        text),
                new Hostile("room at no number", abi, allocates("(i32.const 3)"), parameter("(list u32)"), List.of(1)),
                new Hostile("no room", TrapCode.UNREACHABLE, allocates("unreachable"), parameter("string"), text),
                new Hostile(
                        "room that never comes",
                        TrapCode.DEADLINE,
                        allocates("(loop (br 0)) (i32.const 0)"),
                        parameter("string"),
                        text),
                new Hostile(
                        "room that grows into itself",
                        TrapCode.STACK_OVERFLOW,
                        "(func (export \"run\") (param i32 i32)) (func $a (export \"realloc\") (param i32 i32 i32 i32) (result i32)"
                                + " (i32.add (call $a (local.get 0) (local.get 1) (local.get 2) (local.get 3)) (i32.const 1)))",
                        parameter("string"),
                        text),
                new Hostile(
                        "a trap after the return",
                        TrapCode.UNREACHABLE,
                        returns(0, 4) + "(func (export \"post\") (param i32) unreachable)",
                        "(func (export \"run\") (result string) (canon lift (core func $i \"run\")"
                                + " (memory (core memory $i \"memory\")) (post-return (core func $i \"post\"))))"),
                new Hostile(
                        "no end after the return",
                        TrapCode.DEADLINE,
                        returns(0, 4) + "(func (export \"post\") (param i32) (loop (br 0)))",
                        "(func (export \"run\") (result string) (canon lift (core func $i \"run\")"
                                + " (memory (core memory $i \"memory\")) (post-return (core func $i \"post\"))))"));
    }

    private final EngineChoice choice;
    private WasmEngine engine;

    HostileComponentContract(EngineChoice choice) {
        this.choice = choice;
    }

    @BeforeAll
    void open(@TempDir Path cache) {
        engine = Engines.open(choice, cache).engine();
    }

    @AfterAll
    void close() {
        engine.close();
    }

    private ComponentInstance instance(byte[] bytes) {
        return Component.compile(engine, bytes, Digest.of(bytes), CompileListener.NONE)
                .link(List.of())
                .instantiate(LIMITS, ComponentContract.NO_SERVICES);
    }

    private void assertThatOthersRun() {
        try (ComponentInstance other = instance(Wat.assemble(Texts.ADD))) {
            assertThat(other.call("", "add", 40, 2)).isEqualTo(42);
        }
    }

    private static WasmTrap trap(ComponentInstance instance, Object... arguments) {
        return org.junit.jupiter.api.Assertions.assertThrows(WasmTrap.class, () -> instance.call("", "run", arguments));
    }

    @ParameterizedTest
    @MethodSource("corpus")
    void endsWithATrapOfItsOwn(Hostile hostile) {
        try (ComponentInstance instance = instance(Wat.assemble(hostile.text()))) {
            assertThat(trap(instance, hostile.arguments()).code()).isEqualTo(hostile.code());
            // What trapped is good for nothing any more, and says so.
            trap(instance, hostile.arguments());
        }
        assertThatOthersRun();
    }

    @Test
    void aStartFunctionThatTrapsMakesNoInstance() {
        byte[] bytes = Wat.assemble("""
                (component (core module $M (func $s unreachable) (start $s)) (core instance (instantiate $M)))
                """);
        WasmTrap trap = org.junit.jupiter.api.Assertions.assertThrows(WasmTrap.class, () -> instance(bytes));
        assertThat(trap.code()).isEqualTo(TrapCode.UNREACHABLE);
        assertThatOthersRun();
    }

    @Test
    void wildHandlesAndDestructorsThatTrapEndTheGuestAlone() {
        String text = """
                (component
                  (core module $D (func (export "drop") (param i32) unreachable))
                  (core instance $d (instantiate $D))
                  (type $r (resource (rep i32) (dtor (core func $d "drop"))))
                  (core func $new (canon resource.new $r))
                  (core func $drop (canon resource.drop $r))
                  (core module $M
                    (import "r" "new" (func $new (param i32) (result i32)))
                    (import "r" "drop" (func $drop (param i32)))
                    (func (export "wild") (call $drop (i32.const -1)))
                    (func (export "run") (call $drop (call $new (i32.const 1)))))
                  (core instance $i (instantiate $M (with "r" (instance
                    (export "new" (func $new)) (export "drop" (func $drop))))))
                  (func (export "wild") (canon lift (core func $i "wild")))
                  (func (export "run") (canon lift (core func $i "run"))))
                """;
        try (ComponentInstance instance = instance(Wat.assemble(text))) {
            assertThat(trap(instance).code()).isEqualTo(TrapCode.UNREACHABLE);
        }
        try (ComponentInstance instance = instance(Wat.assemble(text))) {
            WasmTrap trap =
                    org.junit.jupiter.api.Assertions.assertThrows(WasmTrap.class, () -> instance.call("", "wild"));
            assertThat(trap.code()).isEqualTo(TrapCode.CANONICAL_ABI);
        }
        assertThatOthersRun();
    }

    /** Its handles lie in the heap of the host, where its own limits of memory do not count. */
    @Test
    void handlesWithoutEndEndTheGuestBeforeTheHeapIsFull() {
        String text = """
                (component
                  (type $r (resource (rep i32)))
                  (core func $new (canon resource.new $r))
                  (core module $M
                    (import "r" "new" (func $new (param i32) (result i32)))
                    (func (export "run") (loop (drop (call $new (i32.const 1))) (br 0))))
                  (core instance $i (instantiate $M (with "r" (instance (export "new" (func $new))))))
                  (func (export "run") (canon lift (core func $i "run"))))
                """;
        byte[] bytes = Wat.assemble(text);
        HostMemory memory = HostMemory.of(16 << 20);
        InstanceLimits limits = LIMITS.withHostMemory(memory).withWallTime(Duration.ofSeconds(30));
        try (ComponentInstance instance = Component.compile(engine, bytes, Digest.of(bytes), CompileListener.NONE)
                .link(List.of())
                .instantiate(limits, ComponentContract.NO_SERVICES)) {
            Problem problem =
                    org.junit.jupiter.api.Assertions.assertThrows(Problem.class, () -> instance.call("", "run"));
            assertThat(problem.members()).containsEntry("limit", "host-memory");
            assertThat(GuestFrames.of(problem)).isNotEmpty();
        }
        assertThat(memory.taken()).isZero();
        assertThatOthersRun();
    }

    /** A text on its way to the host is there twice while the host looks at it. */
    @Test
    void valuesOnTheirWayToTheHostAreCountedAsLongAsItHasThem() {
        byte[] bytes = Wat.assemble("""
                (component
                  (import "test:take/host@0.1.0" (instance $host (export "take" (func (param "text" string)))))
                  (core module $Memory (memory (export "memory") 32))
                  (core instance $m (instantiate $Memory))
                  (core func $take (canon lower (func $host "take") (memory (core memory $m "memory"))))
                  (core module $M
                    (import "h" "take" (func $take (param i32 i32)))
                    (func (export "run") (param i32) (call $take (i32.const 0) (local.get 0))))
                  (core instance $i (instantiate $M (with "h" (instance (export "take" (func $take))))))
                  (func (export "run") (param "length" u32) (canon lift (core func $i "run"))))
                """);
        HostMemory memory = HostMemory.of(8 << 20);
        Taker host = new Taker(memory);
        HostServices services = new HostServices() {
            @Override
            public <T> T service(Class<T> type) {
                return type.cast(host);
            }
        };
        try (ComponentInstance instance = Component.compile(engine, bytes, Digest.of(bytes), CompileListener.NONE)
                .link(List.of(HostInterface.of("test:take/host", "0.1.0", Taker.class)))
                .instantiate(LIMITS.withHostMemory(memory).withWallTime(Duration.ofSeconds(30)), services)) {
            long idle = memory.taken();
            for (int i = 0; i < 20; i++) {
                instance.call("", "run", 900_000);
                assertThat(host.taken - idle).isBetween(800_000L, 2_000_000L);
            }
            try (HostMemory.Account others = memory.account()) {
                others.hold(memory.most() - memory.taken());
                Problem problem = org.junit.jupiter.api.Assertions.assertThrows(
                        Problem.class, () -> instance.call("", "run", 2_000_000));
                assertThat(problem.members()).containsEntry("limit", "host-memory");
            }
        }
        assertThat(memory.taken()).isZero();
    }

    /** Looks how much is counted while it has a text. */
    static final class Taker {
        private final HostMemory memory;
        private long taken;

        Taker(HostMemory memory) {
            this.memory = memory;
        }

        @Wit("take")
        public void take(String text) {
            taken = memory.taken();
        }
    }

    /** What it is given lies in one place; that is its own affair. */
    @Test
    void roomThatOverlapsHarmsTheGuestAlone() {
        Hostile one = new Hostile(
                "one room for all", TrapCode.UNREACHABLE, allocates("(i32.const 16)"), parameter("(list string)"));
        try (ComponentInstance instance = instance(Wat.assemble(one.text()))) {
            assertThat(instance.call("", "run", List.of("one", "another", "z".repeat(5_000))))
                    .isNull();
        }
        assertThatOthersRun();
    }

    /** Two destructors of resources that the host holds: one traps, one never ends. */
    @Test
    void destructorsThatTheHostRunsEndWithATrapOfTheGuest() {
        destructor("unreachable", TrapCode.UNREACHABLE);
        destructor("(loop (br 0))", TrapCode.DEADLINE);
        destructor("(call $d (local.get 0))", TrapCode.STACK_OVERFLOW);
        assertThatOthersRun();
    }

    private void destructor(String body, TrapCode code) {
        byte[] bytes = Wat.assemble("""
                (component
                  (core module $D (func $d (export "drop") (param i32) %s))
                  (core instance $d (instantiate $D))
                  (type $r (resource (rep i32) (dtor (core func $d "drop"))))
                  (core func $new (canon resource.new $r))
                  (core module $M
                    (import "r" "new" (func $new (param i32) (result i32)))
                    (func (export "run") (result i32) (call $new (i32.const 1))))
                  (core instance $i (instantiate $M (with "r" (instance (export "new" (func $new))))))
                  (export $r' "r" (type $r))
                  (func (export "run") (result (own $r')) (canon lift (core func $i "run"))))
                """.formatted(body));
        try (ComponentInstance instance = instance(bytes)) {
            GuestResource held = (GuestResource) instance.call("", "run");
            WasmTrap trap = org.junit.jupiter.api.Assertions.assertThrows(WasmTrap.class, held::drop);
            assertThat(trap.code()).as(body).isEqualTo(code);
            trap(instance);
        }
        try (ComponentInstance instance = instance(bytes)) {
            assertThat(instance.call("", "run")).as("dropped with the instance").isNotNull();
        }
    }

    /** The host's side of guests that call it. */
    static final class Again {
        private final boolean enters;
        private final AtomicReference<ComponentInstance> caller = new AtomicReference<>();

        Again(boolean enters) {
            this.enters = enters;
        }

        @Wit("again")
        public String again(String text) {
            return enters ? String.valueOf(caller.get().call("", "run")) : text;
        }
    }

    private WasmTrap trapOfHost(Again host, String run) {
        byte[] bytes = Wat.assemble("""
                (component
                  (import "test:again/host@0.1.0" (instance $host
                    (export "again" (func (param "text" string) (result string)))))
                  (core module $Memory
                    (memory (export "memory") 1)
                    (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 64)))
                  (core instance $m (instantiate $Memory))
                  (core func $again (canon lower (func $host "again")
                    (memory (core memory $m "memory")) (realloc (core func $m "realloc"))))
                  (core module $M
                    (import "h" "again" (func $again (param i32 i32 i32)))
                    (func $run (export "run") %s))
                  (core instance $i (instantiate $M (with "h" (instance (export "again" (func $again))))))
                  (func (export "run") (canon lift (core func $i "run"))))
                """.formatted(run));
        HostServices services = new HostServices() {
            @Override
            public <T> T service(Class<T> type) {
                return type.cast(host);
            }
        };
        try (ComponentInstance instance = Component.compile(engine, bytes, Digest.of(bytes), CompileListener.NONE)
                .link(List.of(HostInterface.of("test:again/host", "0.1.0", Again.class)))
                .instantiate(LIMITS.withWallTime(Duration.ofSeconds(20)), services)) {
            host.caller.set(instance);
            WasmTrap trap = trap(instance);
            trap(instance);
            return trap;
        }
    }

    @Test
    void whoIsInTheMiddleOfACallIsNotEnteredByTheHost() {
        WasmTrap trap = trapOfHost(new Again(true), "(call $again (i32.const 0) (i32.const 4) (i32.const 32))");
        assertThat(trap.code()).isEqualTo(TrapCode.CANONICAL_ABI);
        assertThat(trap).hasMessageContaining("cannot enter");
        assertThatOthersRun();
    }

    /** The stack ends wherever it ends, in the guest or in the host that it calls on every level. */
    @Test
    void recursionThatCallsTheHostOnItsWayDownRunsOutOfStack() {
        WasmTrap trap = trapOfHost(
                new Again(false), "(call $again (i32.const 0) (i32.const 4) (i32.const 32)) (call $run) (call $run)");
        assertThat(trap.code()).isEqualTo(TrapCode.STACK_OVERFLOW);
        assertThatOthersRun();
    }

    /** Each calls the next by way of the host, on one stack, which must not run out in the midst of the host's code. */
    @ParameterizedTest
    @ValueSource(ints = {30, 499, 500, 3_000})
    void aChainOfComponentsIsBounded(int hops) {
        StringBuilder text = new StringBuilder("""
                (component
                  (component $End
                    (core module $M (func (export "f") (result i32) (i32.const 0)))
                    (core instance $i (instantiate $M))
                    (func (export "f") (result u32) (canon lift (core func $i "f"))))
                  (component $Hop
                    (import "f" (func $f (result u32)))
                    (core func $next (canon lower (func $f)))
                    (core module $M
                      (import "h" "f" (func $f (result i32)))
                      (func (export "f") (result i32) (i32.add (call $f) (i32.const 1))))
                    (core instance $i (instantiate $M (with "h" (instance (export "f" (func $next))))))
                    (func (export "f") (result u32) (canon lift (core func $i "f"))))
                  (instance $i0 (instantiate $End))
                """);
        for (int i = 1; i <= hops; i++) {
            text.append("(instance $i")
                    .append(i)
                    .append(" (instantiate $Hop (with \"f\" (func $i")
                    .append(i - 1)
                    .append(" \"f\"))))\n");
        }
        text.append("(export \"run\" (func $i").append(hops).append(" \"f\")))");
        byte[] bytes = Wat.assemble(text.toString());
        InstanceLimits limits = LIMITS.withWallTime(Duration.ofSeconds(20));
        try (ComponentInstance instance = Component.compile(engine, bytes, Digest.of(bytes), CompileListener.NONE)
                .link(List.of())
                .instantiate(limits, ComponentContract.NO_SERVICES)) {
            assertThat(instance.call("", "run")).hasToString(Integer.toString(hops));
        } catch (WasmTrap trap) {
            assertThat(trap.code()).isEqualTo(TrapCode.STACK_OVERFLOW);
            assertThat(hops).isEqualTo(499);
        } catch (Problem refused) {
            assertThat(refused.code()).isEqualTo(Problem.Code.TOO_LARGE);
            assertThat(refused).hasMessageContaining("more than 500 core instances");
            assertThat(hops).isGreaterThan(499);
        }
        assertThatOthersRun();
    }

    @Test
    void damagedComponentsAreRefusedOrTrapOrRun() {
        long seed = 20_261_125;
        Random random = new Random(seed);
        byte[] whole = Wat.assemble(Texts.ECHO);
        int ran = 0;
        int ended = 0;
        for (int round = 0; round < 150; round++) {
            byte[] changed = whole.clone();
            for (int i = random.nextInt(1, 4); i > 0; i--) {
                changed[random.nextInt(8, changed.length)] = (byte) random.nextInt(256);
            }
            try (ComponentInstance instance = instance(changed)) {
                instance.call("test:echo/api@1.2.3", "echo", "text");
                ran++;
            } catch (WasmTrap | Problem expected) {
                assertThat(expected.getMessage())
                        .as("seed %d, round %d", seed, round)
                        .isNotBlank();
                ended++;
            }
        }
        assertThat(ran).as("seed %d", seed).isPositive();
        assertThat(ended).as("seed %d", seed).isPositive();
        assertThatOthersRun();
    }
}
