package dev.polder.portal.scaffolder.expression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polder.kernel.model.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class ExpressionsTest {

    private static final Expressions EXPRESSIONS = RepositoryFilters.addTo(
            Expressions.standard(), java.util.Map.of("github.com", "github", "gitlab.com", "gitlab"));

    static final ObjectNode CONTEXT = (ObjectNode) JsonMapper.shared().readTree("""
            {"s":"hello world","n":3,"f":2.5,"b":true,"nl":null,"a":[3,1,2],"o":{"x":1,"y":"z"},
             "objs":[{"n":"b","g":1},{"n":"a","g":2},{"n":"c","g":1}],"e":[],"html":"<b>&\\"'</b>"}""");

    /** Each line: a template, and what nunjitsu 0.6.1, Backstage's own interpreter, makes of it, as JSON. */
    @ParameterizedTest
    @MethodSource("reference")
    void rendersAsTheReferenceDid(String template, String expected) {
        JsonNode value = EXPRESSIONS.renderValue("test", template.replace("\\n", "\n"), CONTEXT);
        String shown = value.isMissingNode() ? "undefined" : Expressions.stringify(value, 0);
        assertThat(shown).as(template).isEqualTo(expected);
    }

    static Stream<Arguments> reference() throws IOException {
        try (InputStream in = ExpressionsTest.class.getResourceAsStream("/expressions.tsv")) {
            String all = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return all.lines().map(line -> Arguments.of(line.split("\t", 2)[0], line.split("\t", 2)[1]));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "${{ s | nosuch }}",
                "${{ nosuch() }}",
                "${{ s",
                "${{ 1 + }}",
                "{% if s %}",
                "{% for a in %}x{% endfor %}",
                "{% include \"x\" %}",
                "{% unknown %}",
                "{# never ends",
                "${{ s.constructor }}",
                "${{ s['constructor'] }}",
                "${{ o.__proto__ }}",
                "${{ range.constructor('return process')() }}",
                "${{ s.toUpperCase }}",
                "${{ range }}",
                "${{ 1 in 5 }}",
                "${{ missing | join(',') }}",
                "${{ n is nosuch }}",
                "${{ '\\'' }",
                "{% raw %}x",
                "${{ 1e3 }}",
                "${{ r/(/ }}",
                "${{ range(1, 10, 0) }}",
                "${{ a.push(a) }}"
            })
    void refusesWithAPlace(String template) {
        assertThatThrownBy(() -> EXPRESSIONS.render("file.txt", "first\n" + template, CONTEXT))
                .isInstanceOf(Problem.class)
                .hasMessageStartingWith("file.txt:")
                .hasMessageContaining(":2:");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{% for i in range(100000) %}{% for j in range(100000) %}x{% endfor %}{% endfor %}",
                "{% macro m() %}${{ m() }}{% endmacro %}${{ m() }}",
                "{% set x = 'abcdefgh' %}{% for i in range(100) %}{% set x = x + x %}{% endfor %}${{ x }}",
                "{% set l = [1] %}{% for i in range(100000) %}${{ l.push(l.concat(l)) }}{% endfor %}",
                "${{ ('a' | center(10000)).split('').join('aaaaaaaaaaaaaaaaaaaaaaaaaaa') | replace(r/(a+)+b/, '') }}",
                "{% for i in range(100000) %}${{ 'x' | indent(10000, true) }}{% endfor %}",
                "${{ [1,2,3] | batch(100000, 'x') | dump | replace('x', 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx') | replace('x', 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx') }}"
            })
    void alwaysEnds(String template) {
        assertThatThrownBy(() -> EXPRESSIONS.render("test", template, CONTEXT))
                .isInstanceOf(Problem.class)
                .satisfies(e -> assertThat(((Problem) e).code()).isIn(Problem.Code.TOO_LARGE, Problem.Code.INVALID));
    }

    @Test
    void refusesNestingThatIsTooDeep() {
        assertThatThrownBy(() ->
                        EXPRESSIONS.render("t", "${{ " + "(".repeat(5_000) + "1" + ")".repeat(5_000) + " }}", CONTEXT))
                .isInstanceOf(Problem.class);
        assertThatThrownBy(() ->
                        EXPRESSIONS.render("t", "{% if b %}".repeat(5_000) + "{% endif %}".repeat(5_000), CONTEXT))
                .isInstanceOf(Problem.class);
        assertThatThrownBy(() -> EXPRESSIONS.render("t", "${{ 1" + " + 1".repeat(5_000) + " }}", CONTEXT))
                .isInstanceOf(Problem.class);
        assertThatThrownBy(() -> EXPRESSIONS.render("t", "${{ 1 }}" + "x".repeat(3_000_000), CONTEXT))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("expected: at most");
    }

    @Test
    void patternsThatBacktrackForLongEnd() {
        String evil = "${{ '" + "a".repeat(60) + "!' | replace(r/^(a|a?)+$/, 'x') }}${{ '" + "x".repeat(40)
                + "' | replace(r/(x+x+)+y/, '') }}";
        try {
            assertThat(EXPRESSIONS.render("test", evil, CONTEXT)).contains("!");
        } catch (Problem e) {
            assertThat(e.code()).isEqualTo(Problem.Code.TOO_LARGE);
        }
    }

    @Test
    void aTemplateChangesOnlyItsOwnCopy() {
        assertThat(EXPRESSIONS.render("t", "${{ a.push(9) }} ${{ a }}", CONTEXT))
                .isEqualTo("4 3,1,2,9");
        assertThat(EXPRESSIONS.render("t", "${{ a }}", CONTEXT)).isEqualTo("3,1,2");
    }

    @Test
    void readsRepositoryUrlsAndEntityReferences() {
        ObjectNode context = CONTEXT.deepCopy();
        context.put("url", "github.com?owner=acme&repo=shop");
        assertThat(EXPRESSIONS.render(
                        "t",
                        "${{ url | projectSlug }} ${{ (url | parseRepoUrl).host }} ${{ url | parseRepoUrl | pick('owner') }}",
                        context))
                .isEqualTo("acme/shop github.com acme");
        assertThat(EXPRESSIONS
                        .renderValue("t", "${{ 'Group:team/a' | parseEntityRef }}", context)
                        .toString())
                .isEqualTo("{\"kind\":\"Group\",\"namespace\":\"team\",\"name\":\"a\"}");
        assertThat(EXPRESSIONS.render(
                        "t", "${{ 'a' | parseEntityRef({defaultKind: 'user'}) | pick('kind') }}", context))
                .isEqualTo("user");
        assertThatThrownBy(
                        () -> EXPRESSIONS.render("t", "${{ 'evil.example?owner=a&repo=b' | parseRepoUrl }}", context))
                .hasMessageContaining("No matching integration configuration for host evil.example");
        assertThatThrownBy(() -> EXPRESSIONS.render("t", "${{ 'github.com?owner=a' | parseRepoUrl }}", context))
                .hasMessageContaining("missing repo");
    }

    @Test
    void rendersCookiecutterAndTrimsBlocks() {
        Expressions cookiecutter = Expressions.standard().with(new Syntax(true, false, false));
        ObjectNode context = JsonMapper.shared().createObjectNode();
        context.putObject("cookiecutter").put("name", "x").putArray("list").add(1);
        assertThat(cookiecutter.render("t", "{{ cookiecutter.name }} ${{ cookiecutter.list | jsonify }}", context))
                .isEqualTo("x $[1]");
        Expressions trimming = Expressions.standard().with(new Syntax(false, true, true));
        assertThat(trimming.render("t", "a\n  {% if b %}\n  x\n  {% endif %}\nb", CONTEXT))
                .isEqualTo("a\n  x\nb");
    }
}
