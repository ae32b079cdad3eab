package dev.polder.wasm.component.internal.abi;

import static dev.polder.wasm.component.internal.abi.AbiContract.broken;
import static dev.polder.wasm.component.internal.abi.AbiContract.func;
import static dev.polder.wasm.component.internal.abi.AbiContract.services;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polder.wasm.component.FuncType;
import dev.polder.wasm.component.GuestResource;
import dev.polder.wasm.component.HostInterface;
import dev.polder.wasm.component.HostResource;
import dev.polder.wasm.component.ResourceType;
import dev.polder.wasm.component.ValType;
import dev.polder.wasm.component.ValType.Primitive;
import dev.polder.wasm.component.Wit;
import dev.polder.wasm.engine.EngineChoice;
import dev.polder.wasm.engine.Engines;
import dev.polder.wasm.engine.FunctionType;
import dev.polder.wasm.engine.HostFunction;
import dev.polder.wasm.engine.WasmEngine;
import dev.polder.wasm.engine.WasmInstance;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Handles: owned, lent, given, dropped, and misused. */
class HandlesTest {

    private static final StateLayout ONE = new StateLayout(1, 3, new int[] {-1}, Map.of());
    private static final CanonOptions OPTIONS = new CanonOptions(StringEncoding.UTF8, 0, 1, -1, 0);

    /** A resource of the host. */
    public static class Stream implements HostResource {
        final int id;
        int drops;

        Stream(int id) {
            this.id = id;
        }

        @Wit("read")
        public int read(int add) {
            return id + add;
        }

        @Wit("pair")
        public void pair(Stream given) {
            throw new AssertionError("never reached: " + given);
        }

        @Override
        public void drop() {
            drops++;
        }
    }

    /** Functions of the host. */
    public static class Streams {
        final List<Stream> made = new ArrayList<>();
        final List<Stream> taken = new ArrayList<>();

        @Wit("open")
        public Stream open() {
            made.add(new Stream(made.size() + 100));
            return made.getLast();
        }

        @Wit("take")
        public void take(Stream stream) {
            taken.add(stream);
        }

        @Wit("take-all")
        public void takeAll(List<Stream> streams) {
            taken.addAll(streams);
        }
    }

    private final ResourceType stream = new ResourceType("stream");
    private final ResourceType other = new ResourceType("other");
    private final ValType own = new ValType.Own(stream);
    private final ValType borrow = new ValType.Borrow(stream);

    @TempDir
    Path cache;

    private Rig.Import host(HostInterface streams, String name, FuncType type, ResourceType resource) {
        HostMethod method = HostMethods.resolve(streams, name, type, Map.of(resource, Stream.class));
        return new Rig.Import(CanonicalAbi.loweredType(type), CanonicalAbi.lower(type, OPTIONS, method));
    }

    private static Rig.Import core(String type, HostFunction function) {
        return new Rig.Import(FunctionType.of(type), function);
    }

