package dev.polder.wasm.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When pip is run, and where to. */
class PythonPackagesTest {

    @TempDir
    Path folder;

    private final List<List<String>> commands = new ArrayList<>();
    private Path store;
    private Path source;
    private PythonPackages packages;

    @BeforeEach
    void folders() throws IOException {
        store = folder.resolve("store");
        source = Files.createDirectory(folder.resolve("source"));
        packages = new PythonPackages(store);
    }

    private Map<String, String> install(String requirements) throws IOException {
        Files.writeString(source.resolve("requirements.txt"), requirements);
        return packages.install(source, Map.of("PATH", "/usr/bin"), commands::add);
    }

    @Test
    void theSameRequirementsAreInstalledOnce() throws IOException {
        Map<String, String> first = install("a==1\n");
        Map<String, String> second = install("a==1\n");
        Map<String, String> other = install("a==2\n");

        assertThat(commands)
                .hasSize(2)
                .allSatisfy(command -> assertThat(command)
                        .startsWith("python3", "-m", "pip", "install")
                        .contains("--only-binary=:all:"));
        assertThat(second).isEqualTo(first).isNotEqualTo(other);
        assertThat(Path.of(String.valueOf(first.get("PYTHONPATH"))))
                .hasParent(store)
                .isDirectory();
        assertThat(first.get("PATH")).isEqualTo(first.get("PYTHONPATH") + "/bin:/usr/bin");
        assertThat(Path.of(String.valueOf(first.get("VIRTUAL_ENV"))).resolve("lib/python3/site-packages"))
                .isSymbolicLink()
                .isDirectory();
    }

    @Test
    void whatOtherFilesSayIsNotShared() throws IOException {
        for (String requirements : List.of("-r more.txt\n", "a==1\n -c limits.txt\n", "./local\n", "a @ file:///x\n")) {
            assertThat(install(requirements).get("PYTHONPATH"))
                    .isEqualTo(source.resolve(".python-packages").toString());
        }
    }

    @Test
    void whatFailsLeavesNothingBehind() throws IOException {
        Files.writeString(source.resolve("requirements.txt"), "a==1\n");

        assertThatThrownBy(() -> packages.install(source, Map.of(), command -> {
                    throw new IllegalStateException("pip failed");
                }))
                .hasMessage("pip failed");
        try (Stream<Path> left = Files.list(store)) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void withoutRequirementsNothingIsInstalled() throws IOException {
        assertThat(packages.install(source, Map.of("PATH", "/usr/bin"), commands::add))
                .isEqualTo(Map.of("PATH", "/usr/bin"));
        assertThat(commands).isEmpty();
    }
}
