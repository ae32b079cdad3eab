package dev.polder.wasm.component.internal.abi;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.polder.wasm.component.FuncType;
import dev.polder.wasm.component.HostInterface;
import dev.polder.wasm.component.Result;
import dev.polder.wasm.component.ValType;
import dev.polder.wasm.component.ValType.Primitive;
import dev.polder.wasm.component.Wit;
import dev.polder.wasm.engine.EngineChoice;
import dev.polder.wasm.engine.Engines;
import dev.polder.wasm.engine.HostCall;
import dev.polder.wasm.engine.HostFunction;
import dev.polder.wasm.engine.InstanceLimits;
import dev.polder.wasm.engine.MemoryType;
import dev.polder.wasm.engine.WasmEngine;
import dev.polder.wasm.engine.WasmMemory;
import dev.polder.wasm.engine.WasmStore;
import dev.polder.wasm.engine.WasmTrap;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Whatever a guest has in its memory: generated and interpreted code lift the same values, or refuse with the same trap.
 * {@code JAZZER_FUZZ=1} looks for new inputs.
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
class HostileMemoryFuzzTest {

    public enum Kind {
        A,
        B,
        C
    }

    public sealed interface Shape {
        record None() implements Shape {}

        record Text(String it) implements Shape {}

        record Many(List<Inner> it) implements Shape {}
    }

    public record Inner(boolean on, int letter, Kind kind, Optional<Double> number, byte[] bytes) {}

    /** The host's side. */
    public static class Sink {
        final List<Object> seen = new ArrayList<>();

        @Wit("sink")
        public void sink(List<Result<Shape, int[]>> value) {
            seen.add(value);
        }
    }

    private static final ValType INNER = new ValType.RecordOf(List.of(
            new ValType.Field("on", Primitive.BOOL),
            new ValType.Field("letter", Primitive.CHAR),
            new ValType.Field("kind", new ValType.EnumOf(List.of("a", "b", "c"))),
            new ValType.Field("number", new ValType.OptionOf(Primitive.F64)),
            new ValType.Field("bytes", new ValType.ListOf(Primitive.U8))));
    private static final ValType SHAPE = new ValType.VariantOf(List.of(
            new ValType.Case("none", Optional.empty()),
            new ValType.Case("text", Optional.of(Primitive.STRING)),
            new ValType.Case("many", Optional.of(new ValType.ListOf(INNER)))));
    private static final ValType VALUES = new ValType.ListOf(
            new ValType.ResultOf(Optional.of(SHAPE), Optional.of(new ValType.ListOf(Primitive.U32))));
    private static final FuncType TYPE =
            new FuncType(List.of(new FuncType.Param("value", VALUES)), Optional.empty(), false);
    private static final HostMethod METHOD =
            HostMethods.resolve(HostInterface.of("test:test/sink", "", Sink.class), "sink", TYPE, Map.of());

    private static final WasmEngine ENGINE = engine();

    private static WasmEngine engine() {
        try {
            return Engines.open(EngineChoice.ENDIVE, Files.createTempDirectory("polder-fuzz"))
                    .engine();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private record Call(WasmStore store, WasmMemory memory, long... arguments) implements HostCall {
        @Override
        public long raw(int index) {
            return arguments[index];
        }

        @Override
        public void result(int index, long raw) {
            throw new AssertionError("the function has no result");
        }
    }

    @FuzzTest(maxDuration = "30s")
    void liftsTheSameOrRefuses(byte[] bytes) throws Exception {
        check(bytes);
    }

    @Test
    void liftsTheSameOrRefusesRandomMemory() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        int lifted = 0;
        for (int round = 0; round < 3000; round++) {
            byte[] bytes = new byte[8 + random.nextInt(400)];
            // Mostly small numbers, so that pointers, lengths and discriminants are often good.
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) (i % 4 == 0 && random.nextInt(12) != 0 ? random.nextInt(40) & ~3 : 0);
            }
            try {
                lifted += check(bytes) ? 1 : 0;
            } catch (AssertionError e) {
                throw new AssertionError("seed " + seed + ", round " + round, e);
            }
        }
        assertThat(lifted).as("seed %d", seed).isBetween(1, 2999);
    }

    /** Gives whether the value was lifted. */
    private static boolean check(byte[] bytes) throws Exception {
        if (bytes.length < 8) {
            return false;
        }
        ByteBuffer head = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        StringEncoding encoding = bytes[0] % 3 == 0 ? StringEncoding.UTF16 : StringEncoding.UTF8;
        CanonOptions options = new CanonOptions(encoding, 0, -1, -1, 0);
        Sink sink = new Sink();
        List<Object> reference = new ArrayList<>();
        String refusal = run(
                Interpreted.lower(new Signature(TYPE), options, (cx, arguments) -> {
                    reference.addAll(arguments);
                    return Optional.empty();
                }),
                sink,
                bytes,
                head.getInt(0),
                head.getInt(4));
        String generated = run(CanonicalAbi.lower(TYPE, options, METHOD), sink, bytes, head.getInt(0), head.getInt(4));
        assertThat(generated).isEqualTo(refusal);
        if (!refusal.isEmpty()) {
            return false;
        }
        TypeMatch match = new TypeMatcher(Map.of())
                .match(
                        VALUES,
                        Sink.class.getMethod("sink", List.class).getGenericParameterTypes()[0],
                        TypeMatcher.Way.TO_HOST_METHOD,
                        "value");
        assertThat(Forms.comparable(Forms.plain(match, sink.seen.getFirst())))
                .isEqualTo(Forms.comparable(reference.getFirst()));
        return true;
    }

    private static String run(HostFunction function, Sink sink, byte[] bytes, int pointer, int length)
            throws Exception {
        StateLayout layout = new StateLayout(1, 0, new int[] {-1}, Map.of());
        try (ComponentState state = new ComponentState(layout, AbiContract.services(sink));
                WasmStore store = ENGINE.newStore(InstanceLimits.DEFAULT, state)) {
            WasmMemory memory = store.newMemory(new MemoryType(1, OptionalLong.empty()));
            memory.write(0, bytes);
            state.memory(0, memory);
            function.call(new Call(store, memory, pointer, length));
            return "";
        } catch (WasmTrap trap) {
            return trap.code() + ": " + trap.detail();
        }
    }
}