    private WasmInstance guest(Rig rig) {
        HostInterface streams = HostInterface.of("test:test/streams", "", Streams.class);
        Map<String, Rig.Import> imports = new LinkedHashMap<>();
        imports.put("open", host(streams, "open", func(Optional.of(own)), stream));
        imports.put("take", host(streams, "take", func(Optional.empty(), own), stream));
        imports.put(
                "read",
                host(streams, "[method]stream.read", func(Optional.of(Primitive.S32), borrow, Primitive.U32), stream));
        imports.put("pair", host(streams, "[method]stream.pair", func(Optional.empty(), borrow, own), stream));
        imports.put("all", host(streams, "take-all", func(Optional.empty(), new ValType.ListOf(own)), stream));
        imports.put("drop", core("i:", CanonicalAbi.resourceDrop(stream, 0)));
        imports.put("dropOther", core("i:", CanonicalAbi.resourceDrop(other, 0)));
        WasmInstance instance = rig.instantiate("""
                (module
                  (import "host" "open" (func $open (result i32)))
                  (import "host" "take" (func $take (param i32)))
                  (import "host" "read" (func $read (param i32 i32) (result i32)))
                  (import "host" "pair" (func $pair (param i32 i32)))
                  (import "host" "all" (func $all (param i32 i32)))
                  (import "host" "drop" (func $drop (param i32)))
                  (import "host" "dropOther" (func $dropOther (param i32)))
                  (memory (export "memory") 1)
                  (func (export "open") (result i32) (call $open))
                  (func (export "take") (param i32) (call $take (local.get 0)))
                  (func (export "read") (param i32 i32) (result i32) (call $read (local.get 0) (local.get 1)))
                  (func (export "pair") (param i32 i32) (call $pair (local.get 0) (local.get 1)))
                  (func (export "all") (param i32 i32) (call $all (local.get 0) (local.get 1)))
                  (func (export "drop") (param i32) (call $drop (local.get 0)))
                  (func (export "dropOther") (param i32) (call $dropOther (local.get 0)))
                  (func (export "lent") (param i32) (result i32)
                    (call $read (local.get 0) (i32.const 1))
                    (call $drop (local.get 0)))
                  (func (export "lentGiven") (param i32) (result i32) (call $take (local.get 0)) (i32.const 0))
                  (func (export "kept") (param i32) (result i32) (i32.const 0)))
                """, imports);
        rig.state.memory(0, instance.memory());
        return instance;
    }

    private WasmEngine open(EngineChoice choice) {
        return Engines.open(choice, cache).engine();
    }

