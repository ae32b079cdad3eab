package dev.polder.kernel.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever bytes come, the reader gives documents or a {@link Problem}, and nothing else. */
class YamlReaderFuzzTest {

    private static final int ROUNDS = 10_000;
    private static final YamlReader.Limits SMALL = new YamlReader.Limits(64 * 1024, 5_000, 40);

    private static final List<String> SEEDS = List.of(
            "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: shop\n  tags: [a, b]\nspec:\n  owner: x\n",
            "a: &x [1, 2.5, 0xff, ~, true]\nb: *x\nc: {d: *x, \"e\\u00e9\": 'f'}\n---\n- |\n  block\n- >-\n  folded\n",
            "? complex\n: value\n!!str 1: !!int \"2\"\n%YAML 1.2\n--- !tag\n&a {*a : b}\n...\n# comment\n",
            "[{a: [b, {c: &d e}]}, *d, \"\\x41\\U0001F600\", '''']\n");

    private static final String[] TOKENS = {
        "&a ",
        "*a",
        "!!",
        "!",
        ": ",
        "- ",
        "[",
        "]",
        "{",
        "}",
        "\n",
        "\t",
        "---\n",
        "...\n",
        "|",
        ">",
        "? ",
        "%",
        "\"",
        "'",
        "\\",
        "#",
        ",",
        "\u0000",
        "\uFEFF",
        "\u2028",
        "!!int ",
        "!!float ",
        "!!bool ",
        "!!null ",
        "<<: ",
        "1e9999",
        ".nan",
        "0x"
    };

    @Test
    void endsInDocumentsOrAProblem() {
        long seed = System.nanoTime();
        System.err.println("YamlReaderFuzzTest: seed " + seed);
        Random random = new Random(seed);
        int good = 0;
        int refused = 0;
        for (int round = 0; round < ROUNDS; round++) {
            byte[] bytes = mutated(random);
            try {
                for (YamlDocument document : YamlReader.read("fuzz.yaml", bytes, SMALL)) {
                    // A document that was read can be written and says where its root stands.
                    assertThat(document.root().toString()).isNotNull();
                    assertThat(document.where("a.b[3].c").source()).isEqualTo("fuzz.yaml");
                }
                good++;
            } catch (Problem e) {
                assertThat(e.getMessage()).startsWith("fuzz.yaml");
                refused++;
            } catch (RuntimeException | Error e) {
                throw new AssertionError(
                        "seed " + seed + ", round " + round + ": " + new String(bytes, StandardCharsets.ISO_8859_1), e);
            }
        }
        assertThat(good).isGreaterThan(ROUNDS / 100);
        assertThat(refused).isGreaterThan(ROUNDS / 100);
    }

    private static byte[] mutated(Random random) {
        StringBuilder text = new StringBuilder(SEEDS.get(random.nextInt(SEEDS.size())));
        int changes = 1 + random.nextInt(6);
        for (int i = 0; i < changes && !text.isEmpty(); i++) {
            int at = random.nextInt(text.length());
            switch (random.nextInt(4)) {
                case 0 -> text.deleteCharAt(at);
                case 1 -> text.insert(at, TOKENS[random.nextInt(TOKENS.length)]);
                case 2 -> text.insert(at, text.substring(at, Math.min(text.length(), at + random.nextInt(20))));
                default -> text.setCharAt(at, (char) random.nextInt(random.nextInt(8) == 0 ? 0xffff : 0x80));
            }
        }
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        if (random.nextInt(10) == 0 && bytes.length > 0) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        return bytes;
    }
}
