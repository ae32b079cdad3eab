package dev.polder.wasm.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.polder.kernel.model.Digest;
import dev.polder.kernel.model.Problem;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReferenceTest {

    private static final String HEX = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";

    @ParameterizedTest
    @CsvSource({
        "registry.example/shop, registry.example, shop, latest",
        "registry.example/team/sub/shop:1.2.0, registry.example, team/sub/shop, 1.2.0",
        "registry.example:5000/a_b__c.d-e--f:V_1, registry.example:5000, a_b__c.d-e--f, V_1",
        "Registry.Example/shop:x, registry.example, shop, x",
        "localhost/shop, localhost, shop, latest",
        "127.0.0.1:5000/shop, 127.0.0.1:5000, shop, latest",
        "[::1]:5000/shop:1, [::1]:5000, shop, 1",
        "oci://registry.example/shop:1, registry.example, shop, 1"
    })
    void readsWhatTheSpecificationAllows(String text, String registry, String repository, String tag) {
        assertThat(Reference.parse(text)).isEqualTo(new Reference(registry, repository, tag, null));
    }

    @Test
    void aDigestPins() {
        Reference both = Reference.parse("registry.example/shop:1@sha256:" + HEX);
        assertThat(both).isEqualTo(new Reference("registry.example", "shop", "1", new Digest(HEX)));
        assertThat(both.selector()).isEqualTo("sha256:" + HEX);
        Reference only = Reference.parse("registry.example/shop@sha256:" + HEX);
        assertThat(only.tag()).isNull();
        assertThat(only).hasToString("registry.example/shop@sha256:" + HEX);
    }

    @Test
    void aDefaultRegistryIsTakenOnlyWhenGiven() {
        assertThat(Reference.parse("team/shop", "registry.example")).hasToString("registry.example/team/shop:latest");
        assertThat(Reference.parse("shop:2", "registry.example")).hasToString("registry.example/shop:2");
        assertThatThrownBy(() -> Reference.parse("team/shop"))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("the registry's host in front");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                ":",
                "@",
                "registry.example/",
                "registry.example/Shop",
                "registry.example/shop:",
                "registry.example/shop:-1",
                "registry.example/shop@",
                "registry.example/shop@sha256:12",
                "registry.example/shop@sha512:" + HEX,
                "registry.example//shop",
                "registry.example/../shop",
                "registry.example/a/../b",
                "registry.example/shop?x=1",
                "registry.example/shop#x",
                "registry.example/sh op",
                "registry.example/shop%2f",
                "registry.example:port/shop",
                "registry.example:99999/shop",
                "user@registry.example/shop",
                "user:pass@registry.example/shop",
                "http://registry.example/shop",
                "-registry.example/shop",
                "registry..example/shop",
                "registry.example/a___b",
                "registry.example/a\nb"
            })
    void refusesEverythingElse(String text) {
        assertThatThrownBy(() -> Reference.parse(text))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.code()).isEqualTo(Problem.Code.INVALID))
                .hasMessageContaining("expected");
    }

    @FuzzTest(maxDuration = "20s")
    void readsOrRefuses(byte[] bytes) {
        read(new String(bytes, StandardCharsets.UTF_8));
    }

    @Test
    void readsOrRefusesChangedReferences() {
        Random random = new Random(20_261_125);
        String alphabet = "az09._-/:@[]%? \u0000ü:/@-";
        String seed = "registry.example:5000/team/shop:1.2@sha256:" + HEX;
        int good = 0;
        for (int round = 0; round < 20_000; round++) {
            StringBuilder text = new StringBuilder(seed);
            for (int i = random.nextInt(1, 5); i > 0; i--) {
                int at = random.nextInt(text.length());
                text.replace(at, at + random.nextInt(2), "" + alphabet.charAt(random.nextInt(alphabet.length())));
            }
            good += read(text.toString()) ? 1 : 0;
        }
        assertThat(good).isBetween(200, 19_800);
    }

    /** A reference that was read is written and read again as the same, and its parts cannot leave a URL's path. */
    private static boolean read(String text) {
        Reference reference;
        try {
            reference = Reference.parse(text);
        } catch (Problem problem) {
            assertThat(problem.code()).isEqualTo(Problem.Code.INVALID);
            return false;
        }
        assertThat(Reference.parse(reference.toString())).isEqualTo(reference);
        assertThat(reference.repository()).doesNotContain("..", "?", "#", "%", "\\", " ");
        assertThat(URI.create("https://" + reference.registry()).getUserInfo()).isNull();
        return true;
    }
}
