package dev.polder.wasm.capability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.capability.Variables.Declaration;
import dev.polder.wasm.component.Result;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VariablesTest {

    private static final Declaration REQUIRED = new Declaration(null, true, false);

    private static Declaration defaulting(String value) {
        return new Declaration(value, false, false);
    }

    @Test
    void theFirstProviderWinsThenTheDefault() {
        Map<String, Declaration> declared = new LinkedHashMap<>();
        declared.put("host", REQUIRED);
        declared.put("path", defaulting("v1"));
        declared.put("greeting_text", defaulting("hello"));
        VariableProvider first = name -> name.equals("host") ? Optional.of("one.example.com") : Optional.empty();
        VariableProvider second = VariableProvider.environment(Map.of(
                "SPIN_VARIABLE_HOST", "two.example.com", "SPIN_VARIABLE_GREETING_TEXT", "hi", "GREETING_TEXT", "no"));

        Variables variables = Variables.resolve(declared, List.of(first, second));

        assertThat(variables.render(Template.parse("https://{{host}}/{{ path }}/x: {{  greeting_text }}")))
                .isEqualTo("https://one.example.com/v1/x: hi");
        assertThat(variables.renderAll(Map.of("url", "{{ host }}")).get("url").get())
                .isEqualTo("one.example.com");
    }

    /** Says what is put into it, and counts who asks. */
    private static final class Server implements VariableProvider {
        private @Nullable String value;
        private boolean isDown;
        private int asked;

        @Override
        public Optional<String> value(String name) {
            asked++;
            if (isDown) {
                throw Problem.unavailable("server: connection refused", null);
            }
            return Optional.ofNullable(value);
        }

        @Override
        public boolean isLive() {
            return true;
        }
    }

    @Test
    void aLiveProviderIsAskedAgainWhenItsValueIsOld() {
        Server server = new Server();
        AtomicLong nanos = new AtomicLong();
        List<String> told = new ArrayList<>();
        Map<String, Declaration> declared = Map.of("a", REQUIRED, "b", defaulting("fixed"));
        VariableProvider first = name -> name.equals("b") ? Optional.of("first") : Optional.empty();
        Variables variables = Variables.resolve(declared, List.of(first, server), told::add, nanos::get);
        assertThat(server.asked).as("nothing is asked before it is needed").isZero();
        Map<String, Supplier<String>> texts = variables.renderAll(Map.of("x", "<{{ a }}>", "y", "{{ b }}"));
        assertThat(variables.isLive(Template.parse("{{ a }}"))).isTrue();
        assertThat(variables.isLive(Template.parse("{{ b }}"))).isFalse();

        server.value = "one";
        assertThat(texts.get("x").get()).isEqualTo("<one>");
        server.value = "two";
        assertThat(texts.get("x").get()).isEqualTo("<one>");
        nanos.addAndGet(LiveVariable.FRESH.toNanos());
        assertThat(texts.get("x").get()).isEqualTo("<two>");
        assertThat(server.asked).isEqualTo(2);
        assertThat(texts.get("y").get()).isEqualTo("first");

        server.isDown = true;
        nanos.addAndGet(LiveVariable.FRESH.toNanos());
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(texts.get("x")::get).hasMessage("variable \"a\": server: connection refused");
        }
        assertThat(server.asked).as("a failure holds for a moment").isEqualTo(3);
        assertThat(told).containsExactly("variable \"a\": server: connection refused");
        server.isDown = false;
        nanos.addAndGet(LiveVariable.FRESH.toNanos());
        assertThat(texts.get("x").get()).isEqualTo("<two>");
        assertThat(new SpinVariables(texts).get("x")).isEqualTo(Result.ok("<two>"));
    }

    @Test
    void whatALiveProviderLacksIsFoundByTheCheckAndToldToTheGuest() {
        Server server = new Server();
        Map<String, Declaration> declared = new LinkedHashMap<>(Map.of("a", REQUIRED, "b", defaulting("x")));
        Variables variables = Variables.resolve(declared, List.of(server));
        assertThatThrownBy(variables::check)
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.code()).isEqualTo(Problem.Code.INVALID))
                .hasMessageContaining("\"a\" has neither a default nor a value")
                .hasMessageNotContaining("\"b\"");
        server.isDown = true;
        Variables down = Variables.resolve(declared, List.of(server));
        assertThatThrownBy(down::check)
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.code()).isEqualTo(Problem.Code.UNAVAILABLE))
                .hasMessageContaining("server: connection refused");
        Map<String, Supplier<String>> texts = down.renderAll(Map.of("t", "{{ a }}"));
        assertThat(new SpinVariables(texts).get("t"))
                .isEqualTo(
                        Result.err(new SpinVariables.Failure.Provider("variable \"a\": server: connection refused")));
        assertThat(new WasiConfigStore(texts).getAll())
                .isEqualTo(
                        Result.err(new WasiConfigStore.Failure.Upstream("variable \"a\": server: connection refused")));
        assertThat(new WasiConfigStore(texts).get("other")).isEqualTo(Result.ok(Optional.empty()));
    }

    @Test
    void oneProblemListsAllThatIsMissing() {
        Map<String, Declaration> declared = new LinkedHashMap<>();
        declared.put("a_token", new Declaration(null, true, true));
        declared.put("there", defaulting("x"));
        declared.put("b_host", REQUIRED);
        declared.put("Wrong-Name", defaulting("x"));
        declared.put("nul", defaulting("a\0b"));

        assertThatThrownBy(() -> Variables.resolve(declared, List.of()))
                .isInstanceOfSatisfying(
                        Problem.class,
                        problem -> assertThat(problem.detail())
                                .contains(
                                        "\"a_token\" has neither",
                                        "\"b_host\" has neither",
                                        "\"Wrong-Name\" (expected",
                                        "\"nul\"")
                                .doesNotContain("there"));
    }

    @Test
    void secretsAreNotShown() {
        Declaration secret = new Declaration("hunter2", false, true);
        Variables variables = Variables.resolve(Map.of("password", secret), List.of());

        assertThat(secret.toString()).doesNotContain("hunter2");
        assertThat(variables.toString()).isEqualTo("Variables[password]");
        assertThatThrownBy(() -> AllowedHosts.of(List.of("http://x/{{ password }}"), variables, List.of()))
                .hasMessageContaining("{{ password }}")
                .message()
                .doesNotContain("hunter2");
    }

    @Test
    void unknownVariablesAndOpenBracesAreRefused() {
        assertThatThrownBy(() -> Variables.NONE.render(Template.parse("{{ nobody }}")))
                .hasMessageContaining("no variable \"nobody\"");
        assertThatThrownBy(() -> Template.parse("a {{ b")).hasMessageContaining("without \"}}\"");
        assertThatThrownBy(() -> Template.parse("{{ A-B }}")).hasMessageContaining("lower-case words");
        assertThat(Template.parse("a } b").isLiteral()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "abc", "a1b2c3", "a_1", "a_1_b_3"})
    void goodNames(String name) {
        assertThat(Variables.nameFault(name)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "aX", "1bc", "_x", "x.y", "x_", "a__b", "x-y", "ä"})
    void badNames(String name) {
        assertThat(Variables.nameFault(name)).contains("(expected: ");
    }
}
