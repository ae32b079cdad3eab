package dev.polder.wasm.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatchedFilesTest {

    @TempDir
    Path folder;

    @Test
    void seesWhatTheManifestNames() throws IOException {
        SpinManifest spin = SpinManifest.parse("spin.toml", """
                spin_manifest_version = 2
                application = { name = "app" }
                [[trigger.http]]
                route = "/..."
                component = "made"
                [component.made]
                source = "target/made.wasm"
                files = [{ source = "assets", destination = "/" }]
                [component.made.build]
                command = "make"
                workdir = "sub"
                watch = ["src/**/*.rs", "./Cargo.toml"]
                [component.given]
                source = "given.wasm"
                """);
        for (String path : List.of(
                "spin.toml",
                "target/made.wasm",
                "sub/src/main.rs",
                "sub/src/deep/er/lib.rs",
                "sub/src/note.md",
                "sub/Cargo.toml",
                "Cargo.toml",
                "sub/src/target/debug/x.rs",
                "assets/css/a.css",
                "given.wasm")) {
            Files.createDirectories(folder.resolve(path).getParent());
            Files.writeString(folder.resolve(path), path);
        }

        Map<String, WatchedFiles.Stamp> seen = WatchedFiles.of(spin).look(folder);

        assertThat(seen)
                .containsOnlyKeys(
                        "spin.toml",
                        "sub/src/main.rs",
                        "sub/src/deep/er/lib.rs",
                        "sub/Cargo.toml",
                        "assets/css/a.css",
                        "given.wasm");
        Files.writeString(folder.resolve("sub/src/main.rs"), "longer than before");
        assertThat(WatchedFiles.of(spin).look(folder)).isNotEqualTo(seen);

        assertThat(new WatchedFiles(List.of("../../*.toml", "src/*.md")).look(folder.resolve("sub/src")))
                .containsOnlyKeys("../../spin.toml", "../../Cargo.toml");
    }

    @Test
    void foldersWhereNothingCanMatchAreLeftOut() {
        Glob glob = Glob.of("src/*/x/**/*.rs");
        assertThat(List.of("src", "src/a", "src/a/x", "src/a/x/deep/er")).allMatch(glob::mayMatchIn);
        assertThat(List.of("srcs", "src/a/y", "other")).noneMatch(glob::mayMatchIn);
        assertThat(Glob.of("**/*.rs").mayMatchIn("any/where")).isTrue();
        assertThat(Glob.of("a.txt").mayMatchIn("a.txt")).isFalse();
    }
}
