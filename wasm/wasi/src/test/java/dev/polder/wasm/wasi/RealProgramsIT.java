package dev.polder.wasm.wasi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.polder.kernel.model.Digest;
import dev.polder.kernel.model.Problem;
import dev.polder.wasm.engine.EngineChoice;
import dev.polder.wasm.engine.Engines;
import dev.polder.wasm.engine.GuestExecutor;
import dev.polder.wasm.engine.InstanceLimits;
import dev.polder.wasm.engine.WasmEngine;
import dev.polder.wasm.engine.WasmInstance;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Programs of real toolchains, on both engines, with the same outcome. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RealProgramsIT {

    enum Language {
        RUST("install Rust and: rustup target add wasm32-wasip1"),
        GO("install Go 1.24 or newer");

        private final String advice;

        Language(String advice) {
            this.advice = advice;
        }
    }

    private record Outcome(int code, String out, String err) {}

    private final Map<EngineChoice, WasmEngine> engines = new EnumMap<>(EngineChoice.class);
    private final Map<Language, byte[]> programs = new EnumMap<>(Language.class);
    private final Map<Language, byte[]> libraries = new EnumMap<>(Language.class);
    private final GuestExecutor guests = new GuestExecutor(2, 4);
    private Path data;

    @BeforeAll
    void build(@TempDir Path work) throws Exception {
        engines.put(
                EngineChoice.WASMTIME,
                Engines.open(EngineChoice.WASMTIME, work.resolve("cache")).engine());
        engines.put(
                EngineChoice.ENDIVE,
                Engines.open(EngineChoice.ENDIVE, work.resolve("cache")).engine());
        source(work, "guest.rs", "guest.rs");
        compile(
                programs,
                Language.RUST,
                work,
                "rustc",
                "--edition=2021",
                "--target",
                "wasm32-wasip1",
                "-O",
                "guest.rs",
                "-o",
                "RUST.wasm");
        source(work, "guest.go.txt", "guest.go");
        compile(programs, Language.GO, work, "go", "build", "-o", "GO.wasm", "guest.go");
        source(work, "reactor.rs", "reactor.rs");
        compile(
                libraries,
                Language.RUST,
                work,
                "rustc",
                "--edition=2021",
                "--target",
                "wasm32-wasip1",
                "--crate-type=cdylib",
                "-O",
                "reactor.rs",
                "-o",
                "RUST.wasm");
        source(work, "reactor.go.txt", "reactor.go");
        compile(libraries, Language.GO, work, "go", "build", "-buildmode=c-shared", "-o", "GO.wasm", "reactor.go");
    }

    private static void source(Path work, String resource, String file) throws IOException {
        try (InputStream in = RealProgramsIT.class.getResourceAsStream(resource)) {
            Files.write(work.resolve(file), in.readAllBytes());
        }
    }

    private static void compile(Map<Language, byte[]> into, Language language, Path work, String... command)
            throws Exception {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(work.toFile())
                .redirectErrorStream(true)
                .redirectOutput(work.resolve(language + ".log").toFile());
        builder.environment().putAll(Map.of("GOOS", "wasip1", "GOARCH", "wasm", "GO111MODULE", "off"));
        Path home = Path.of(System.getProperty("user.home"));
        builder.environment().merge("PATH", ":" + home.resolve(".cargo/bin") + ":/usr/local/go/bin", String::concat);
        try {
            Process process = builder.start();
            if (process.waitFor(100, TimeUnit.SECONDS) && process.exitValue() == 0) {
                into.put(language, Files.readAllBytes(work.resolve(language + ".wasm")));
            }
        } catch (IOException e) {
            // The compiler is not there; the tests of this language say so.
            into.remove(language);
        }
    }

    @AfterAll
    void close() {
        guests.close();
        engines.values().forEach(WasmEngine::close);
    }

    @BeforeEach
    void folders(@TempDir Path folder) throws IOException {
        data = Files.createDirectory(folder.resolve("data"));
        Files.writeString(folder.resolve("secret.txt"), "secret");
        Files.createDirectory(data.resolve("a"));
        Files.createSymbolicLink(data.resolve("link"), folder.resolve("secret.txt"));
        Files.createSymbolicLink(data.resolve("folder"), Path.of(".."));
    }

    private Outcome run(EngineChoice choice, Language language, String stdin, InstanceLimits limits, String... args) {
        byte[] program = programs.get(language);
        assumeTrue(program != null, () -> language + " builds the guest of this test (" + language.advice + ")");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        WasiConfig config = WasiConfig.builder("guest")
                .args(List.of(args))
                .env("WHO", "you")
                .stdin(stdin.getBytes(StandardCharsets.UTF_8))
                .stdout(OutputSink.buffer("stdout", out, 1 << 20))
                .stderr(OutputSink.buffer("stderr", err, 1 << 20))
                .preopen(Preopen.writable("/data", data))
                .build();
        WasiCommand command = WasiCommand.of(engines.get(choice).compile(program, Digest.of(program)));
        try {
            int code = guests.submit(() -> command.run(config, limits)).get();
            return new Outcome(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
        } catch (java.util.concurrent.ExecutionException e) {
            throw (Problem) e.getCause();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static final InstanceLimits LIMITS = InstanceLimits.DEFAULT.withWallTime(Duration.ofSeconds(60));

    @ParameterizedTest
    @CsvSource({"WASMTIME,RUST", "ENDIVE,RUST", "WASMTIME,GO", "ENDIVE,GO"})
    void doesWhatAnOrdinaryProgramDoes(EngineChoice engine, Language language) throws IOException {
        assertThat(run(engine, language, "", LIMITS, "greet", "hello"))
                .isEqualTo(new Outcome(0, "hello for you\nvariables: 1\n", ""));
        assertThat(run(engine, language, "quiet words", LIMITS, "shout").out()).isEqualTo("QUIET WORDS");
        assertThat(run(engine, language, "", LIMITS, "exit", "17").code()).isEqualTo(17);
        assertThat(run(engine, language, "", LIMITS, "sleep", "60").out()).isEqualTo("true\n");
        Files.delete(data.resolve("link"));
        Files.delete(data.resolve("folder"));
        assertThat(run(engine, language, "", LIMITS, "files").out()).isEqualTo("[\"a\", \"two.txt\"] \"one more\" 8\n");
        assertThat(data.toFile().list()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"WASMTIME,RUST", "ENDIVE,RUST", "WASMTIME,GO", "ENDIVE,GO"})
    void cannotEscape(EngineChoice engine, Language language) {
        Outcome outcome = run(engine, language, "", LIMITS, "escape");
        assertThat(outcome.out().lines()).hasSize(6).allMatch(line -> line.endsWith(" refused"));
        assertThat(data.resolveSibling("new.txt")).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource({"WASMTIME,RUST", "ENDIVE,RUST", "WASMTIME,GO", "ENDIVE,GO"})
    void isEndedByItsLimits(EngineChoice engine, Language language) {
        assertThatThrownBy(() -> run(engine, language, "", LIMITS, "flood"))
                .isInstanceOfSatisfying(Problem.class, p -> assertThat(p.code()).isEqualTo(Problem.Code.TOO_LARGE))
                .hasMessageContaining("stdout: more than 1048576 bytes");
        assertThatThrownBy(
                        () -> run(engine, language, "", LIMITS.withWallTime(Duration.ofMillis(300)), "sleep", "60000"))
                .isInstanceOfSatisfying(Problem.class, p -> assertThat(p.code()).isEqualTo(Problem.Code.DEADLINE));
    }

    @ParameterizedTest
    @CsvSource({"WASMTIME,RUST", "ENDIVE,RUST", "WASMTIME,GO"})
    void aReactorKeepsWhatItHasBetweenCalls(EngineChoice engine, Language language) throws Exception {
        byte[] library = libraries.get(language);
        assumeTrue(library != null, () -> language + " builds the guest of this test (" + language.advice + ")");
        WasiReactor reactor = WasiReactor.of(engines.get(engine).compile(library, Digest.of(library)));
        WasiConfig config = WasiConfig.builder("guest")
                .preopen(Preopen.writable("/data", data))
                .build();
        guests.submit(() -> {
                    try (WasiState state = new WasiState(config);
                            WasmInstance instance = reactor.instantiate(state, LIMITS)) {
                        assertThat((int) instance.call("add", 2)[0]).isEqualTo(2);
                        assertThat((int) instance.call("add", 40)[0]).isEqualTo(42);
                        assertThat((int) instance.call("entries")[0]).isEqualTo(3);
                        assertThatThrownBy(() -> instance.call("end"))
                                .isInstanceOfSatisfying(
                                        GuestExit.class,
                                        exit -> assertThat(exit.code()).isEqualTo(7));
                    }
                    return null;
                })
                .get();
    }

    @Test
    void aProgramIsNoLibrary() {
        byte[] program = programs.get(Language.RUST);
        assumeTrue(program != null, Language.RUST.advice);
        assertThatThrownBy(
                        () -> WasiReactor.of(engines.get(EngineChoice.WASMTIME).compile(program, Digest.of(program))))
                .hasMessageContaining("expected: a library");
    }

    @ParameterizedTest
    @CsvSource({"WASMTIME", "ENDIVE"})
    void tellsWhereARustProgramPanicked(EngineChoice engine) {
        assertThatThrownBy(() -> run(engine, Language.RUST, "", LIMITS, "panic"))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("unreachable executed in")
                .hasMessageContaining("abort");
    }

    @ParameterizedTest
    @CsvSource({"WASMTIME", "ENDIVE"})
    void seesTheEndOfItsMemory(EngineChoice engine) {
        Outcome outcome = run(engine, Language.RUST, "", LIMITS.withMemoryBytes(32 << 20), "grow");
        assertThat(outcome.code()).isZero();
        assertThat(outcome.out()).matches("(2[0-9]|3[01]) MiB\n");
    }
}
