package dev.polder.wasm.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.polder.kernel.model.Digest;
import dev.polder.kernel.model.Problem;
import dev.polder.wasm.engine.CompileListener;
import dev.polder.wasm.engine.EngineChoice;
import dev.polder.wasm.engine.Engines;
import dev.polder.wasm.engine.WasmEngine;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** What the Rust toolchain makes: main module, shim and fixup, and nested components around the exports. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RustComponentIT {

    private byte[] component = {};

    @BeforeAll
    void build(@TempDir Path work) throws Exception {
        try (InputStream in = RustComponentIT.class.getResourceAsStream("hello.rs")) {
            Files.write(work.resolve("hello.rs"), in.readAllBytes());
        }
        ProcessBuilder builder = new ProcessBuilder(
                        "rustc", "--edition=2021", "--target", "wasm32-wasip2", "-O", "-C", "strip=symbols", "hello.rs")
                .directory(work.toFile())
                .redirectErrorStream(true)
                .redirectOutput(work.resolve("rustc.log").toFile());
        Path home = Path.of(System.getProperty("user.home"));
        builder.environment().merge("PATH", ":" + home.resolve(".cargo/bin"), String::concat);
        try {
            Process process = builder.start();
            if (process.waitFor(100, TimeUnit.SECONDS) && process.exitValue() == 0) {
                component = Files.readAllBytes(work.resolve("hello.wasm"));
            }
        } catch (IOException e) {
            // The compiler is not there; the tests say so.
            component = new byte[0];
        }
    }

    @ParameterizedTest
    @EnumSource(value = EngineChoice.class, mode = Mode.EXCLUDE, names = "AUTO")
    void decodesAndPlans(EngineChoice choice, @TempDir Path cache) {
        assumeTrue(component.length > 0, "install Rust and: rustup target add wasm32-wasip2");
        List<CompileListener.Phase> phases = new ArrayList<>();
        try (WasmEngine engine = Engines.open(choice, cache).engine()) {
            Component compiled =
                    Component.compile(engine, component, Digest.of(component), (phase, elapsed) -> phases.add(phase));
            assertThat(compiled.isValidated()).isEqualTo(choice == EngineChoice.WASMTIME);
            assertThat(compiled.modules()).as("without shim and fixup").hasSize(1);
            assertThat(phases.stream().filter(p -> p == CompileListener.Phase.COMPILED))
                    .hasSize(3);
            assertThat(compiled.customSection("producers")).isPresent();
            assertThat(compiled.exports()).singleElement().satisfies(e -> {
                assertThat(e.name()).startsWith("wasi:cli/run@0.2.");
                assertThat(e.functions()).containsOnlyKeys("run");
            });
            assertThat(compiled.imports())
                    .anySatisfy(i -> {
                        assertThat(i.name()).startsWith("wasi:io/streams@0.2.");
                        assertThat(i.resources()).contains("input-stream", "output-stream");
                        assertThat(i.functions()).containsKey("[method]output-stream.check-write");
                    })
                    .anySatisfy(i -> assertThat(i.name()).startsWith("wasi:clocks/wall-clock@0.2."));
            assertThatThrownBy(() -> compiled.link(List.of()))
                    .isInstanceOfSatisfying(
                            Problem.class, p -> assertThat(p.code()).isEqualTo(Problem.Code.INVALID))
                    .hasMessageContaining("wasi:io/streams@0.2.")
                    .hasMessageContaining("wasi:clocks/wall-clock@0.2.")
                    .hasMessageContaining("wasi:cli/environment@0.2.");
        }
    }
}
