package dev.polder.wasm.wasi.p2.sockets;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.polder.kernel.model.Problem;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever a pattern or a guest's host is: an answer or a Problem. {@code JAZZER_FUZZ=1} looks for new inputs. */
class HostPatternFuzzTest {

    private static final List<String> PARTS = List.of(
            "http",
            "*",
            "://",
            ":",
            "..",
            "/",
            "8",
            "65535",
            "10.0.0.0",
            "[::1]",
            "[",
            "]",
            "%",
            "fe80::1",
            "a.example",
            "*.",
            "localhost",
            "1e400",
            "0x7f",
            "127.1",
            "::ffff:",
            ".");

    @FuzzTest(maxDuration = "30s")
    void readsOrRefuses(byte[] bytes) {
        read(new String(bytes, StandardCharsets.UTF_8));
    }

    @Test
    void readsOrRefusesWhatIsPutTogether() {
        long seed = 20_261_125;
        Random random = new Random(seed);
        int accepted = 0;
        for (int round = 0; round < 5_000; round++) {
            StringBuilder text = new StringBuilder(random.nextBoolean() ? "http://" : "");
            for (int i = random.nextInt(1, 6); i > 0; i--) {
                text.append(PARTS.get(random.nextInt(PARTS.size())));
            }
            accepted += read(text.toString()) ? 1 : 0;
        }
        assertThat(accepted).as("seed %d", seed).isBetween(1, 4_999);
    }

    private static boolean read(String text) {
        OutboundPolicy.of(List.of("*://*.example:*")).find("http", text, 80);
        try {
            HostPattern pattern = HostPattern.parse(text);
            pattern.matchesName(text);
            pattern.matchesAddress(InetAddress.getLoopbackAddress());
            return true;
        } catch (Problem problem) {
            assertThat(problem.getMessage()).contains("expected:");
            return false;
        }
    }
}
