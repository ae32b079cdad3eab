package dev.polder.wasm.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polder.kernel.model.Digest;
import dev.polder.kernel.model.Problem;
import dev.polder.wasm.engine.CompileListener;
import dev.polder.wasm.engine.EngineChoice;
import dev.polder.wasm.engine.Engines;
import dev.polder.wasm.engine.GuestFrame;
import dev.polder.wasm.engine.InstanceLimits;
import dev.polder.wasm.engine.WasmEngine;
import dev.polder.wasm.engine.WasmTrap;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Components that were written as one: valid for Wasmtime, and the same on both engines as those that are linked. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ComposedTest {

    private static final String STREAMS = """
            (component
              (import "test:io/streams@%s" (instance $streams
                (export "stream" (type $stream (sub resource)))
                (export "pipe" (type (eq $stream)))
                (type $mode' (enum "shut" "open"))
                (export "mode" (type $mode (eq $mode')))
                (export "[method]stream.%s" (func (param "self" (borrow $stream)) (result $mode)))
                (export "open" (func (result (own $stream))))))
              (alias export $streams "stream" (type $stream))
              %s)
            """;

    /** Looks at a stream that it is given, and tells what it sees of what it is not granted. */
    private static final String LOOKER = STREAMS.formatted("0.2.3", "look", """
            (alias export $streams "mode" (type $mode))
            (import "test:host/env@1.0.0" (instance $env
              (export "all" (func (result (list (tuple string string)))))
              (export "home" (func (result (option string))))))
            (import "test:host/failures@1.0.0" (instance $failures
              (type $detail' (record (field "code" u32) (field "text" string)))
              (export "detail" (type $detail (eq $detail')))
              (type $failure' (variant (case "denied") (case "other" $detail)))
              (export "failure" (type $failure (eq $failure')))))
            (alias export $failures "failure" (type $failure))
            (import "test:host/net@1.0.0" (instance $net
              (alias outer 1 $stream (type $outer))
              (export "stream" (type $s (eq $outer)))
              (export "socket" (type $socket (sub resource)))
              (alias outer 1 $failure (type $failure'))
              (export "failure" (type $failure (eq $failure')))
              (type $port' (record (field "number" u16)))
              (export "port" (type $port (eq $port')))
              (type $address' (variant (case "none") (case "port" $port)))
              (export "address" (type $address (eq $address')))
              (export "address-of" (func (param "self" (borrow $s)) (result $address)))
              (export "dial" (func (param "host" string) (result (result (own $s) (error $failure)))))))
            (core module $Memory
              (memory (export "memory") 1)
              (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 256)))
            (core instance $memory (instantiate $Memory))
            (core func $look (canon lower (func $streams "[method]stream.look")))
            (core func $drop (canon resource.drop $stream))
            (core func $all (canon lower (func $env "all")
              (memory (core memory $memory "memory")) (realloc (core func $memory "realloc"))))
            (core func $home (canon lower (func $env "home")
              (memory (core memory $memory "memory")) (realloc (core func $memory "realloc"))))
            (core func $dial (canon lower (func $net "dial")
              (memory (core memory $memory "memory")) (realloc (core func $memory "realloc"))))
            (core module $M
              (import "m" "memory" (memory 1))
              (import "i" "look" (func $look (param i32) (result i32)))
              (import "i" "drop" (func $drop (param i32)))
              (import "i" "all" (func $all (param i32)))
              (import "i" "home" (func $home (param i32)))
              (import "i" "dial" (func $dial (param i32 i32 i32)))
              (func (export "seen") (param i32) (result i32) (local $mode i32)
                (local.set $mode (call $look (local.get 0)))
                (call $drop (local.get 0))
                (local.get $mode))
              (func (export "env") (result i32)
                (i64.store (i32.const 8) (i64.const -1))
                (i64.store (i32.const 16) (i64.const -1))
                (call $all (i32.const 8))
                (call $home (i32.const 16))
                (i32.add (i32.load (i32.const 12)) (i32.load8_u (i32.const 16))))
              (func (export "net")
                (call $dial (i32.const 0) (i32.const 4) (i32.const 32))))
            (core instance $i (instantiate $M (with "m" (instance $memory)) (with "i" (instance
              (export "look" (func $look)) (export "drop" (func $drop)) (export "all" (func $all))
              (export "home" (func $home)) (export "dial" (func $dial))))))
            (func $seen (param "s" (own $stream)) (result $mode) (canon lift (core func $i "seen")))
            (func $env' (result u32) (canon lift (core func $i "env")))
            (func $net' (canon lift (core func $i "net")))
            (component $Api
              (import "stream" (type $s (sub resource)))
              (type $m (enum "shut" "open"))
              (import "mode" (type $mode (eq $m)))
              (import "seen" (func $seen (param "s" (own $s)) (result $mode)))
              (import "env" (func $env (result u32)))
              (import "net" (func $net))
              (export $s' "stream" (type $s))
              (export $mode' "mode" (type $mode))
              (export "seen" (func $seen) (func (param "s" (own $s')) (result $mode')))
              (export "env" (func $env))
              (export "net" (func $net)))
            (instance $api (instantiate $Api (with "stream" (type $stream)) (with "mode" (type $mode))
              (with "seen" (func $seen)) (with "env" (func $env')) (with "net" (func $net'))))
            (export "test:looker/api@2.0.0" (instance $api))
            """);

    /** Opens a stream and has it looked at. */
    private static final String ASKER = STREAMS.formatted("0.2.0", "other", """
            (import "test:looker/api@2.0.0" (instance $looker
              (alias outer 1 $stream (type $outer))
              (export "stream" (type $s (eq $outer)))
              (type $mode' (enum "shut" "open"))
              (export "mode" (type $mode (eq $mode')))
              (export "seen" (func (param "s" (own $s)) (result $mode)))
              (export "env" (func (result u32)))
              (export "net" (func))))
            (core func $open (canon lower (func $streams "open")))
            (core func $other (canon lower (func $streams "[method]stream.other")))
            (core func $seen (canon lower (func $looker "seen")))
            (core func $env (canon lower (func $looker "env")))
            (core func $net (canon lower (func $looker "net")))
            (core module $M
              (import "i" "open" (func $open (result i32)))
              (import "i" "other" (func $other (param i32) (result i32)))
              (import "i" "seen" (func $seen (param i32) (result i32)))
              (import "i" "env" (func $env (result i32)))
              (import "i" "net" (func $net))
              (func (export "look") (result i32) (local $s i32)
                (local.set $s (call $open))
                (i32.add (i32.mul (i32.const 10) (call $other (local.get $s))) (call $seen (local.get $s))))
              (func (export "env") (result i32) (call $env))
              (func (export "net") (call $net)))
            (core instance $i (instantiate $M (with "i" (instance
              (export "open" (func $open)) (export "other" (func $other)) (export "seen" (func $seen))
              (export "env" (func $env)) (export "net" (func $net))))))
            (func (export "look") (result u32) (canon lift (core func $i "look")))
            (func (export "env") (result u32) (canon lift (core func $i "env")))
            (func (export "net") (canon lift (core func $i "net")))
            """);

    /** The host's streams. */
    static final class Stream implements HostResource {
        private int drops;

        @Wit("look")
        public Mode look() {
            return Mode.OPEN;
        }

        @Wit("other")
        public Mode other() {
            return Mode.OPEN;
        }

        @Override
        public void drop() {
            drops++;
        }
    }

    enum Mode {
        SHUT,
        OPEN
    }

    /** The host's interface. */
    static final class Streams {
        final Stream stream = new Stream();

        @Wit("open")
        public Stream open() {
            return stream;
        }
    }

    /** The host's interface that is not granted. */
    static final class Net {}

    static final class Socket implements HostResource {}

    private static final List<HostInterface> HOST = List.of(
            HostInterface.of("test:io/streams", "0.2.12", Streams.class).resource("stream", Stream.class),
            HostInterface.of("test:host/net", "1.0.0", Net.class).resource("socket", Socket.class));

    private WasmEngine wasmtime;
    private WasmEngine endive;

    @BeforeAll
    void open(@TempDir Path cache) {
        Wat.assemble(Texts.ADD); // skips without the library
        wasmtime = Engines.open(EngineChoice.WASMTIME, cache.resolve("w")).engine();
        endive = Engines.open(EngineChoice.ENDIVE, cache.resolve("e")).engine();
    }

    @AfterAll
    void close() {
        if (wasmtime != null) {
            wasmtime.close();
            endive.close();
        }
    }

    private byte[] composed(String root, List<ComponentPart> parts) {
        return Component.composed(wasmtime, Wat.assemble(root), parts, ComponentLimits.DEFAULT);
    }

    private ComponentInstance instance(boolean native_, byte[] bytes, Object service, List<HostInterface> host) {
        HostServices services = new HostServices() {
            @Override
            public <T> T service(Class<T> type) {
                return type.cast(service);
            }
        };
        Component component =
                Component.compile(native_ ? wasmtime : endive, bytes, Digest.of(bytes), CompileListener.NONE);
        return component.link(host).instantiate(InstanceLimits.DEFAULT, services);
    }

    private static ComponentPart part(
            String name, String text, String export, Map<String, ComponentPart.Export> given) {
        return new ComponentPart(
                name, Wat.assemble(text), Map.of(export, export), given, false, _ -> false, _ -> false);
    }

    private static ComponentPart looker() {
        return new ComponentPart(
                "looker",
                Wat.assemble(LOOKER),
                Map.of("test:looker/api@2.0.0", "test:looker/api@2.0.0"),
                "test:host/net"::equals,
                "test:host/env"::equals);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void partsCallEachOtherAndTheHost(boolean native_) {
        ComponentPart counter = part("counter", Texts.COUNTER, "test:counter/api", Map.of());
        ComponentPart middle = part(
                "middle",
                Texts.MIDDLE,
                "test:middle/api",
                Map.of("test:counter/api", new ComponentPart.Export("counter", "test:counter/api")));
        byte[] bytes = composed(Texts.TOP, List.of(counter, middle));
        assertThat(Component.importNames(bytes)).containsExactly("test:host/who");
        assertThat(Component.exportNames(bytes)).containsExactly("counter", "middle", "own");
        try (ComponentInstance instance = instance(
                native_,
                bytes,
                new ComponentContract.Who(7),
                List.of(HostInterface.of("test:host/who", "", ComponentContract.Who.class)))) {
            assertThat(instance.call("", "middle")).isEqualTo(7_000 + 107);
            assertThat(instance.call("", "counter")).as("the same counter").isEqualTo(207);
            assertThat(instance.call("", "own")).isEqualTo(7);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aResourceOfTheHostCrossesVersionsOfItsInterface(boolean native_) {
        byte[] bytes = composed(ASKER, List.of(looker()));
        assertThat(Component.importNames(bytes))
                .as("in the newest version; without what is not granted but for its resources")
                .containsExactly("test:io/streams@0.2.3", "test:host/failures@1.0.0", "test:host/net@1.0.0");
        Streams streams = new Streams();
        try (ComponentInstance instance = instance(native_, bytes, streams, HOST)) {
            assertThat(instance.call("", "look")).hasToString("11");
            assertThat(streams.stream.drops).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatIsNotGrantedIsEmptyOrTraps(boolean native_) {
        byte[] bytes = composed(ASKER, List.of(looker()));
        try (ComponentInstance instance = instance(native_, bytes, new Streams(), HOST)) {
            assertThat(instance.call("", "env")).hasToString("0");
            assertThatThrownBy(() -> instance.call("", "net"))
                    .isInstanceOfSatisfying(
                            WasmTrap.class,
                            trap -> assertThat(trap.frames())
                                    .extracting(GuestFrame::function)
                                    .contains("test:host/net@1.0.0 is not granted"));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void thatIsTheSameWhenTheyAreLinked(boolean native_) {
        byte[] root = Wat.assemble(ASKER);
        Component component = Component.compose(
                native_ ? wasmtime : endive,
                root,
                Digest.of(root),
                List.of(looker()),
                CompileListener.NONE,
                ComponentLimits.DEFAULT);
        Streams streams = new Streams();
        HostServices services = new HostServices() {
            @Override
            public <T> T service(Class<T> type) {
                return type.cast(streams);
            }
        };
        try (ComponentInstance instance = component.link(HOST).instantiate(InstanceLimits.DEFAULT, services)) {
            assertThat(instance.call("", "look")).hasToString("11");
            assertThat(instance.call("", "env")).hasToString("0");
            assertThatThrownBy(() -> instance.call("", "net"))
                    .isInstanceOf(Problem.class)
                    .hasMessageContaining("looker: test:host/net@1.0.0 is not granted to it (dial)");
        }
    }

    private Problem refused(String root, List<ComponentPart> parts) {
        try {
            composed(root, parts);
            throw new AssertionError("composed (expected: a problem)");
        } catch (Problem problem) {
            return problem;
        }
    }

    @Test
    void saysWhatDoesNotFit() {
        ComponentPart counter = part("counter", Texts.COUNTER, "test:counter/api", Map.of());
        ComponentPart middle = part(
                "middle",
                Texts.MIDDLE,
                "test:middle/api",
                Map.of("test:counter/api", new ComponentPart.Export("counter", "test:counter/api")));
        assertThat(refused(Texts.TOP, List.of(middle, counter)))
                .hasMessageContaining("middle: counter has no export \"test:counter/api\" for it");
        assertThat(refused(Texts.TOP, List.of(counter, counter))).hasMessageContaining("counter: twice");
        assertThat(refused(Texts.ADD, List.of(counter)))
                .hasMessageContaining("the component does not import test:counter/api");
        assertThat(refused(
                        Texts.TOP,
                        List.of(part(
                                "other",
                                Texts.COUNTER.replace("(export \"test:counter/api\"", "(export \"test:other/api\""),
                                "test:counter/api",
                                Map.of()))))
                .hasMessageContaining("other has no export \"test:counter/api\"");
        ComponentPart wider = part(
                "wider",
                Texts.COUNTER
                        .replace("(func $next (result u32)", "(func $next (result u64)")
                        .replace("(func (export \"next\") (result i32)", "(func (export \"next\") (result i64)")
                        .replace("(i32.add (global.get $n) (call $number))", "(i64.const 1)"),
                "test:counter/api",
                Map.of());
        assertThat(refused(Texts.TOP, List.of(wider)))
                .as("found by Wasmtime, in what was composed")
                .hasMessageContaining("component byte ")
                .hasMessageContaining("type mismatch");
        ComponentPart broken = new ComponentPart("broken", new byte[] {0, 1, 2}, Map.of(), _ -> false, _ -> false);
        assertThat(refused(Texts.TOP, List.of(broken))).hasMessageContaining("broken: component byte 0: no component");
        ComponentPart elsewhere = part(
                "elsewhere",
                Texts.COUNTER.replace(
                        "(export \"number\" (func (result u32)))", "(export \"number\" (func (result s32)))"),
                "test:counter/api",
                Map.of());
        assertThat(refused(Texts.TOP, List.of(elsewhere)))
                .hasMessageContaining("its import test:host/who#number is of another type");
    }
}