    @ParameterizedTest
    @EnumSource(
            value = EngineChoice.class,
            names = {"ENDIVE", "WASMTIME"})
    void ownsAndDropsResourcesOfTheHost(EngineChoice choice) {
        Streams streams = new Streams();
        try (WasmEngine engine = open(choice)) {
            try (Rig rig = new Rig(engine, ONE, services(streams))) {
                WasmInstance guest = guest(rig);
                assertThat(guest.call("open")).containsExactly(1);
                assertThat(guest.call("open")).containsExactly(2);
                assertThat(guest.call("open")).containsExactly(3);
                assertThat(guest.call("read", 2, 7)).containsExactly(108);
                guest.call("drop", 1);
                assertThat(streams.made.get(0).drops).isEqualTo(1);
                assertThat(guest.call("open")).as("the index freed last").containsExactly(1);
                guest.call("take", 3);
                assertThat(streams.taken).containsExactly(streams.made.get(2));
                assertThat(rig.state.handles(0)).isEqualTo(2);
                guest.memory().setInt(64, 1);
                guest.call("all", 64, 1);
                assertThat(streams.taken).hasSize(2);
            }
            assertThat(streams.made.stream().map(s -> s.drops)).containsExactly(1, 1, 0, 0);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = EngineChoice.class,
            names = {"ENDIVE", "WASMTIME"})
    void refusesMisusedHandles(EngineChoice choice) {
        @SuppressWarnings("ArrayRecordComponent") // never compared
        record Misuse(String function, String why, long... arguments) {}
        List<Misuse> misuses = List.of(
                new Misuse("read", "unknown handle index 0", 0, 0),
                new Misuse("read", "unknown handle index 2", 2, 0),
                new Misuse("read", "unknown handle index 4294967295", -1, 0),
                new Misuse("drop", "unknown handle index 9", 9),
                new Misuse("dropOther", "is a stream (expected: a other)", 1),
                new Misuse("take", "unknown handle index 268435455", (1 << 28) - 1),
                new Misuse("pair", "while it is lent", 1, 1));
        try (WasmEngine engine = open(choice)) {
            for (Misuse misuse : misuses) {
                Streams streams = new Streams();
                try (Rig rig = new Rig(engine, ONE, services(streams))) {
                    WasmInstance guest = guest(rig);
                    guest.call("open");
                    broken(() -> guest.call(misuse.function, misuse.arguments), misuse.why);
                }
                assertThat(streams.made.getFirst().drops).as(misuse.function).isEqualTo(1);
            }
            try (Rig rig = new Rig(engine, ONE, services(new Streams()))) {
                WasmInstance guest = guest(rig);
                guest.call("open");
                guest.call("drop", 1);
                broken(() -> guest.call("drop", 1), "unknown handle index 1");
                guest.call("open");
                guest.call("take", 1);
                broken(() -> guest.call("read", 1, 0), "unknown handle index 1");
            }
        }
    }

    /** Exports that get a handle of the host's. */
    public interface Lent {
        @Wit("lent")
        int lent(Stream stream);
    }

    @ParameterizedTest
    @EnumSource(
            value = EngineChoice.class,
            names = {"ENDIVE", "WASMTIME"})
    void lendsForTheLengthOfACall(EngineChoice choice) {
        FuncType type = func(Optional.of(Primitive.S32), borrow);
        LiftedFunction export = new LiftedFunction(type, 0, OPTIONS);
        Stream lent = new Stream(41);
        try (WasmEngine engine = open(choice)) {
            Streams streams = new Streams();
            try (Rig rig = new Rig(engine, ONE, services(streams))) {
                WasmInstance guest = guest(rig);
                rig.state.function(0, guest.function("lent").orElseThrow());
                assertThat(CanonicalAbi.call(rig.state, export, lent)).isEqualTo(42);
                Lent bound = ExportBinding.of(Lent.class, Map.of("lent", export), Map.of(stream, Stream.class))
                        .bind(rig.state);
                assertThat(bound.lent(lent)).isEqualTo(42);
                assertThat(lent.drops).isZero();
                assertThat(rig.state.handles(0)).isZero();
                rig.state.function(0, guest.function("kept").orElseThrow());
                broken(() -> CanonicalAbi.call(rig.state, export, lent), "1 borrowed handles are left");
            }
            try (Rig rig = new Rig(engine, ONE, services(streams))) {
                WasmInstance guest = guest(rig);
                rig.state.function(0, guest.function("lentGiven").orElseThrow());
                broken(() -> CanonicalAbi.call(rig.state, export, lent), "is borrowed (expected: one that owns)");
            }
            assertThat(lent.drops).isZero();
        }
    }

    /** Two components: the second defines counters, the first uses them. */
    @ParameterizedTest
    @EnumSource(
            value = EngineChoice.class,
            names = {"ENDIVE", "WASMTIME"})
    void movesResourcesOfGuests(EngineChoice choice) {
        ResourceType counter = new ResourceType("counter");
        GuestResourceDef definition = new GuestResourceDef(counter, 1, 5);
        StateLayout layout = new StateLayout(0, 8, new int[] {-1, -1}, Map.of(counter, definition));
        CanonOptions first = new CanonOptions(StringEncoding.UTF8, -1, -1, -1, 0);
        CanonOptions second = new CanonOptions(StringEncoding.UTF8, -1, -1, -1, 1);
        ValType owned = new ValType.Own(counter);
        ValType lent = new ValType.Borrow(counter);
        FuncType make = func(Optional.of(owned), Primitive.S32);
        FuncType get = func(Optional.of(Primitive.S32), lent);
        FuncType give = func(Optional.empty(), owned);
        LiftedFunction makeOf2 = new LiftedFunction(make, 0, second);
        LiftedFunction getOf2 = new LiftedFunction(get, 1, second);
        LiftedFunction giveTo2 = new LiftedFunction(give, 2, second);
        LiftedFunction makeOf1 = new LiftedFunction(make, 3, first);
        LiftedFunction getOf1 = new LiftedFunction(get, 4, first);
        try (WasmEngine engine = open(choice);
                Rig rig = new Rig(engine, layout, services(this))) {
            List<Integer> destroyed = new ArrayList<>();
            WasmInstance inner = rig.instantiate(
                    """
                    (module
                      (import "host" "new" (func $new (param i32) (result i32)))
                      (import "host" "rep" (func $rep (param i32) (result i32)))
                      (import "host" "drop" (func $drop (param i32)))
                      (import "host" "note" (func $note (param i32)))
                      (func (export "make") (param i32) (result i32) (call $new (local.get 0)))
                      (func (export "get") (param i32) (result i32) (local.get 0))
                      (func (export "give") (param i32) (drop (call $rep (local.get 0))) (call $drop (local.get 0)))
                      (func (export "destroy") (param i32) (call $note (local.get 0))))
                    """,
                    Map.of(
                            "new", core("i:i", CanonicalAbi.resourceNew(definition, 1)),
                            "rep", core("i:i", CanonicalAbi.resourceRep(definition, 1)),
                            "drop", core("i:", CanonicalAbi.resourceDrop(counter, 1)),
                            "note", core("i:", call -> destroyed.add(call.i32(0)))));
            rig.state.function(0, inner.function("make").orElseThrow());
            rig.state.function(1, inner.function("get").orElseThrow());
            rig.state.function(2, inner.function("give").orElseThrow());
            rig.state.function(5, inner.function("destroy").orElseThrow());
            WasmInstance outer = rig.instantiate(
                    """
                    (module
                      (import "host" "make" (func $make (param i32) (result i32)))
                      (import "host" "get" (func $get (param i32) (result i32)))
                      (import "host" "give" (func $give (param i32)))
                      (import "host" "drop" (func $drop (param i32)))
                      (func (export "make") (param i32) (result i32) (call $make (local.get 0)))
                      (func (export "get") (param i32) (result i32) (local $r i32)
                        (local.set $r (call $get (local.get 0))) (call $drop (local.get 0)) (local.get $r))
                      (func (export "give") (param i32) (call $give (local.get 0)))
                      (func (export "drop") (param i32) (call $drop (local.get 0))))
                    """,
                    Map.of(
                            "make",
                                    new Rig.Import(
                                            CanonicalAbi.loweredType(make), CanonicalAbi.lower(make, first, makeOf2)),
                            "get",
                                    new Rig.Import(
                                            CanonicalAbi.loweredType(get), CanonicalAbi.lower(get, first, getOf2)),
                            "give",
                                    new Rig.Import(
                                            CanonicalAbi.loweredType(give), CanonicalAbi.lower(give, first, giveTo2)),
                            "drop", core("i:", CanonicalAbi.resourceDrop(counter, 0))));
            rig.state.function(3, outer.function("make").orElseThrow());
            rig.state.function(4, outer.function("get").orElseThrow());

            // The first component makes, drops and gives back.
            assertThat(outer.call("make", 70)).containsExactly(1);
            assertThat(outer.call("make", 71)).containsExactly(2);
            assertThat(rig.state.handles(0)).isEqualTo(2);
            assertThat(rig.state.handles(1)).isZero();
            outer.call("drop", 1);
            assertThat(destroyed).containsExactly(70);
            outer.call("give", 2);
            assertThat(destroyed).containsExactly(70, 71);
            assertThat(rig.state.handles(0) + rig.state.handles(1)).isZero();

            // The host holds one, lends it through the first to the second, and drops it.
            GuestResource held = (GuestResource) CanonicalAbi.call(rig.state, makeOf1, 72);
            assertThat(held.type()).isSameAs(counter);
            assertThat(CanonicalAbi.call(rig.state, getOf1, held)).isEqualTo(72);
            assertThat(CanonicalAbi.call(rig.state, getOf2, held)).isEqualTo(72);
            assertThat(rig.state.handles(0) + rig.state.handles(1)).isZero();
            held.drop();
            held.drop();
            assertThat(destroyed).containsExactly(70, 71, 72);
            assertThatThrownBy(() -> CanonicalAbi.call(rig.state, getOf2, held))
                    .hasMessageContaining("a handle that is not over");

            // The host gives one away: then it has it no more.
            GuestResource given = (GuestResource) CanonicalAbi.call(rig.state, makeOf2, 73);
            CanonicalAbi.call(rig.state, giveTo2, given);
            given.drop();
            assertThat(destroyed).containsExactly(70, 71, 72, 73);
        }
    }
}
