package dev.polder.wasm.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polder.kernel.model.Digest;
import dev.polder.kernel.model.Problem;
import dev.polder.wasm.engine.CompileListener;
import dev.polder.wasm.engine.CompiledModule;
import dev.polder.wasm.engine.EngineChoice;
import dev.polder.wasm.engine.Engines;
import dev.polder.wasm.engine.InstanceLimits;
import dev.polder.wasm.engine.TrapCode;
import dev.polder.wasm.engine.WasmEngine;
import dev.polder.wasm.engine.WasmTrap;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What components do in the same way on every engine. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
abstract class ComponentContract {

    static final HostServices NO_SERVICES = new HostServices() {
        @Override
        public <T> T service(Class<T> type) {
            throw new AssertionError("nobody offers " + type);
        }
    };

    private final EngineChoice choice;
    private WasmEngine engine;

    ComponentContract(EngineChoice choice) {
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

    private Component compile(String text) {
        byte[] bytes = Wat.assemble(text);
        return Component.compile(engine, bytes, Digest.of(bytes), CompileListener.NONE);
    }

    private ComponentInstance instance(String text) {
        return compile(text).link(List.of()).instantiate(InstanceLimits.DEFAULT, NO_SERVICES);
    }

    private static Problem refused(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        Problem[] seen = new Problem[1];
        assertThatThrownBy(call).isInstanceOfSatisfying(Problem.class, p -> seen[0] = p);
        return seen[0];
    }

    @Test
    void callsAFunctionExportedByItself() {
        try (ComponentInstance instance = instance(Texts.ADD)) {
            assertThat(instance.call("", "add", 40, 2)).isEqualTo(42);
            assertThat(refused(() -> instance.call("", "absent")).code()).isEqualTo(Problem.Code.NOT_FOUND);
        }
    }

    @Test
    void callsAFunctionOfAnExportedInterfaceOfItsTrack() {
        try (ComponentInstance instance = instance(Texts.ECHO)) {
            assertThat(instance.call("test:echo/api@1.2.3", "echo", "Grüße")).isEqualTo("Grüße");
            assertThat(instance.call("test:echo/api@1.0.0", "echo", "")).isEqualTo("");
            assertThat(refused(() -> instance.call("test:echo/api@2.0.0", "echo", ""))
                            .getMessage())
                    .contains("test:echo/api@1.2.3");
            assertThat(instance.exports()).singleElement().satisfies(e -> {
                assertThat(e.name()).isEqualTo("test:echo/api@1.2.3");
                assertThat(e.functions()).containsOnlyKeys("echo");
            });
        }
    }

    @Test
    void sharesMemoryTableAndGlobals() {
        LinkedComponent linked = compile(Texts.SHARED).link(List.of());
        for (int i = 0; i < 2; i++) {
            try (ComponentInstance instance = linked.instantiate(InstanceLimits.DEFAULT, NO_SERVICES)) {
                assertThat(instance.call("", "put", 30)).hasToString("30");
                assertThat(instance.call("", "put", 12)).hasToString("12");
                assertThat(instance.call("", "sum")).hasToString("42");
            }
        }
    }

    @Test
    void callsThroughASharedTableWhateverNumbersItsTypesHave() {
        String text = """
                (component
                  (core module $Caller
                    (type (func))
                    (type $f (func (param i32) (result i32)))
                    (table (export "t") 3 funcref)
                    (func (export "call") (param i32 i32) (result i32)
                      (call_indirect (type $f) (local.get 1) (local.get 0)))
                    (func (export "copy") (table.copy (i32.const 2) (i32.const 0) (i32.const 1))))
                  (core instance $caller (instantiate $Caller))
                  (core module $Filler
                    (type (func (result i64)))
                    (type $wrong (func (param i64)))
                    (import "c" "t" (table 3 funcref))
                    (func $double (param i32) (result i32) (i32.mul (local.get 0) (i32.const 2)))
                    (func $same-number (type $wrong))
                    (elem (i32.const 0) $double $same-number))
                  (core instance (instantiate $Filler (with "c" (instance $caller))))
                  (func (export "call") (param "at" u32) (param "n" u32) (result u32)
                    (canon lift (core func $caller "call")))
                  (func (export "copy") (canon lift (core func $caller "copy"))))
                """;
        try (ComponentInstance instance = instance(text)) {
            assertThat(instance.call("", "call", 0, 21)).hasToString("42");
            instance.call("", "copy");
            assertThat(instance.call("", "call", 2, 4)).hasToString("8");
            assertThatThrownBy(() -> instance.call("", "call", 1, 1))
                    .isInstanceOfSatisfying(
                            WasmTrap.class, trap -> assertThat(trap.code()).isEqualTo(TrapCode.BAD_SIGNATURE));
        }
    }

    /** The host's side of an import that is named otherwise than the interface. */
    static final class Numbers {
        @Wit("one")
        public int one() {
            return 1;
        }
    }

    @Test
    void servesAnImportByTheInterfaceThatItImplements() {
        String text = """
                (component
                  (import "counter" (implements "test:host/numbers@1.0.0") (instance $n
                    (export "one" (func (result u32)))))
                  (core func $one (canon lower (func $n "one")))
                  (core module $M (import "n" "one" (func $one (result i32))) (export "one" (func $one)))
                  (core instance $m (instantiate $M (with "n" (instance (export "one" (func $one))))))
                  (func (export "one") (result u32) (canon lift (core func $m "one"))))
                """;
        HostServices numbers = new HostServices() {
            @Override
            public <T> T service(Class<T> type) {
                return type.cast(new Numbers());
            }
        };
        LinkedComponent linked =
                compile(text).link(List.of(HostInterface.of("test:host/numbers", "1.0.0", Numbers.class)));
        try (ComponentInstance instance = linked.instantiate(InstanceLimits.DEFAULT, numbers)) {
            assertThat(instance.call("", "one")).hasToString("1");
        }
        assertThat(refused(() -> compile("(component (import \"f\" (implements \"test:host/f\") (func)))"))
                        .getMessage())
                .contains("component byte", "expected: an instance with a plain name");
    }

    @Test
    void composesComponentsWithAResourceThatCrossesThem() {
        try (ComponentInstance instance = instance(Texts.COMPOSED)) {
            assertThat(instance.call("", "run", 7)).hasToString("7007");
            assertThat(instance.call("", "run", 5)).hasToString("12005");
        }
    }

    /** The host's object, which tells whose it is. */
    public record Who(int it) {
        @Wit("number")
        public int number() {
            return it;
        }
    }

    /** The host's objects, others for each part and for each plain name. */
    private static HostServices services(int number) {
        return new HostServices() {
            @Override
            public <T> T service(Class<T> type) {
                return type.cast(new Who(number));
            }

            @Override
            public HostServices of(String part, String label) {
                return services(number + (part.isEmpty() ? 0 : Integer.parseInt(part)) + label.length());
            }
        };
    }

    private Component compose(String root, List<ComponentPart> parts) {
        byte[] bytes = Wat.assemble(root);
        return Component.compose(engine, bytes, Digest.of(bytes), parts, CompileListener.NONE, ComponentLimits.DEFAULT);
    }

    private static ComponentPart part(
            String name, byte[] bytes, String satisfies, Map<String, ComponentPart.Export> given) {
        return new ComponentPart(name, bytes, Map.of(satisfies, satisfies), given, true, _ -> false, _ -> false);
    }

    private static final List<HostInterface> WHO = List.of(HostInterface.of("test:host/who", "", Who.class));

    @Test
    void partsAreGivenWhatPartsBeforeThemExportAndHaveHostObjectsOfTheirOwn() {
        ComponentPart counter = part("20", Wat.assemble(Texts.COUNTER), "test:counter/api", Map.of());
        ComponentPart middle = part(
                "30",
                Wat.assemble(Texts.MIDDLE),
                "test:middle/api",
                Map.of("test:counter/api", new ComponentPart.Export("20", "test:counter/api")));
        try (ComponentInstance instance = compose(Texts.TOP, List.of(counter, middle))
                .link(WHO)
                .instantiate(InstanceLimits.DEFAULT, services(1))) {
            assertThat(instance.call("", "own")).isEqualTo(1);
            assertThat(instance.call("", "middle")).isEqualTo(31_000 + 121);
            assertThat(instance.call("", "counter")).as("the same counter").isEqualTo(221);
            assertThat(instance.call("", "own")).isEqualTo(1);
        }
        assertThat(refused(() -> compose(Texts.TOP, List.of(middle, counter))).getMessage())
                .contains("20: no export \"test:counter/api\"");
        assertThat(refused(() -> compose(Texts.TOP, List.of(counter, counter))).getMessage())
                .contains("20: twice");
    }

    @Test
    void anImportByAPlainNameHasHostObjectsOfItsOwn() {
        byte[] bytes = implementing(Wat.assemble(Texts.COUNTER.replace("test:host/who", "cache")), "test:host/who");
        assertThat(Component.importNames(bytes)).containsExactly("cache");
        Component component = Component.compile(engine, bytes, Digest.of(bytes), CompileListener.NONE);
        assertThat(component.imports())
                .extracting(ComponentInterface::implemented)
                .containsExactly("test:host/who");
        try (ComponentInstance instance = component.link(WHO).instantiate(InstanceLimits.DEFAULT, services(1))) {
            assertThat(instance.call("test:counter/api", "next")).isEqualTo(106);
        }
    }

    /** Says of the first import which interface it is: the assembler has no text for that. */
    private static byte[] implementing(byte[] component, String interfaceName) {
        int at = 8;
        while (component[at] != 10) {
            at += 2 + component[at + 1]; // sections before it are short
        }
        int name = at + 3;
        int end = name + 2 + component[name + 1];
        byte[] said = interfaceName.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(component, 0, at + 1);
        out.write(component[at + 1] + 3 + said.length);
        out.write(component[at + 2]);
        out.write(2);
        out.write(component, name + 1, end - name - 1);
        out.writeBytes(new byte[] {1, 0, (byte) said.length});
        out.writeBytes(said);
        out.write(component, end, component.length - end);
        return out.toByteArray();
    }

    @Test
    void keepsTheResourcesOfTwoInstancesOfOneComponentApart() {
        String text = """
                (component
                  (component $Owner
                    (type $r (resource (rep i32)))
                    (export $r' "r" (type $r))
                    (core func $new (canon resource.new $r))
                    (core module $M
                      (import "r" "new" (func $new (param i32) (result i32)))
                      (func (export "make") (result i32) (call $new (i32.const 1)))
                      (func (export "take") (param i32)))
                    (core instance $i (instantiate $M (with "r" (instance (export "new" (func $new))))))
                    (func (export "make") (result (own $r')) (canon lift (core func $i "make")))
                    (func (export "take") (param "r" (own $r')) (canon lift (core func $i "take"))))
                  (component $Mover
                    (import "r" (type $r (sub resource)))
                    (import "make" (func $make (result (own $r))))
                    (import "take" (func $take (param "r" (own $r))))
                    (core func $make' (canon lower (func $make)))
                    (core func $take' (canon lower (func $take)))
                    (core module $M
                      (import "i" "make" (func $make (result i32)))
                      (import "i" "take" (func $take (param i32)))
                      (func (export "move") (call $take (call $make))))
                    (core instance $i (instantiate $M (with "i" (instance
                      (export "make" (func $make')) (export "take" (func $take'))))))
                    (func (export "move") (canon lift (core func $i "move"))))
                  (instance $a (instantiate $Owner))
                  (instance $b (instantiate $Owner))
                  (instance $m (instantiate $Mover
                    (with "r" (type $a "r")) (with "make" (func $a "make")) (with "take" (func $TAKER "take"))))
                  (export "move" (func $m "move")))
                """;
        try (ComponentInstance instance = instance(text.replace("$TAKER", "$a"))) {
            assertThat(instance.call("", "move")).isNull();
        }
        assertThat(refused(() -> instance(text.replace("$TAKER", "$b"))).getMessage())
                .contains("component byte", "function \"take\" is of another type");
    }

    @Test
    void namesAllThatTheHostDoesNotHave() {
        Component component = compile("""
                (component
                  (import "wasi:io/poll@0.2.3" (instance $poll
                    (export "pollable" (type (sub resource)))))
                  (import "test:host/a@1.0.0" (instance $a (export "f" (func (param "n" u32))) (export "g" (func))))
                  (import "h" (func $h (result u32)))
                  (core func $f (canon lower (func $a "f")))
                  (core func $h' (canon lower (func $h)))
                  (core module $M (import "a" "f" (func (param i32))) (import "a" "h" (func (result i32))))
                  (core instance (instantiate $M (with "a" (instance
                    (export "f" (func $f)) (export "h" (func $h')))))))
                """);
        assertThat(component.imports())
                .extracting(ComponentInterface::name)
                .containsExactly("wasi:io/poll@0.2.3", "test:host/a@1.0.0", "");
        assertThat(component.imports().get(1).functions()).containsOnlyKeys("f", "g");
        Problem problem = refused(() -> component.link(List.of(
                HostInterface.of("test:host/b", "1.0.0", Object.class),
                HostInterface.of("wasi:io/poll", "0.3.0", Object.class))));
        assertThat(problem.code()).isEqualTo(Problem.Code.INVALID);
        assertThat(problem.getMessage())
                .contains("wasi:io/poll@0.2.3", "0.3.0", "test:host/a@1.0.0", "[test:host/b]", "\"h\"")
                .doesNotContain("\"g\"");
    }

    @Test
    void linksAnInterfaceOfWhichOnlyTypesAreUsed() {
        assertThat(compile("""
                (component
                  (import "test:host/types" (instance
                    (type $t (record (field "a" u32)))
                    (export "t" (type (eq $t)))
                    (export "unused" (func)))))
                """).link(List.of())).isNotNull();
    }

    @Test
    void refusesAModuleThatIsNotGivenWhatItImports() {
        assertThat(refused(() -> compile("""
                        (component
                          (core module $A (func (export "f") (param i64)))
                          (core instance $a (instantiate $A))
                          (core module $B (import "a" "f" (func (param i32))))
                          (core instance (instantiate $B (with "a" (instance $a)))))
                        """)).getMessage()).contains("component byte", "a.f");
        for (String wanted : List.of("memory 2", "memory 1 3")) {
            assertThat(refused(() -> compile("""
                            (component
                              (core module $A (memory (export "m") 1 4))
                              (core instance $a (instantiate $A))
                              (core module $B (import "a" "m" (WANTED)))
                              (core instance (instantiate $B (with "a" (instance $a)))))
                            """.replace("WANTED", wanted))).getMessage())
                    .contains("component byte", "is given a");
        }
    }

    @Test
    void refusesWhatItDoesNotRunByName() {
        assertThat(refused(() -> compile("(component (core func (canon task.cancel)))")))
                .satisfies(p -> assertThat(p.code()).isEqualTo(Problem.Code.UNSUPPORTED))
                .hasMessageContaining("task.cancel");
        assertThat(refused(() -> compile("""
                        (component
                          (import "f" (func $f async (param "a" u32)))
                          (core func $l (canon lower (func $f)))
                          (core module $M (import "a" "f" (func (param i32))))
                          (core instance (instantiate $M (with "a" (instance (export "f" (func $l)))))))
                        """)))
                .satisfies(p -> assertThat(p.code()).isEqualTo(Problem.Code.UNSUPPORTED))
                .hasMessageContaining("async");
        assertThat(refused(() -> compile("(component (import \"m\" (core module)))")))
                .satisfies(p -> assertThat(p.code()).isEqualTo(Problem.Code.UNSUPPORTED))
                .hasMessageContaining("core module");
    }

    /** The host's side of {@link Texts#IMPORTS}. */
    static final class OutputStream implements HostResource {
        private final StringBuilder written = new StringBuilder();
        private int drops;

        @Wit("write")
        public Result<Void, StreamError> write(byte[] contents) {
            written.append(new String(contents, StandardCharsets.UTF_8));
            return written.length() > 5 ? Result.err(new StreamError.Closed()) : Result.ok(null);
        }

        @Override
        public void drop() {
            drops++;
        }
    }

    static final class StreamFailure implements HostResource {}

    sealed interface StreamError {
        record Failed(StreamFailure failure) implements StreamError {}

        record Closed() implements StreamError {}
    }

    static final class Streams {
        final OutputStream out = new OutputStream();

        @Wit("stdout")
        public OutputStream stdout() {
            return out;
        }
    }

    static final class Errors {}

    private static List<HostInterface> streams(String version) {
        return List.of(
                HostInterface.of("test:io/error", version, Errors.class).resource("error", StreamFailure.class),
                HostInterface.of("test:io/streams", version, Streams.class)
                        .resource("output-stream", OutputStream.class));
    }

    @Test
    void servesImportsOfOneTrackWithJavaMethodsAndResources() {
        Component component = compile(Texts.IMPORTS);
        LinkedComponent linked = component.link(streams("0.2.12"));
        for (int round = 0; round < 2; round++) {
            runs(linked);
        }
        assertThat(refused(() -> component.link(streams("0.3.0"))).getMessage())
                .contains("test:io/error@0.2.1", "test:io/streams@0.2.1", "0.3.0");
    }

    /** Of one whose code is kept on disk; the other engine's is Java's. */
    @Test
    void wakesWithoutItsBytesToWhatItWas() {
        for (String text : List.of(Texts.IMPORTS, Texts.COMPOSED, Texts.SHARED, Texts.ECHO)) {
            byte[] bytes = Wat.assemble(text);
            Component component = Component.compile(engine, bytes, Digest.of(bytes), CompileListener.NONE);
            LinkedComponent linked = component.link(text.equals(Texts.IMPORTS) ? streams("0.2.12") : List.of());
            Optional<DormantComponent> dormant = linked.dormant();
            assertThat(dormant.isPresent()).isEqualTo(choice == EngineChoice.WASMTIME);
            if (dormant.isEmpty()) {
                return;
            }
            linked.close();
            for (int round = 0; round < 2; round++) {
                LinkedComponent woken = dormant.get().wake().orElseThrow();
                assertThat(woken.component().digest()).isEqualTo(component.digest());
                assertThat(woken.component().imports()).isEqualTo(component.imports());
                assertThat(woken.component().isValidated()).isEqualTo(component.isValidated());
                assertThat(woken.component().modules())
                        .extracting(CompiledModule::digest)
                        .isEqualTo(component.modules().stream()
                                .map(CompiledModule::digest)
                                .toList());
                if (text.equals(Texts.IMPORTS)) {
                    runs(woken);
                }
                if (text.equals(Texts.ECHO)) {
                    try (ComponentInstance instance = woken.instantiate(InstanceLimits.DEFAULT, NO_SERVICES)) {
                        assertThat(instance.bind(Echo.class).echo("again")).isEqualTo("again");
                    }
                }
                if (text.equals(Texts.SHARED)) {
                    try (ComponentInstance instance = woken.instantiate(InstanceLimits.DEFAULT, NO_SERVICES)) {
                        assertThat(instance.call("", "put", 42)).hasToString("42");
                        assertThat(instance.call("", "sum")).hasToString("42");
                    }
                }
                woken.close();
            }
        }
    }

    private static void runs(LinkedComponent linked) {
        Streams streams = new Streams();
        HostServices services = new HostServices() {
            @Override
            public <T> T service(Class<T> type) {
                return type.cast(streams);
            }
        };
        try (ComponentInstance instance = linked.instantiate(InstanceLimits.DEFAULT, services)) {
            assertThat(instance.call("test:io/run@0.2.0", "run")).hasToString("0");
            assertThat(instance.call("test:io/run@0.2.0", "run")).hasToString("1");
        }
        assertThat(streams.out.written).hasToString("hellohello");
        assertThat(streams.out.drops).isEqualTo(2);
    }

    /** A guest's export as a Java interface. */
    @Wit("test:echo/api@1.0.0")
    public interface Echo {
        @Wit("echo")
        String echo(String text);
    }

    @Test
    void bindsAnExportedInterfaceToJava() {
        LinkedComponent linked = compile(Texts.ECHO).link(List.of());
        assertThat(linked.exports(Echo.class)).isTrue();
        assertThat(linked.exports(Runnable.class)).isFalse();
        try (ComponentInstance instance = linked.instantiate(InstanceLimits.DEFAULT, NO_SERVICES)) {
            assertThat(instance.bind(Echo.class).echo("over and out")).isEqualTo("over and out");
        }
    }

    @Test
    void validatesTheWholeComponentWhereTheEngineKnowsComponents() {
        assertThat(compile(Texts.COMPOSED).isValidated()).isEqualTo(choice == EngineChoice.WASMTIME);
    }
}
