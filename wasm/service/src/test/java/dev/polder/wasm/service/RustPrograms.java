package dev.polder.wasm.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Programs of one file, made by Rust's compiler: modules for {@code wasm32-wasip1}, components for {@code -wasip2}. */
final class RustPrograms {

    private RustPrograms() {}

    /** Skips the test when Rust or its standard library for the target is not there. */
    static void compile(Path source, String target, Path output) throws IOException, InterruptedException {
        Builds.assume(Language.RUST);
        assumeThat(Builds.TOOLCHAINS.hasRustTarget(target))
                .as("run: rustup target add " + target)
                .isTrue();
        Path log = Files.createTempFile("rustc", ".log");
        Process rustc = new ProcessBuilder(
                        "rustc", "--edition=2021", "-O", "--target", target, source.toString(), "-o", output.toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        assertThat(rustc.waitFor(120, TimeUnit.SECONDS)).as("rustc ends").isTrue();
        assertThat(rustc.exitValue()).as(Files.readString(log)).isZero();
        Files.delete(log);
    }
}
