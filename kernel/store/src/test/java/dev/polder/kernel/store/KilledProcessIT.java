package dev.polder.kernel.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polder.kernel.model.Resource;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SIGKILL in the middle of a thousand applies loses nothing that was acknowledged, and leaves a store that opens. */
class KilledProcessIT {

    private static final int ROUNDS = 3;

    @TempDir
    Path folder;

    @Test
    void nothingAcknowledgedIsLost() throws Exception {
        long seed = System.nanoTime();
        System.err.println("KilledProcessIT: seed " + seed);
        Random random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            Path data = folder.resolve("round-" + round);
            Set<String> acknowledged = applyUntilKilled(data, 1 + random.nextInt(ApplyThousand.COUNT - 1));
            try (Store store = Store.open(data)) {
                List<Resource> found =
                        store.resources().list("polder.dev", "WasmApp", null).items();
                Set<String> names = new HashSet<>();
                found.forEach(resource -> names.add(resource.metadata().name()));
                assertThat(names).containsAll(acknowledged);
                // At most the one that was being acknowledged is there without our having read it.
                assertThat(names.size() - acknowledged.size()).isBetween(0, 1);
                assertThat(store.resources()
                                .apply(ResourceStoreContract.app("after", 1))
                                .metadata()
                                .resourceVersion())
                        .isGreaterThan(names.size());
            }
        }
    }

    /** Kills the child once it acknowledged so many, and returns everything it acknowledged. */
    private static Set<String> applyUntilKilled(Path data, int killAfter) throws Exception {
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ApplyThousand.class.getName(),
                        data.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        Set<String> acknowledged = new HashSet<>();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                acknowledged.add(line);
                if (acknowledged.size() == killAfter) {
                    // Through the handle: the process's own method also closes the stream we still read.
                    assertThat(child.toHandle().destroyForcibly()).isTrue();
                }
            }
        }
        assertThat(child.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(acknowledged).hasSizeGreaterThanOrEqualTo(killAfter);
        return acknowledged;
    }
}
