package dev.polder.wasm.component.internal.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.component.ComponentLimits;
import dev.polder.wasm.component.Wat;
import dev.polder.wasm.component.internal.binary.Decoder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the planner refuses of components without modules, and that small components cannot make it work long. */
@Timeout(20)
class PlannerTest {

    private static Plan plan(String text) {
        return Planner.plan(
                Decoder.decode(Wat.assemble(text), ComponentLimits.DEFAULT), ComponentLimits.DEFAULT, module -> {
                    throw new AssertionError("no modules here");
                });
    }

    private static void refuses(String text, Problem.Code code, String... words) {
        assertThatThrownBy(() -> plan(text)).isInstanceOfSatisfying(Problem.class, p -> {
            assertThat(p.code()).isEqualTo(code);
            assertThat(p.getMessage()).contains("component byte").contains(words);
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "(alias export 3 \"a\" (func)) | instance 3 (expected: below 0)",
                "(type (list 7)) | type 7 (expected: below 0)",
                "(type (own 0)) | type 0 (expected: below 0)",
                "(type $t u8) (type (own $t)) | expected: a resource",
                "(type $f (func)) (type (list $f)) | expected: the type of a value",
                "(import \"a\" (type $r (sub resource))) (type (func (result (borrow $r)))) | a borrowed handle in the result",
                "(import \"a\" (func)) (import \"A\" (func)) | \"A\" twice",
                "(import \"[method]a.b\" (func)) | a resource \"a\" before it",
                "(import \"a\" (type (sub resource))) (import \"[method]a.b\" (func)) | self: borrow<a>",
                "(import \"a\" (type (sub resource))) (import \"[constructor]a\" (func)) | a result own<a>",
                "(component $c (import \"a\" (func))) (instance (instantiate $c)) | instantiation without \"a\"",
                "(component $c) (instance $i (instantiate $c)) (alias export $i \"x\" (func)) | exports no function \"x\"",
                "(import \"a\" (type $r (sub resource))) (core func (canon resource.new $r)) | is of another component",
                "(import \"f\" (func $f (param \"s\" string))) (core func (canon lower (func $f))) | need memory",
                "(import \"a\" (func $a)) (component $c (import \"a\" (func (param \"n\" u8)))) (instance (instantiate $c"
                        + " (with \"a\" (func $a)))) | \"a\" is of another type",
                "(import \"a\" (func $a)) (component $c (import \"a\" (instance))) (instance (instantiate $c (with \"a\" (func"
                        + " $a)))) | \"a\" is of another sort",
                "(import \"a\" (instance $a)) (component $c (import \"a\" (instance (export \"f\" (func))))) (instance"
                        + " (instantiate $c (with \"a\" (instance $a)))) | an instance without \"f\"",
            })
    void saysWhatIsWrong(String body, String words) {
        refuses("(component " + body.replace("\\\"", "\"") + ")", Problem.Code.INVALID, words, "(expected: ");
    }

    @Test
    void refusesAFunctionGivenWithAnotherRecord() {
        refuses("""
                (component
                  (type $r1 (record (field "a" u8)))
                  (type $r2 (record (field "b" u8)))
                  (import "r" (type $t (eq $r1)))
                  (component $c (type $r (record (field "b" u8))) (import "r" (type (eq $r))))
                  (instance (instantiate $c (with "r" (type $t)))))
                """, Problem.Code.INVALID, "type \"r\" is another one");
    }

    @Test
    void endsATypeThatDoublesWithEachLine() {
        StringBuilder text = new StringBuilder("(component (type $t0 (tuple u8 u8))");
        for (int i = 1; i < 60; i++) {
            text.append("(type $t")
                    .append(i)
                    .append(" (tuple $t")
                    .append(i - 1)
                    .append(" $t")
                    .append(i - 1)
                    .append("))");
        }
        refuses(text.append(")").toString(), Problem.Code.TOO_LARGE, "type of", "parts (expected: at most 20000)");
    }

    @Test
    void endsATypeOfTooManyLevels() {
        StringBuilder text = new StringBuilder("(component (type $t0 (list u8))");
        for (int i = 1; i < 200; i++) {
            text.append("(type $t").append(i).append(" (list $t").append(i - 1).append("))");
        }
        refuses(text.append(")").toString(), Problem.Code.TOO_LARGE, "101 levels");
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 8})
    void endsInstancesThatMultiplyWithEachComponent(int times) {
        StringBuilder text = new StringBuilder("(component (component $c0)");
        for (int i = 1; i < 25; i++) {
            text.append("(component $c")
                    .append(i)
                    .append(" (alias outer 1 $c")
                    .append(i - 1)
                    .append(" (component $b))");
            text.append("(instance (instantiate $b))".repeat(times)).append(")");
        }
        refuses(
                text.append("(instance (instantiate $c24)))").toString(),
                Problem.Code.TOO_LARGE,
                "more than 200000 definitions");
    }

    @Test
    void endsAChainOfInstancesThatIsTooDeep() {
        StringBuilder text = new StringBuilder("(component (component $c0)");
        for (int i = 1; i < 1_000; i++) {
            text.append("(component $c")
                    .append(i)
                    .append(" (alias outer 1 $c")
                    .append(i - 1)
                    .append(" (component $b)) (instance (instantiate $b)))");
        }
        refuses(text.append("(instance (instantiate $c999)))").toString(), Problem.Code.TOO_LARGE, "nested 33 deep");
    }

    @Test
    void cannotReferToWhatComesLater() {
        // Component 1 is defined after the component that names it: it would contain itself.
        refuses(
                "(component (component $a (alias outer 1 0 (component $self)) (instance (instantiate $self)))"
                        + " (component) (instance (instantiate $a)))",
                Problem.Code.INVALID,
                "component 0 (expected: below 0)");
    }

    @Test
    void ordersVersionsByTheirTrack() {
        assertThat(new InterfaceName("a", "0.2.3").fits(new InterfaceName("a", "0.2.12")))
                .isTrue();
        assertThat(new InterfaceName("a", "0.2").fits(new InterfaceName("a", "0.2.12")))
                .isTrue();
        assertThat(new InterfaceName("a", "1.2.3").fits(new InterfaceName("a", "1.0.0")))
                .isTrue();
        assertThat(new InterfaceName("a", "0.2.3").fits(new InterfaceName("a", "0.3.0")))
                .isFalse();
        assertThat(new InterfaceName("a", "0.0.1").fits(new InterfaceName("a", "0.0.2")))
                .isFalse();
        assertThat(new InterfaceName("a", "0.3.0-rc-1").fits(new InterfaceName("a", "0.3.0")))
                .isFalse();
        assertThat(new InterfaceName("a", "0.3.0-rc-1").fits(new InterfaceName("a", "0.3.0-rc-1")))
                .isTrue();
        assertThat(new InterfaceName("a", "").fits(new InterfaceName("a", "0.2.0")))
                .isFalse();
        assertThat(new InterfaceName("a", "0.2.0").fits(new InterfaceName("b", "0.2.0")))
                .isFalse();
        assertThat(InterfaceName.parse("wasi:io/poll@0.2.1")).isEqualTo(new InterfaceName("wasi:io/poll", "0.2.1"));
    }
}
