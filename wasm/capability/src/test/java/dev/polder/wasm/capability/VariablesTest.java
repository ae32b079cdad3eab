package dev.polder.wasm.capability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.capability.Variables.Declaration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
        assertThat(variables.renderAll(Map.of("url", "{{ host }}"))).containsEntry("url", "one.example.com");
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
