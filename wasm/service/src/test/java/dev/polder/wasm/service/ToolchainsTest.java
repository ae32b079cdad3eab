package dev.polder.wasm.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said of machines that have something, but not all: programs are scripts that say what real ones say. */
class ToolchainsTest {

    @TempDir
    Path folder;

    private Path bin;

    @BeforeEach
    void aSearchPathOfItsOwn() throws IOException {
        bin = Files.createDirectory(folder.resolve("bin"));
        Files.createSymbolicLink(bin.resolve("sh"), Path.of("/bin/sh"));
    }

    private void program(String name, String body) throws IOException {
        Path file = bin.resolve(name);
        Files.writeString(file, "#!/bin/sh\n" + body + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Toolchain of(Language language) {
        return new Toolchains(Map.of("PATH", bin.toString()), folder)
                .of(language)
                .orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({
        "PYTHON, python3, 'echo Python 3.9.2', 'install Python 3.10 or newer with pip'",
        "PYTHON, python3, 'case $1 in -m) echo No module named pip >&2; exit 1 ;; *) echo Python 3.13.5 ;; esac', 'pip is missing beside Python'",
        "JAVA, mvn, 'exit 1', 'javac is missing: install a JDK of version 17'",
        "JAVASCRIPT, node, 'echo v18.19.0', 'install Node.js 20 or newer'",
        "TYPESCRIPT, node, 'echo v22.1.0', 'npm is missing beside Node.js'",
        "C, clang, 'echo Debian clang version 19.1.7', 'make is missing'",
        "RUST, cargo, 'echo cargo 1.90.0', 'wasm32-wasip1 and wasm32-wasip2 are missing, and rustup is not there'"
    })
    void whatIsMissingIsNamed(Language language, String name, String body, String missing) throws IOException {
        program(name, body);

        Toolchain toolchain = of(language);

        assertThat(toolchain.found()).isFalse();
        assertThat(toolchain.missing()).contains(missing).doesNotContain("\n");
    }

    @Test
    void aClangThatCannotLinkIsNotEnough() throws IOException {
        program("make", "exit 0");
        program("clang", "case $1 in --version) echo clang version 19.1.7 ;; *) echo no linker >&2; exit 1 ;; esac");
        assertThat(of(Language.C).missing()).contains("install lld, wasi-libc and libclang-rt-dev-wasm32");

        program("clang", "case $1 in --version) echo clang version 19.1.7 ;; esac");
        assertThat(of(Language.C).version()).isEqualTo("clang 19.1.7");
        assertThat(of(Language.C).found()).isTrue();
    }

    @Test
    void javaIsFoundOnTheSearchPathOrInPolderItself() throws IOException {
        assertThat(of(Language.JAVA).missing()).contains("Maven and javac are missing", "a JDK of version 17 or newer");
        program("javac", "echo javac 11.0.2");
        assertThat(of(Language.JAVA).missing()).startsWith("Maven is missing: install Maven 3.6.3 or newer");
        program("mvn", "exit 0");
        assertThat(of(Language.JAVA).missing()).contains("\"javac 11.0.2\"", "version 17 or newer");

        Toolchains withJdk = new Toolchains(Map.of("PATH", bin.toString()), Path.of(System.getProperty("java.home")));
        assertThat(withJdk.of(Language.JAVA).orElseThrow().version())
                .isEqualTo("JDK " + System.getProperty("java.version") + " with Maven");
        assertThat(withJdk.withJdk(Map.of())).containsEntry("JAVA_HOME", System.getProperty("java.home"));
    }
}
