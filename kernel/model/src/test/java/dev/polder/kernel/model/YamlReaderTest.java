package dev.polder.kernel.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class YamlReaderTest {

    private static JsonNode one(String yaml) {
        List<YamlDocument> documents = YamlReader.read("f.yaml", yaml);
        assertThat(documents).hasSize(1);
        return documents.getFirst().root();
    }

    private static void refused(ThrowingCallable call, Problem.Code code, String message) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.code()).isEqualTo(code))
                .hasMessageContaining(message);
    }

    private static void invalid(String yaml, String message) {
        refused(() -> YamlReader.read("f.yaml", yaml), Problem.Code.INVALID, message);
    }

    @Test
    void readsTheCoreSchema() {
        assertThat(one("""
                                text: hello
                                yes: no
                                truth: True
                                nothing: ~
                                whole: -12
                                hex: 0xff
                                octal: 0o17
                                long: 9007199254740993
                                big: 123456789012345678901234567890
                                real: 1.5e3
                                quoted: "12"
                                block: |
                                  a
                                  b
                                date: 2026-11-22
                                """).toString())
                .isEqualTo("{\"text\":\"hello\",\"yes\":\"no\",\"truth\":true,\"nothing\":null,\"whole\":-12,"
                        + "\"hex\":255,\"octal\":15,\"long\":9007199254740993,"
                        + "\"big\":123456789012345678901234567890,\"real\":1500.0,\"quoted\":\"12\","
                        + "\"block\":\"a\\nb\\n\",\"date\":\"2026-11-22\"}");
    }

    @Test
    void readsManyDocumentsAndJson() {
        List<YamlDocument> documents = YamlReader.read("f.yaml", "a: 1\n---\n---\n{\"b\": [1, 2]}\n...\n");
        assertThat(documents)
                .extracting(document -> document.root().toString())
                .containsExactly("{\"a\":1}", "null", "{\"b\":[1,2]}");
        assertThat(documents).extracting(YamlDocument::index).containsExactly(0, 1, 2);
        assertThat(YamlReader.read("f.yaml", "")).isEmpty();
        assertThat(one("\uFEFFa: 1").toString()).isEqualTo("{\"a\":1}");
    }

    @Test
    void knowsWhereEveryFieldStands() {
        YamlDocument document = YamlReader.read(
                        "f.yaml", "---\na: 1\n---\nspec:\n  steps:\n    - id: x\n      action: debug:log\n")
                .get(1);
        assertThat(document.where("")).hasToString("f.yaml:4:1");
        assertThat(document.where("spec")).hasToString("f.yaml:4:1 (spec)");
        assertThat(document.where("spec.steps[0].action")).hasToString("f.yaml:7:7 (spec.steps[0].action)");
        assertThat(document.where("spec.steps[0]")).hasToString("f.yaml:6:7 (spec.steps[0])");
        // What is missing stands where its nearest ancestor does.
        assertThat(document.where("spec.steps[0].input.message"))
                .hasToString("f.yaml:6:7 (spec.steps[0].input.message)");
        assertThat(document.where("metadata.name")).hasToString("f.yaml:4:1 (metadata.name)");
    }

    @Test
    void followsAliases() {
        assertThat(one("a: &x {n: 1}\nb: *x\nc: [*x]").toString())
                .isEqualTo("{\"a\":{\"n\":1},\"b\":{\"n\":1},\"c\":[{\"n\":1}]}");
        // No merge keys in YAML 1.2: the key stays what it is.
        assertThat(one("a: &x {n: 1}\nb: {<<: *x}").at("/b/<</n").asInt()).isEqualTo(1);
    }

    @Test
    void saysWhereItIsMalformed() {
        invalid("a: 1\nb: [1, 2\nc: 3\n", "f.yaml:3:");
        invalid("a: \"open\n", "f.yaml:");
        invalid("a:\n\t- b\n", "f.yaml:2:1");
        invalid("a: *nobody\n", "f.yaml:1:4");
        invalid("a: @x\n", "f.yaml:1:4");
        invalid("a: 1\n? [x, y]\n: 2\n", "f.yaml:2:3");
        invalid("a: \"\\U00ffffff\"\n", "malformed YAML");
    }

    @Test
    void refusesKeysThatStandTwice() {
        invalid("metadata:\n  name: a\n  name: b\n", "f.yaml:3:3 (metadata.name): key \"name\" stands twice");
        invalid("{a: 1, 'a': 2}", "f.yaml:1:8 (a)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a: !!binary aGVsbG8=",
                "a: !!timestamp 2026-11-22",
                "a: !!set {x, y}",
                "a: !!omap [x: 1]",
                "a: !!java.lang.ProcessBuilder [id]",
                "a: !custom {x: 1}",
                "a: !custom [x]",
                "a: !custom x",
                "a: !!float abc",
                "a: !!int abc",
                "a: !!int ''",
                "a: !!int 0x",
                "a: !!bool perhaps"
            })
    void refusesTagsBeyondTheCoreSchemaAndValuesThatDoNotFitTheirs(String yaml) {
        refused(() -> YamlReader.read("f.yaml", yaml), Problem.Code.INVALID, "f.yaml:1:");
    }

    @Test
    void anchorsThatReferToThemselvesEnd() {
        for (String yaml :
                List.of("&a [*a]", "&a {b: *a}", "a: &x\n  b: &y\n    c: *x\n    d: *y\n", "&a [&b [*a, *b], *b]")) {
            assertThatThrownBy(() -> YamlReader.read("f.yaml", yaml)).isInstanceOf(Problem.class);
        }
    }

    @Test
    void aBillionLaughsAreCutShort() {
        StringBuilder yaml = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 10; i++) {
            yaml.append("a").append(i).append(": &a").append(i).append(" [");
            yaml.append(("*a" + (i - 1) + ", ").repeat(9))
                    .append("*a")
                    .append(i - 1)
                    .append("]\n");
        }
        refused(() -> YamlReader.read("f.yaml", yaml.toString()), Problem.Code.TOO_LARGE, "500000 values");
    }

    @Test
    void limitsSizeDepthAndDigits() {
        refused(
                () -> YamlReader.read("f.yaml", new byte[50 * 1024 * 1024]),
                Problem.Code.TOO_LARGE,
                "52428800 bytes (expected: at most 10485760)");
        refused(
                () -> YamlReader.read("f.yaml", "[".repeat(200) + "]".repeat(200)),
                Problem.Code.TOO_LARGE,
                "100 levels");
        assertThatThrownBy(() -> YamlReader.read("f.yaml", "[".repeat(2_000_000)))
                .isInstanceOf(Problem.class);
        assertThatThrownBy(() -> YamlReader.read("f.yaml", "- ".repeat(1_000_000)))
                .isInstanceOf(Problem.class);
        refused(
                () -> YamlReader.read("f.yaml", "a: " + "9".repeat(1_000_000)),
                Problem.Code.TOO_LARGE,
                "1000000 characters");
    }

    @Test
    void refusesWhatIsNotUtf8() {
        refused(
                () -> YamlReader.read("f.yaml", new byte[] {'a', ':', ' ', (byte) 0xc3, (byte) 0x28}),
                Problem.Code.INVALID,
                "not UTF-8");
        refused(
                () -> YamlReader.read("f.yaml", "a: ü".getBytes(StandardCharsets.ISO_8859_1)),
                Problem.Code.INVALID,
                "not UTF-8");
        refused(
                () -> YamlReader.read("f.yaml", "a: 1".getBytes(StandardCharsets.UTF_16LE)),
                Problem.Code.INVALID,
                "f.yaml");
    }
}
