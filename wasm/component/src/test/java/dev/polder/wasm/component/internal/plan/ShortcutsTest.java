package dev.polder.wasm.component.internal.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polder.wasm.component.ComponentLimits;
import dev.polder.wasm.component.Wat;
import dev.polder.wasm.component.internal.binary.Decoder;
import dev.polder.wasm.engine.EngineChoice;
import dev.polder.wasm.engine.Engines;
import dev.polder.wasm.engine.WasmEngine;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A detour to the host is left out where nobody can tell, and nowhere else. */
class ShortcutsTest {

    private static final String COMPONENT = """
            (component
              (import "log" (func $log (param "text" string)))
              (core module $Shim
                (type $t (func (param i32 i32)))
                (table (export "$imports") 1 1 funcref)
                (func (export "0") (type $t) (local.get 0) (local.get 1) (i32.const 0) (call_indirect (type $t))))
              (core module $Main
                (import "host" "log" (func $log (param i32 i32)))
                (memory (export "memory") 1)
                (func $run (export "run") (call $log (i32.const 8) (i32.const 2))))
              (core module $Fixup
                (import "" "$imports" (table 1 1 funcref))
                (import "" "0" (func (param i32 i32)))
                (elem (i32.const 0) func 0))
              (core instance $shim (instantiate $Shim))
              (core instance $main (instantiate $Main
                (with "host" (instance (export "log" (func $shim "0"))))))
              (core func $log (canon lower (func $log) (memory (core memory $main "memory"))))
              (core instance (instantiate $Fixup (with "" (instance
                (export "$imports" (table $shim "$imports")) (export "0" (func $log))))))
              (func (export "run") (canon lift (core func $main "run"))))
            """;

    @TempDir
    Path cache;

    private WasmEngine engine;

    @BeforeEach
    void open() {
        engine = Engines.open(EngineChoice.ENDIVE, cache).engine();
    }

    @AfterEach
    void close() {
        engine.close();
    }

    private Plan plan(String text) {
        return Planner.plan(
                Decoder.decode(Wat.assemble(text), ComponentLimits.DEFAULT),
                ComponentLimits.DEFAULT,
                module -> engine.compile(module.bytes(), module.digest()));
    }

    private static List<Step.Instantiate> instances(Plan plan) {
        return plan.steps().stream()
                .filter(Step.Instantiate.class::isInstance)
                .map(Step.Instantiate.class::cast)
                .toList();
    }

    @Test
    void leavesShimAndFixupOut() {
        Plan plan = plan(COMPONENT);
        assertThat(instances(plan))
                .singleElement()
                .satisfies(main -> assertThat(main.arguments()).singleElement().isInstanceOf(Item.HostFunction.class));
        assertThat(plan.modules()).hasSize(1);
        assertThat(plan.steps())
                .filteredOn(Step.Memory.class::isInstance)
                .extracting(step -> ((Step.Memory) step).memory().instance())
                .containsExactly(0);
        assertThat(Linked.hostModules(engine, plan)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // the shim does something besides
                "(local.get 0) (local.get 1) (i32.const 0) | (local.get 0) (local.get 1) (i32.const 0) (nop)",
                "(local.get 0) (local.get 1) (i32.const 0) | (local.get 1) (local.get 0) (i32.const 0)",
                "(type $t (func (param i32 i32))) | (type $t (func (param i32 i32))) (global (mut i32) (i32.const 0))",
                // the fixup does
                "(elem (i32.const 0) func 0) | (elem (i32.const 0) func 0) (memory 1)",
                "(elem (i32.const 0) func 0) | (elem (i32.const 0) func 0) (elem (i32.const 0) func 0)",
                // the main module runs before the table is filled, and would trap
                "(memory (export \"memory\") 1) | (memory (export \"memory\") 1) (start $run)",
                // somebody else has the table
                "(func (export \"run\") (canon | (core module $Other (import \"\" \"t\" (table 1 funcref))) (core instance"
                        + " (instantiate $Other (with \"\" (instance (export \"t\" (table $shim \"$imports\"))))))"
                        + " (func (export \"run\") (canon",
            })
    void keepsWhatIsMoreThanADetour(String before, String after) {
        String text = COMPONENT.replace(before, after);
        assertThat(text).isNotEqualTo(COMPONENT);
        assertThat(instances(plan(text))).hasSizeGreaterThanOrEqualTo(3);
    }

    @Test
    void keepsAShimThatLeadsToAnotherModule() {
        String text = COMPONENT
                .replace(
                        "(core instance (instantiate $Fixup",
                        "(core module $Adapter (func (export \"f\") (param i32 i32)))"
                                + " (core instance $adapter (instantiate $Adapter)) (core instance (instantiate $Fixup")
                .replace("(export \"0\" (func $log))))))", "(export \"0\" (func $adapter \"f\"))))))");
        assertThat(instances(plan(text))).hasSize(4);
    }
}
