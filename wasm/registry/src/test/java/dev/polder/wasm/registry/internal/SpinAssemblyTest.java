package dev.polder.wasm.registry.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polder.kernel.model.Digest;
import dev.polder.kernel.model.Problem;
import dev.polder.wasm.registry.LockedApp;
import dev.polder.wasm.registry.LockedApp.Component;
import dev.polder.wasm.registry.LockedApp.Content;
import dev.polder.wasm.registry.LockedApp.Dependency;
import dev.polder.wasm.registry.LockedApp.Mount;
import dev.polder.wasm.registry.LockedApp.Source;
import dev.polder.wasm.registry.MediaTypes;
import dev.polder.wasm.registry.PushOptions;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.JsonNodeFactory;

class SpinAssemblyTest {

    @TempDir
    Path folder;

    private Path wasm;
    private Path assets;

    @BeforeEach
    void files() throws Exception {
        wasm = Files.write(folder.resolve("a.wasm"), new byte[] {0, 'a', 's', 'm', 1, 0, 0, 0});
        assets = Files.createDirectory(folder.resolve("assets"));
    }

    private LockedApp app(Map<String, Dependency> dependencies, Mount... files) {
        JsonNodeFactory json = JsonNodeFactory.instance;
        Component component = new Component(
                "a",
                json.objectNode(),
                new Source(MediaTypes.WASM, Content.of(wasm)),
                Map.of(),
                List.of(files),
                Map.of(),
                dependencies,
                Map.of(),
                json.objectNode());
        return new LockedApp(
                List.of(),
                json.objectNode().put("name", "x").put("origin", "file:///home/somebody"),
                json.objectNode(),
                Map.of(),
                List.of(),
                List.of(component));
    }

    private static LockedApp locked(Assembly assembly) {
        Descriptor last = assembly.layers().getLast().descriptor();
        return LockedApp.read(assembly.layers().getLast().read(0, (int) last.size()), "locked");
    }

    @Test
    void filesUpToTheLimitStandInline() throws Exception {
        Files.write(assets.resolve("at"), new byte[128]);
        Files.write(assets.resolve("beyond"), new byte[129]);
        try (Assembly assembly =
                SpinAssembly.of(app(Map.of(), new Mount(Content.of(assets), "/pub/")), PushOptions.DEFAULT)) {
            LockedApp app = locked(assembly);
            List<Mount> files = app.components().getFirst().files();
            assertThat(files).extracting(Mount::path).containsExactly("pub/at", "pub/beyond");
            assertThat(files.get(0).content()).isEqualTo(Content.of(new byte[128]));
            assertThat(files.get(1).content()).isEqualTo(Content.of(Digest.of(new byte[129])));
            assertThat(assembly.layers()).hasSize(3);
            assertThat(app.metadata().has("origin"))
                    .as("says where it was built")
                    .isFalse();
        }
    }

    @Test
    void tooManyLayersBecomeOneBundleForEachMount() throws Exception {
        for (int i = 0; i < 499; i++) {
            Files.write(assets.resolve("f" + i), (i + "x".repeat(200)).getBytes(StandardCharsets.UTF_8));
        }
        LockedApp app = app(Map.of(), new Mount(Content.of(assets), "/"));
        Path archive;
        try (Assembly assembly = SpinAssembly.of(app, PushOptions.DEFAULT)) {
            assertThat(assembly.layers().stream()
                            .map(layer -> layer.descriptor().mediaType()))
                    .containsExactly(MediaTypes.CONTENT_BUNDLE, MediaTypes.CONTENT_WASM, MediaTypes.SPIN_APPLICATION);
            assertThat(locked(assembly).components().getFirst().files()).hasSize(499);
            archive = assembly.temporaryFiles().getFirst();
            assertThat(archive).exists();
        }
        assertThat(archive).doesNotExist();
        Files.delete(assets.resolve("f0"));
        try (Assembly assembly = SpinAssembly.of(app, PushOptions.DEFAULT)) {
            assertThat(assembly.layers()).hasSize(500);
        }
    }

    @Test
    void dependenciesAreLayersToo() throws Exception {
        Path library = Files.write(folder.resolve("b.wasm"), new byte[] {0, 'a', 's', 'm', 0x0d, 0, 1, 0});
        Dependency dependency = new Dependency(new Source(MediaTypes.WASM, Content.of(library)), null, null);
        try (Assembly assembly = SpinAssembly.of(app(Map.of("x:y/z", dependency)), PushOptions.DEFAULT)) {
            Dependency found =
                    locked(assembly).components().getFirst().dependencies().get("x:y/z");
            assertThat(found.source().content().digest()).isEqualTo(Digest.of(Files.readAllBytes(library)));
            assertThat(found.inherits()).isNull();
            assertThat(assembly.layers().stream()
                            .map(layer -> layer.descriptor().digest()))
                    .contains(Digest.of(Files.readAllBytes(library)));
        }
    }

    @Test
    void whatCannotBePushedIsNamed() {
        for (Content content : List.of(
                new Content("https://elsewhere.example/a", null, null),
                new Content("file://host/a", null, null),
                new Content("a b", null, null),
                new Content(null, null, Digest.of(new byte[0])),
                Content.of(folder.resolve("absent")))) {
            assertThatThrownBy(() -> SpinAssembly.of(app(Map.of(), new Mount(content, "/")), PushOptions.DEFAULT))
                    .isInstanceOfSatisfying(
                            Problem.class, problem -> assertThat(problem.code()).isEqualTo(Problem.Code.INVALID))
                    .hasMessageContaining("expected");
        }
        assertThatThrownBy(() ->
                        SpinAssembly.of(app(Map.of(), new Mount(Content.of(wasm), "../x")), PushOptions.DEFAULT))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("component a: file path \"../x\"");
    }
}
