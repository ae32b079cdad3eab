package dev.polder.wasm.component.internal.abi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.component.FuncType;
import dev.polder.wasm.component.HostInterface;
import dev.polder.wasm.component.HostServices;
import dev.polder.wasm.component.ValType;
import dev.polder.wasm.component.ValType.Primitive;
import dev.polder.wasm.component.Wit;
import dev.polder.wasm.engine.HostFunction;
import dev.polder.wasm.engine.TrapCode;
import dev.polder.wasm.engine.WasmEngine;
import dev.polder.wasm.engine.WasmInstance;
import dev.polder.wasm.engine.WasmMemory;
import dev.polder.wasm.engine.WasmTrap;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What the canonical ABI passes and refuses, on any engine. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
abstract class AbiContract {

    private static final StateLayout ONE = new StateLayout(1, 3, new int[] {-1}, Map.of());
    private static final StateLayout TWO = new StateLayout(2, 6, new int[] {-1, -1}, Map.of());
    private static final CanonOptions UTF8 = new CanonOptions(StringEncoding.UTF8, 0, 1, -1, 0);
    private static final HostServices NONE = new HostServices() {
        @Override
        public <T> T service(Class<T> type) {
            throw new IllegalArgumentException(type.getName());
        }
    };

    WasmEngine engine;

    abstract WasmEngine open(Path cache);

    @BeforeAll
    void openEngine(@TempDir Path cache) {
        engine = open(cache);
    }

    @AfterAll
    void closeEngine() {
        engine.close();
    }

    static FuncType func(Optional<ValType> result, ValType... params) {
        List<FuncType.Param> named = new ArrayList<>();
        for (ValType param : params) {
            named.add(new FuncType.Param("p" + named.size(), param));
        }
        return new FuncType(named, result, false);
    }

    static void broken(ThrowingCallable call, String why) {
        assertThatThrownBy(call).isInstanceOfSatisfying(WasmTrap.class, trap -> {
            assertThat(trap.code()).isIn(TrapCode.CANONICAL_ABI, TrapCode.MEMORY_OUT_OF_BOUNDS);
            assertThat(trap.detail()).contains(why);
        });
    }

    static HostServices services(Object object) {
        return new HostServices() {
            @Override
            public <T> T service(Class<T> type) {
                return type.cast(object);
            }
        };
    }

    /** A guest whose export {@code run} takes core values as they are to the import. */
    private WasmInstance guest(Rig rig, FuncType type, CanonOptions options, HostFunction host) {
        return place(
                rig,
                options,
                rig.instantiate(
                        PassThrough.module(type), Map.of("f", new Rig.Import(CanonicalAbi.loweredType(type), host))));
    }

    /** Puts what a guest exports into the slots of its options; {@code run} is one before realloc. */
    static WasmInstance place(Rig rig, CanonOptions options, WasmInstance instance) {
        rig.state.memory(options.memory(), instance.memory());
        rig.state.function(options.realloc() - 1, instance.function("run").orElseThrow());
        rig.state.function(options.realloc(), instance.function("realloc").orElseThrow());
        instance.function("post").ifPresent(f -> rig.state.function(options.realloc() + 1, f));
        return instance;
    }

    /** Lifts arguments by the interpreted code. */
    private static HostFunction interpreted(FuncType type, CanonOptions options, List<Object> seen) {
        return Interpreted.lower(new Signature(type), options, (cx, arguments) -> {
            seen.addAll(arguments);
            return type.result().map(t -> (Object) "");
        });
    }

    /** Methods of the host, one for each type that the tests lift. */
    public static class Probe {
        final List<Object> seen = new ArrayList<>();

        @Wit("string")
        public void string(String value) {
            seen.add(value);
        }

        @Wit("char")
        public void character(int value) {
            seen.add(value);
        }

        @Wit("bool")
        public void bool(boolean value) {
            seen.add(value);
        }

        @Wit("color")
        public void color(Color value) {
            seen.add(value.name());
        }

        @Wit("flags")
        public void flags(int value) {
            seen.add(value);
        }

