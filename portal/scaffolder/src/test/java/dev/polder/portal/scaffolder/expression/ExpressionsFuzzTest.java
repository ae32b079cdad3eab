package dev.polder.portal.scaffolder.expression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.polder.kernel.model.Problem;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Random templates: each renders or fails with a {@link Problem}, and soon. The seed is in the message. */
class ExpressionsFuzzTest {

    private static final String[] PIECES = {
        "${{",
        "}}",
        "{%",
        "%}",
        "{#",
        "#}",
        "-",
        " ",
        " ",
        " ",
        "if",
        "elif",
        "else",
        "endif",
        "for",
        "in",
        "endfor",
        "set",
        "endset",
        "=",
        "==",
        "raw",
        "endraw",
        "macro",
        "endmacro",
        "call",
        "endcall",
        "caller()",
        "switch",
        "case",
        "endswitch",
        "filter",
        "endfilter",
        "s",
        "n",
        "a",
        "o",
        "objs",
        "nl",
        "missing",
        "loop",
        "range",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        ",",
        ":",
        ".",
        "|",
        "~",
        "+",
        "*",
        "**",
        "/",
        "//",
        "%",
        "<",
        "not",
        "and",
        "or",
        "is",
        "defined",
        "upper",
        "join",
        "dump",
        "sort",
        "replace",
        "groupby",
        "batch",
        "length",
        "slice",
        "push",
        "concat",
        "split",
        "1",
        "0",
        "99999999999",
        "2.5",
        "\"x\"",
        "'",
        "\"",
        "r/(a+)+/g",
        "\n",
        "text",
        "é",
        "\u0000",
        "constructor",
        "{% for i in a %}",
        "{% endfor %}",
        "${{ s | ",
        "{% if n %}",
        "{% endif %}",
        "a.push(",
        "range(1000)"
    };

    private static final Expressions EXPRESSIONS = RepositoryFilters.addTo(
                    Expressions.standard(), java.util.Map.of("github.com", "github"))
            .with(new RenderLimits(10_000, 100_000, 20_000, 60));

    @Test
    void neverThrowsAnythingElseAndAlwaysEnds() {
        long seed = Long.getLong("fuzz.seed", 20261122L);
        Random random = new Random(seed);
        int rendered = 0;
        int rounds = 30_000;
        for (int round = 0; round < rounds; round++) {
            StringBuilder template = new StringBuilder();
            boolean wrapped = random.nextInt(3) == 0;
            template.append(wrapped ? "${{ " : "");
            for (int i = random.nextInt(24); i >= 0; i--) {
                template.append(PIECES[random.nextInt(PIECES.length)]);
            }
            template.append(wrapped ? " }}" : "");
            String text = template.toString();
            long before = System.nanoTime();
            try {
                EXPRESSIONS.renderValue("fuzz", text, ExpressionsTest.CONTEXT);
                EXPRESSIONS.render("fuzz", text, ExpressionsTest.CONTEXT);
                rendered++;
            } catch (Problem e) {
                assertThat(e.code())
                        .as("seed %d, template %s", seed, text)
                        .isIn(Problem.Code.INVALID, Problem.Code.TOO_LARGE);
            } catch (Throwable e) {
                throw new AssertionError("seed " + seed + ", template " + text, e);
            }
            assertThat(System.nanoTime() - before)
                    .as("seed %d, template %s", seed, text)
                    .isLessThan(20_000_000_000L);
        }
        assertThat(rendered).isGreaterThan(rounds / 20);
    }

    @Test
    void mutationsOfGoodTemplatesToo() {
        long seed = Long.getLong("fuzz.seed", 7L);
        Random random = new Random(seed);
        String good = "{% set x = [1, 2] %}{% for i in x %}${{ loop.index }}-${{ i | string | upper }}{% endfor %}"
                + "{% if o.x == 1 and s is defined %}${{ o | dump(2) }}{% else %}${{ a[1:] | join('-') }}{% endif %}";
        for (int round = 0; round < 10_000; round++) {
            StringBuilder text = new StringBuilder(good);
            for (int i = random.nextInt(4); i >= 0; i--) {
                int at = random.nextInt(text.length());
                switch (random.nextInt(3)) {
                    case 0 -> text.deleteCharAt(at);
                    case 1 -> text.insert(at, PIECES[random.nextInt(PIECES.length)]);
                    default -> text.setCharAt(at, (char) (32 + random.nextInt(95)));
                }
            }
            String template = text.toString();
            assertThatCode(() -> {
                        try {
                            EXPRESSIONS.render("fuzz", template, ExpressionsTest.CONTEXT);
                        } catch (Problem e) {
                            assertThat(e.getMessage()).contains("fuzz");
                        }
                    })
                    .as("seed %d, template %s", seed, template)
                    .doesNotThrowAnyException();
        }
    }
}
