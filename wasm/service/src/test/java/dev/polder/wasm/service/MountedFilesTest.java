package dev.polder.wasm.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polder.kernel.model.Digest;
import dev.polder.kernel.model.Problem;
import dev.polder.kernel.store.Store;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MountedFilesTest {

    @TempDir
    Path folder;

    private Path root;

    @BeforeEach
    void files() throws IOException {
        root = Files.createDirectories(folder.resolve("app")).toRealPath();
        for (String path :
                new String[] {"static/a.html", "static/deep/er/b.html", "static/c.md", "data/d.json", "e.txt"}) {
            Path file = root.resolve(path);
            Files.createDirectories(file.getParent());
            Files.writeString(file, path);
        }
        Files.writeString(folder.resolve("outside.txt"), "secret");
    }

    private Set<String> collected(String files) throws IOException {
        String manifest = """
                spin_manifest_version = 2
                [application]
                name = "x"
                [[trigger.http]]
                route = "/..."
                component = "c"
                [component.c]
                source = "c.wasm"
                """ + files;
        SpinManifest.Component component =
                SpinManifest.parse("spin.toml", manifest).components().get("c");
        return new MountedFiles(root, component, false).collect().keySet();
    }

    @Test
    void globsFoldersAndPlacements() throws IOException {
        assertThat(collected("files = [\"static/**/*\"]"))
                .containsExactlyInAnyOrder("static/a.html", "static/deep/er/b.html", "static/c.md");
        assertThat(collected("files = [\"static\"]\nexclude_files = [\"**/*.md\"]"))
                .containsExactlyInAnyOrder("static/a.html", "static/deep/er/b.html");
        assertThat(collected("files = [{ source = \"static/deep\", destination = \"/www\" }, \"*.txt\"]"))
                .containsExactlyInAnyOrder("www/er/b.html", "e.txt");
        assertThat(collected("files = [{ source = \"e.txt\", destination = \"/etc/e\" }]"))
                .containsExactly("etc/e");
        assertThat(collected("files = [{ source = \"data\", destination = \"/\" }]"))
                .containsExactly("d.json");
        assertThat(collected("files = [\"nothing/*\"]")).isEmpty();
    }

    @Test
    void whatIsNotThereOrOutsideIsRefused() throws IOException {
        assertThatThrownBy(() -> collected("files = [\"nowhere.txt\"]"))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("(component.c.files)")
                .hasMessageContaining("\"nowhere.txt\" is not there");
        Files.createSymbolicLink(root.resolve("static/link.html"), folder.resolve("outside.txt"));
        assertThatThrownBy(() -> collected("files = [\"static/*.html\"]")).hasMessageContaining("leads out of");
        Files.delete(root.resolve("static/link.html"));
        Files.createSymbolicLink(root.resolve("static/link.html"), root.resolve("e.txt"));
        assertThat(collected("files = [\"static/*.html\"]")).contains("static/link.html");
    }

    @ParameterizedTest
    @CsvSource({
        "static/**/*, static/x, true",
        "static/**/*, static/x/y/z, true",
        "static/**/*, other/x, false",
        "**/*.jpg, a.jpg, true",
        "**/*.jpg, a/b.jpg, true",
        "*.jpg, a/b.jpg, false",
        "a?c, abc, true",
        "a?c, ac, false",
        "*a*b*, xxaxxbxx, true",
        "*a*b*, xxbxxaxx, false",
        "**, a/b/c, true",
        "**/c/**, c, true",
    })
    void globs(String pattern, String path, boolean matches) {
        assertThat(Glob.of(pattern).matches(path)).isEqualTo(matches);
    }

    @Test
    void noPatternTakesLong() {
        String path = "a".repeat(200);
        long began = System.nanoTime();
        assertThat(Glob.of("*a".repeat(100) + "b").matches(path)).isFalse();
        assertThat(Glob.of("**/".repeat(100) + "b").matches("a/".repeat(100) + "a"))
                .isFalse();
        assertThat(System.nanoTime() - began).isLessThan(1_000_000_000L);
    }

    @Test
    void treesAreUnpackedOnceAndUnusedOnesRemoved() throws IOException {
        try (Store store = Store.open(folder.resolve("data"))) {
            FileTrees trees = new FileTrees(folder.resolve("trees"), store.blobs());
            Digest file = store.blobs().put("hello".getBytes(StandardCharsets.UTF_8));
            FileTree tree = new FileTree(Map.of("a/b.txt", file, "c.txt", file));
            Digest digest = store.blobs().put(tree.listing());
            assertThat(digest).isEqualTo(tree.digest());
            assertThat(FileTree.parse(tree.listing())).isEqualTo(tree);

            Path unpacked = trees.folder(digest);

            assertThat(unpacked.resolve("a/b.txt")).hasContent("hello");
            assertThat(trees.folder(digest)).isEqualTo(unpacked);
            trees.keepOnly(Set.of(digest));
            assertThat(unpacked).exists();
            trees.keepOnly(Set.of());
            assertThat(unpacked).doesNotExist();
            assertThat(trees.folder(digest).resolve("c.txt")).hasContent("hello");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/a", "a//b", "../a", "a/../b", "a/.", "a\\b", "a\nb", "", "a/"})
    void hostilePathsAreRefused(String path) {
        Digest digest = Digest.of(new byte[0]);
        assertThatThrownBy(() -> new FileTree(Map.of(path, digest))).isInstanceOf(Problem.class);
    }
}