        @Wit("words")
        public void words(int[] value) {
            seen.add(value.length);
        }

        @Wit("strings")
        public void strings(List<String> value) {
            seen.add(value);
        }

        @Wit("option")
        public void option(Optional<Float> value) {
            seen.add(value);
        }

        @Wit("bytes")
        public void bytes(byte[] value) {
            seen.add(value.length);
        }
    }

    public enum Color {
        RED,
        GREEN
    }

    private static final Map<String, ValType> PROBES = Map.of(
            "string", Primitive.STRING,
            "char", Primitive.CHAR,
            "bool", Primitive.BOOL,
            "color", new ValType.EnumOf(List.of("red", "green")),
            "flags", new ValType.FlagsOf(List.of("a", "b", "c")),
            "words", new ValType.ListOf(Primitive.U32),
            "strings", new ValType.ListOf(Primitive.STRING),
            "option", new ValType.OptionOf(Primitive.F32),
            "bytes", new ValType.ListOf(Primitive.U8));

    /** Passes core values; gives what the host got, after both kinds of code agreed. */
    private Object lift(String probe, StringEncoding encoding, byte[] memory, long... core) {
        FuncType type = func(Optional.empty(), PROBES.get(probe));
        CanonOptions options = new CanonOptions(encoding, 0, 1, -1, 0);
        Probe target = new Probe();
        HostMethod method =
                HostMethods.resolve(HostInterface.of("test:test/probe", "", Probe.class), probe, type, Map.of());
        List<Object> reference = new ArrayList<>();
        RuntimeException refused = null;
        try (Rig rig = new Rig(engine, ONE, NONE)) {
            WasmInstance guest = guest(rig, type, options, interpreted(type, options, reference));
            guest.memory().write(64, memory);
            guest.call("run", core);
        } catch (WasmTrap trap) {
            refused = trap;
        }
        try (Rig rig = new Rig(engine, ONE, services(target))) {
            WasmInstance guest = guest(rig, type, options, CanonicalAbi.lower(type, options, method));
            guest.memory().write(64, memory);
            guest.call("run", core);
        } catch (WasmTrap trap) {
            assertThat(refused).isNotNull();
            assertThat(trap.detail()).isEqualTo(((WasmTrap) refused).detail());
            throw trap;
        }
        assertThat(refused).isNull();
        assertThat(target.seen).hasSize(1);
        return target.seen.getFirst();
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    @Test
    void liftsStringsAndRefusesMalformedOnes() {
        byte[] euro = "a€🤠".getBytes(StandardCharsets.UTF_8);
        assertThat(lift("string", StringEncoding.UTF8, euro, 64, euro.length)).isEqualTo("a€🤠");
        assertThat(lift("string", StringEncoding.UTF8, bytes(0xEF, 0xBF, 0xBD), 64, 3))
                .isEqualTo("\uFFFD");
        broken(() -> lift("string", StringEncoding.UTF8, bytes('a', 0xC0, 0x80), 64, 3), "not UTF-8");
        broken(() -> lift("string", StringEncoding.UTF8, bytes(0xED, 0xA0, 0x80), 64, 3), "not UTF-8");
        broken(() -> lift("string", StringEncoding.UTF8, bytes(0xE2, 0x82), 64, 2), "not UTF-8");
        byte[] wide = "π🤠".getBytes(StandardCharsets.UTF_16LE);
        assertThat(lift("string", StringEncoding.UTF16, wide, 64, 3)).isEqualTo("π🤠");
        broken(() -> lift("string", StringEncoding.UTF16, bytes(0x00, 0xD8), 64, 1), "surrogate");
        broken(() -> lift("string", StringEncoding.UTF16, bytes(0x00, 0xDC, 0x00, 0xD8), 64, 2), "surrogate");
        broken(() -> lift("string", StringEncoding.UTF16, wide, 65, 1), "not aligned");
        assertThat(lift("string", StringEncoding.LATIN1_UTF16, bytes(0xE9, 'a'), 64, 2))
                .isEqualTo("éa");
        assertThat(lift("string", StringEncoding.LATIN1_UTF16, wide, 64, 0x8000_0003L))
                .isEqualTo("π🤠");
        broken(() -> lift("string", StringEncoding.LATIN1_UTF16, bytes('a'), 65, 1), "not aligned");
    }

    @Test
    void refusesRangesOutsideOfTheMemory() {
        for (String probe : List.of("string", "bytes")) {
            broken(() -> lift(probe, StringEncoding.UTF8, bytes(), 65_535, 2), "out of bounds");
            broken(() -> lift(probe, StringEncoding.UTF8, bytes(), 0xFFFF_FFFFL, 1), "out of bounds");
            broken(() -> lift(probe, StringEncoding.UTF8, bytes(), 0, 0xFFFF_FFFFL), "268435455");
            broken(() -> lift(probe, StringEncoding.UTF8, bytes(), 0, 1 << 28), "268435455");
            broken(() -> lift(probe, StringEncoding.UTF8, bytes(), 0, (1 << 28) - 1), "out of bounds");
        }
        broken(() -> lift("string", StringEncoding.UTF16, bytes(), 0, 0x8000_0000L), "268435455");
        broken(() -> lift("words", StringEncoding.UTF8, bytes(), 66, 1), "not aligned");
        broken(() -> lift("words", StringEncoding.UTF8, bytes(), 0, 0x4000_0001L), "268435455");
        assertThat(lift("bytes", StringEncoding.UTF8, bytes(), 65_536, 0)).isEqualTo(0);
        broken(() -> lift("bytes", StringEncoding.UTF8, bytes(), 65_537, 0), "out of bounds");
    }

    @Test
    void boundsWhatOneCallMakesTheHostCopy() {
        // 8180 times the same 16448 bytes: far more than the guest's memory.
        byte[] memory = new byte[8180 * 8];
        for (int i = 0; i < 8180; i++) {
            memory[i * 8 + 4] = 0x40;
            memory[i * 8 + 5] = 0x40;
        }
        broken(() -> lift("strings", StringEncoding.UTF8, memory, 64, 8180), "in one call");
    }

    @Test
    void liftsSingleValuesAndRefusesWrongOnes() {
        assertThat(lift("char", StringEncoding.UTF8, bytes(), 0x10FFFF)).isEqualTo(0x10FFFF);
        broken(() -> lift("char", StringEncoding.UTF8, bytes(), 0xD800), "scalar value");
        broken(() -> lift("char", StringEncoding.UTF8, bytes(), 0xDFFF), "scalar value");
        broken(() -> lift("char", StringEncoding.UTF8, bytes(), 0x11_0000), "scalar value");
        broken(() -> lift("char", StringEncoding.UTF8, bytes(), -1), "scalar value");
        assertThat(lift("bool", StringEncoding.UTF8, bytes(), 2)).isEqualTo(true);
        assertThat(lift("bool", StringEncoding.UTF8, bytes(), 0)).isEqualTo(false);
        assertThat(lift("color", StringEncoding.UTF8, bytes(), 1)).isEqualTo("GREEN");
        broken(() -> lift("color", StringEncoding.UTF8, bytes(), 2), "discriminant 2 (expected: less than 2)");
        broken(() -> lift("color", StringEncoding.UTF8, bytes(), -1), "discriminant 4294967295");
        broken(() -> lift("color", StringEncoding.UTF8, bytes(), 257), "discriminant 257");
        assertThat(lift("flags", StringEncoding.UTF8, bytes(), 0xFFFF_FFF5L)).isEqualTo(0b101);
        assertThat(lift("option", StringEncoding.UTF8, bytes(), 1, 0x7FA0_0001)).isEqualTo(Optional.of(Float.NaN));
        assertThat(lift("option", StringEncoding.UTF8, bytes(), 0, 0x7FA0_0001)).isEqualTo(Optional.empty());
        broken(() -> lift("option", StringEncoding.UTF8, bytes(), 2, 0), "discriminant");
    }

    static Stream<Arguments> encodings() {
        return Arrays.stream(StringEncoding.values())
                .flatMap(from -> Arrays.stream(StringEncoding.values()).map(to -> Arguments.of(from, to)));
    }

    @ParameterizedTest
    @MethodSource("encodings")
    void passesStringsBetweenComponents(StringEncoding from, StringEncoding to) {
        FuncType type = func(Optional.of(Primitive.STRING), Primitive.STRING);
        CanonOptions outer = new CanonOptions(from, 0, 1, 2, 0);
        CanonOptions inner = new CanonOptions(to, 1, 4, 5, 1);
        List<Object> seen = new ArrayList<>();
        HostFunction echo = Interpreted.lower(new Signature(type), inner, (cx, arguments) -> {
            seen.addAll(arguments);
            return Optional.of(arguments.getFirst());
        });
        try (Rig rig = new Rig(engine, TWO, NONE)) {
            guest(rig, type, inner, echo);
            guest(rig, type, outer, CanonicalAbi.lower(type, outer, new LiftedFunction(type, 3, inner)));
            LiftedFunction run = new LiftedFunction(type, 0, outer);
            for (String text :
                    List.of("", "a", "hi there", "é", "naïve ÿ", "aπ", "πa", "🤠", "x🤠é", "é".repeat(999))) {
                seen.clear();
                assertThat(CanonicalAbi.call(rig.state, run, text)).isEqualTo(text);
                assertThat(seen).containsExactly(text);
            }
        }
    }

    /** Has one component pass a list in its memory to another; gives what that one sees, after a look at its memory. */
    private List<Object> passed(ValType element, int length, Consumer<WasmMemory> look, int... bytes) {
        FuncType type = func(Optional.empty(), new ValType.ListOf(element));
        CanonOptions outer = new CanonOptions(StringEncoding.UTF8, 0, 1, -1, 0);
        CanonOptions inner = new CanonOptions(StringEncoding.UTF8, 1, 4, -1, 1);
        List<Object> seen = new ArrayList<>();
        try (Rig rig = new Rig(engine, TWO, NONE)) {
            WasmInstance second = guest(rig, type, inner, interpreted(type, inner, seen));
            WasmInstance first =
                    guest(rig, type, outer, CanonicalAbi.lower(type, outer, new LiftedFunction(type, 3, inner)));
            for (int i = 0; i < bytes.length; i++) {
                first.memory().setByte(64 + i, (byte) bytes[i]);
            }
            first.call("run", 64, length);
            look.accept(second.memory());
        }
        return seen;
    }

    @Test
    void checksWhatPassesBetweenComponents() {
        Consumer<WasmMemory> nothing = _ -> {};
        assertThat(passed(
                        Primitive.BOOL,
                        3,
                        memory -> assertThat(memory.getByte(1026)).isEqualTo((byte) 1),
                        0,
                        1,
                        5))
                .containsExactly(List.of(false, true, true));
        ValType flags = new ValType.FlagsOf(List.of("a", "b", "c"));
        assertThat(passed(flags, 1, memory -> assertThat(memory.getByte(1024)).isEqualTo((byte) 5), 0xFD))
                .containsExactly(List.of(Set.of("a", "c")));
        broken(() -> passed(Primitive.CHAR, 1, nothing, 0, 0xD8, 0, 0), "char 0xd800");
        broken(() -> passed(new ValType.OptionOf(Primitive.U8), 2, nothing, 1, 7, 2, 7), "discriminant 2");
        broken(() -> passed(Primitive.U64, 0x0FFF_FFFF, nothing), "");
        broken(() -> passed(Primitive.STRING, 1, nothing, 72, 0, 0, 0, 3, 0, 0, 0, 'a', 0xC3, 'b'), "not UTF-8");
        broken(() -> passed(Primitive.STRING, 1, nothing, 0xFF, 0xFF, 0xFF, 0xFF, 3, 0, 0, 0), "");
        assertThat(passed(
                        Primitive.STRING,
                        1,
                        nothing,
                        72,
                        0,
                        0,
                        0,
                        9,
                        0,
                        0,
                        0,
                        'a',
                        'b',
                        'c',
                        'd',
                        'e',
                        'f',
                        'g',
                        0xC3,
                        0xA9))
                .containsExactly(List.of("abcdefgé"));
        // Numbers go in one piece where nothing is between them, and only as they are where there is.
        ValType tight = new ValType.TupleOf(List.of(Primitive.U16, Primitive.U16));
        assertThat(passed(tight, 2, nothing, 1, 0, 2, 0, 3, 0, 4, 0))
                .containsExactly(List.of(List.of(1, 2), List.of(3, 4)));
        ValType loose = new ValType.TupleOf(List.of(Primitive.U8, Primitive.U16));
        assertThat(passed(loose, 1, memory -> assertThat(memory.getByte(1025)).isZero(), 9, 0xEE, 2, 0))
                .containsExactly(List.of(List.of(9, 2)));
    }

    @Test
    void neverPassesUnpairedSurrogates() {
        FuncType type = func(Optional.of(Primitive.STRING), Primitive.STRING);
        for (StringEncoding encoding : StringEncoding.values()) {
            CanonOptions options = new CanonOptions(encoding, 0, 1, 2, 0);
            HostFunction echo = Interpreted.lower(
                    new Signature(type), options, (cx, arguments) -> Optional.of(arguments.getFirst()));
            try (Rig rig = new Rig(engine, ONE, NONE)) {
                guest(rig, type, options, echo);
                assertThat(CanonicalAbi.call(rig.state, new LiftedFunction(type, 0, options), "a\uD800b"))
                        .isIn("a?b", "a\uFFFDb");
            }
        }
    }

    @Test
    void spillsManyParametersAndChecksTheirPointer() {
        ValType[] many = new ValType[17];
        Arrays.fill(many, Primitive.U64);
        FuncType type = func(Optional.empty(), many);
        assertThat(CanonicalAbi.loweredType(type)).hasToString("(i32) -> ()");
        List<Object> seen = new ArrayList<>();
        try (Rig rig = new Rig(engine, ONE, NONE)) {
            WasmInstance guest = guest(rig, type, UTF8, interpreted(type, UTF8, seen));
            guest.memory().setLong(64, 7);
            guest.memory().setLong(64 + 16 * 8, 9);
            guest.call("run", 64);
            assertThat(seen).hasSize(17).startsWith(7L, 0L).endsWith(9L);
            broken(() -> guest.call("run", 68), "not aligned");
        }
        try (Rig rig = new Rig(engine, ONE, NONE)) {
            WasmInstance guest = guest(rig, type, UTF8, interpreted(type, UTF8, seen));
            broken(() -> guest.call("run", 65_536 - 16 * 8), "out of bounds");
        }
        ValType[] sixteen = Arrays.copyOf(many, 16);
        assertThat(CanonicalAbi.loweredType(func(Optional.of(Primitive.STRING), sixteen))
                        .params())
                .hasSize(17);
    }

    @Test
    void joinsTheCoreTypesOfCases() {
        ValType variant = new ValType.VariantOf(List.of(
                new ValType.Case("a", Optional.of(Primitive.F32)),
                new ValType.Case("b", Optional.of(Primitive.U32)),
                new ValType.Case("c", Optional.empty())));
        assertThat(CanonicalAbi.liftedType(func(Optional.empty(), variant))).hasToString("(i32, i32) -> ()");
        ValType wide = new ValType.ResultOf(Optional.of(Primitive.F64), Optional.of(Primitive.STRING));
        assertThat(CanonicalAbi.liftedType(func(Optional.of(wide), wide))).hasToString("(i32, i64, i32) -> i32");
        assertThat(CanonicalAbi.loweredType(func(Optional.of(wide), wide))).hasToString("(i32, i64, i32, i32) -> ()");
        ValType same = new ValType.ResultOf(Optional.of(Primitive.F64), Optional.of(Primitive.F64));
        assertThat(CanonicalAbi.liftedType(func(Optional.empty(), same))).hasToString("(i32, f64) -> ()");
    }

    /** A guest whose realloc gives what it is told to. */
    private WasmInstance allocating(Rig rig, String realloc) {
        return place(
                rig,
                UTF8,
                rig.instantiate(
                        """
                (module (import "host" "f" (func $f))
                  (memory (export "memory") 1)
                  (func (export "realloc") (param i32 i32 i32 i32) (result i32) %s)
                  (func (export "run") (param i32 i32)))
                """.formatted(realloc),
                        Map.of(
                                "f",
                                new Rig.Import(
                                        CanonicalAbi.loweredType(func(Optional.empty())),
                                        Interpreted.lower(
                                                new Signature(func(Optional.empty())),
                                                UTF8,
                                                (cx, a) -> Optional.empty())))));
    }

    /** Exports that the tests call through generated code. */
    public interface TakesWords {
        @Wit("run")
        void run(int[] words);
    }

    @Test
    void refusesWhatAHostileAllocatorGives() {
        FuncType type = func(Optional.empty(), new ValType.ListOf(Primitive.U32));
        LiftedFunction run = new LiftedFunction(type, 0, UTF8);
        Map<String, String> hostile = Map.of(
                "(i32.const 65533)", "not aligned",
                "(i32.const 65536)", "out of bounds",
                "(i32.const -4)", "out of bounds",
                "(i32.const 65528)", "out of bounds",
                "(call $f) (i32.const 0)", "cannot leave");
        hostile.forEach((realloc, why) -> {
            try (Rig rig = new Rig(engine, ONE, NONE)) {
                allocating(rig, realloc);
                broken(() -> CanonicalAbi.call(rig.state, run, List.of(1, 2, 3)), why);
                broken(() -> CanonicalAbi.call(rig.state, run, List.of(1, 2, 3)), "cannot enter");
            }
            try (Rig rig = new Rig(engine, ONE, NONE)) {
                allocating(rig, realloc);
                TakesWords words = ExportBinding.of(TakesWords.class, Map.of("run", run), Map.of())
                        .bind(rig.state);
                broken(() -> words.run(new int[] {1, 2, 3}), why);
                broken(() -> words.run(new int[] {1, 2, 3}), "cannot enter");
            }
        });
        try (Rig rig = new Rig(engine, ONE, NONE)) {
            allocating(rig, "(unreachable)");
            assertThatThrownBy(() -> CanonicalAbi.call(rig.state, run, List.of(1)))
                    .isInstanceOfSatisfying(
                            WasmTrap.class, t -> assertThat(t.code()).isEqualTo(TrapCode.UNREACHABLE));
        }
    }

    @Test
    void refusesPointersOfResults() {
        FuncType type = func(Optional.of(Primitive.STRING));
        for (String pointer : List.of("65534", "65532", "-4", "0x7ffffffc")) {
            try (Rig rig = new Rig(engine, ONE, NONE)) {
                place(
                        rig,
                        UTF8,
                        rig.instantiate(
                                "(module " + Rig.ALLOCATOR + "(func (export \"run\") (result i32) (i32.const " + pointer
                                        + ")))",
                                Map.of()));
                broken(() -> CanonicalAbi.call(rig.state, new LiftedFunction(type, 0, UTF8)), "");
            }
            HostFunction empty = Interpreted.lower(new Signature(type), UTF8, (cx, a) -> Optional.of(""));
            try (Rig rig = new Rig(engine, ONE, NONE)) {
                WasmInstance guest = place(
                        rig,
                        UTF8,
                        rig.instantiate(
                                "(module (import \"host\" \"f\" (func $f (param i32)))" + Rig.ALLOCATOR
                                        + "(func (export \"run\") (call $f (i32.const " + pointer + "))))",
                                Map.of("f", new Rig.Import(CanonicalAbi.loweredType(type), empty))));
                broken(() -> guest.call("run"), "");
            }
        }
    }

    @Test
    void lockedWhileItCleansUp() {
        FuncType type = func(Optional.of(Primitive.U32));
        FuncType nothing = func(Optional.empty());
        HostFunction leave = Interpreted.lower(new Signature(nothing), UTF8, (cx, a) -> Optional.empty());
        CanonOptions options = new CanonOptions(StringEncoding.UTF8, 0, 1, 2, 0);
        try (Rig rig = new Rig(engine, ONE, NONE)) {
            place(
                    rig,
                    options,
                    rig.instantiate(
                            "(module (import \"host\" \"f\" (func $f))" + Rig.ALLOCATOR
                                    + "(func (export \"run\") (result i32) (call $f) (i32.const 7))"
                                    + "(func (export \"post\") (param i32) (if (i32.ne (local.get 0) (i32.const 7)) (then (unreachable)))"
                                    + " (call $f)))",
                            Map.of("f", new Rig.Import(CanonicalAbi.loweredType(nothing), leave))));
            broken(() -> CanonicalAbi.call(rig.state, new LiftedFunction(type, 0, options)), "cannot leave");
        }
    }

    @Test
    void mayNotBeEnteredAgain() {
        FuncType type = func(Optional.empty());
        LiftedFunction run = new LiftedFunction(type, 0, UTF8);
        LiftedFunction[] again = {run};
        HostFunction reenter = Interpreted.lower(new Signature(type), UTF8, (cx, a) -> {
            CanonicalAbi.call(cx.state, again[0]);
            return Optional.empty();
        });
        try (Rig rig = new Rig(engine, ONE, NONE)) {
            guest(rig, type, UTF8, reenter);
            broken(() -> CanonicalAbi.call(rig.state, run), "cannot enter");
        }
        // By way of another component.
        CanonOptions second = new CanonOptions(StringEncoding.UTF8, 1, 4, -1, 1);
        try (Rig rig = new Rig(engine, TWO, NONE)) {
            guest(rig, type, UTF8, CanonicalAbi.lower(type, UTF8, new LiftedFunction(type, 3, second)));
            guest(rig, type, second, CanonicalAbi.lower(type, second, run));
            broken(() -> CanonicalAbi.call(rig.state, run), "cannot enter");
        }
        // A child that its parent calls may not call the parent: it never left it.
        StateLayout nested = new StateLayout(2, 6, new int[] {-1, 0}, Map.of());
        try (Rig rig = new Rig(engine, nested, NONE)) {
            List<String> notes = new ArrayList<>();
            HostFunction note = Interpreted.lower(new Signature(type), second, (cx, a) -> {
                notes.add("inner");
                return Optional.empty();
            });
            guest(rig, type, UTF8, CanonicalAbi.lower(type, UTF8, new LiftedFunction(type, 3, second)));
            guest(rig, type, second, note);
            CanonicalAbi.call(rig.state, run);
            CanonicalAbi.call(rig.state, new LiftedFunction(type, 3, second));
            assertThat(notes).containsExactly("inner", "inner");
        }
    }

    @Test
    void refusesArgumentsOfAnotherFormAndCallsNothing() {
        FuncType type = func(Optional.empty(), Primitive.U8, new ValType.ListOf(Primitive.STRING));
        LiftedFunction run = new LiftedFunction(type, 0, UTF8);
        List<Object> seen = new ArrayList<>();
        try (Rig rig = new Rig(engine, ONE, NONE)) {
            guest(rig, type, UTF8, interpreted(type, UTF8, seen));
            Object[][] wrong = {
                {}, {1, List.of(), 3}, {256, List.of()}, {1L, List.of()}, {1, "x"}, {1, List.of("a", 2)}, {1, null}
            };
            for (Object[] arguments : wrong) {
                assertThatThrownBy(() -> CanonicalAbi.call(rig.state, run, arguments))
                        .isInstanceOfSatisfying(
                                Problem.class, p -> assertThat(p.code()).isEqualTo(Problem.Code.INVALID));
            }
            assertThatThrownBy(() -> CanonicalAbi.call(rig.state, run, 1, List.of("a", 2)))
                    .hasMessage("p1[1]: java.lang.Integer (expected: String)");
            assertThat(seen).isEmpty();
            CanonicalAbi.call(rig.state, run, 255, List.of("a"));
            assertThat(seen).containsExactly(255, List.of("a"));
        }
    }
}
