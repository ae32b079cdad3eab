package dev.polder.mesh.proxy.internal.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Where a guest says that its request goes. {@code JAZZER_FUZZ=1} looks for new inputs. */
class AuthorityTest {

    @Test
    void readsHostsAndPorts() {
        assertThat(Authority.parse("shop")).isEqualTo(new Authority("shop", 0));
        assertThat(Authority.parse("Shop.Default.:8080")).isEqualTo(new Authority("shop.default", 8080));
        assertThat(Authority.parse("[::1]:443")).isEqualTo(new Authority("::1", 443));
        assertThat(Authority.parse("[fe80::1]")).isEqualTo(new Authority("fe80::1", 0));
        for (String wrong : List.of(
                "",
                ".",
                ":80",
                "a:",
                "a:0",
                "a:65536",
                "a:+1",
                "a:1:2",
                "a b",
                "a/b",
                "u@a",
                "[::1",
                "[]",
                "[::1]x",
                "::1",
                "a\r\nb",
                "a".repeat(300),
                "ä")) {
            assertThat(Authority.parse(wrong)).as(wrong).isNull();
        }
    }

    @FuzzTest(maxDuration = "30s")
    void readsOrRefuses(byte[] bytes) {
        check(new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1));
    }

    @Test
    void readsOrRefusesAnything() {
        long seed = 20_261_125;
        Random random = new Random(seed);
        String alphabet = "aZ0-9._:[]@/ \r\n%9";
        int accepted = 0;
        for (int round = 0; round < 10_000; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(12); i > 0; i--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            accepted += check(text.toString()) == null ? 0 : 1;
        }
        assertThat(accepted).as("seed %d", seed).isBetween(1, 9_999);
    }

    private static @Nullable Authority check(String text) {
        Authority read = Authority.parse(text);
        if (read != null) {
            assertThat(read.host()).isNotEmpty().matches("[a-z0-9._:-]+");
            assertThat(read.port()).isBetween(0, 65_535);
        }
        return read;
    }
}
