package dev.polder.wasm.service;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.polder.kernel.model.Problem;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AppArchiveTest {

    private static final AppArchive.Limits SMALL = new AppArchive.Limits(4, 100, 150);
    private static final String MANIFEST = """
            spin_manifest_version = 2
            application = { name = "app" }
            [[trigger.http]]
            route = "/..."
            component = "app"
            executor = { type = "wagi" }
            [component.app]
            source = "build/app.wasm"
            files = ["static/**/*.css"]
            [component.app.build]
            command = "true"
            workdir = "sub"
            """;

    @TempDir
    Path folder;

    private static byte[] zip(String... namesAndTexts) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (int i = 0; i < namesAndTexts.length; i += 2) {
                zip.putNextEntry(new ZipEntry(namesAndTexts[i]));
                zip.write(namesAndTexts[i + 1].getBytes(UTF_8));
            }
        }
        return bytes.toByteArray();
    }

    private void unpack(byte[] archive) {
        AppArchive.unpack(new ByteArrayInputStream(archive), folder, SMALL);
    }

    private List<String> files(Path of) throws IOException {
        try (Stream<Path> all = Files.walk(of)) {
            return all.filter(Files::isRegularFile)
                    .map(file -> of.relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }

    @Test
    void carriesWhatTheManifestNamesAndNothingElse() throws IOException {
        Path source = Files.createDirectory(folder.resolve("source"));
        Path target = Files.createDirectory(folder.resolve("target"));
        for (String path : List.of(
                "spin.toml",
                "build/app.wasm",
                "static/css/a.css",
                "static/css/a.scss",
                "sub/Cargo.toml",
                "sub/Cargo.lock",
                "sub/src/main.rs",
                "go.sum",
                ".env")) {
            Files.createDirectories(source.resolve(path).getParent());
            Files.writeString(source.resolve(path), path);
        }
        Files.writeString(source.resolve("spin.toml"), MANIFEST);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        AppArchive.write(source, SpinManifest.parse("spin.toml", MANIFEST), bytes);
        AppArchive.unpack(new ByteArrayInputStream(bytes.toByteArray()), target, AppArchive.Limits.DEFAULT);

        assertThat(files(target))
                .containsExactly(
                        "build/app.wasm",
                        "go.sum",
                        "spin.toml",
                        "static/css/a.css",
                        "sub/Cargo.lock",
                        "sub/Cargo.toml");
        assertThat(target.resolve("build/app.wasm")).hasContent("build/app.wasm");
        Files.delete(source.resolve("build/app.wasm"));
        assertThatThrownBy(() -> AppArchive.write(source, SpinManifest.parse("spin.toml", MANIFEST), bytes))
                .hasMessageContaining("\"build/app.wasm\" is not there");
    }

    /** What an app of a Cargo workspace looks like: its wasm file stands in a folder that all share. */
    @Test
    void filesFromElsewhereComeWithAnAppThatWasBuiltHereInTheProfileAskedFor() throws IOException {
        Path source = Files.createDirectories(folder.resolve("workspace/apps/shop"));
        byte[] component = {0, 'a', 's', 'm', 0x0d, 0, 1, 0};
        for (String path : List.of("release", "debug")) {
            Path file = folder.resolve("workspace/target/" + path + "/shop.wasm");
            Files.createDirectories(file.getParent());
            Files.write(file, path.equals("debug") ? component : new byte[] {0, 'a', 's', 'm', 1, 0, 0, 0});
        }
        Files.createDirectories(folder.resolve("workspace/shared/css"));
        Files.writeString(folder.resolve("workspace/shared/css/a.css"), "body {}");
        Files.writeString(folder.resolve("workspace/Cargo.lock"), "version = 4");
        String manifest = """
                spin_manifest_version = 2
                application = { name = "shop", trigger.messaging = {} }
                [variables]
                colour = { default = "re\\u0064\\n" }
                [[trigger.http]]
                route = "/..."
                component = "shop"
                [[trigger.http]]
                route = "/inline"
                component = { source = "sub/../b.wasm" }
                [component.shop]
                source = "../../target/release/shop.wasm"
                files = ["*.css", { source = "../../shared", destination = "/assets" }]
                environment = { MODE = "release", KEPT = "yes" }
                [component.shop.build]
                command = "cargo build --release"
                workdir = "../.."
                [component.shop.profile.debug]
                source = "../../target/debug/shop.wasm"
                environment = { MODE = "debug" }
                build.command = "true"
                """;
        Files.writeString(source.resolve("spin.toml"), manifest);
        Files.write(source.resolve("b.wasm"), component);
        assertThatThrownBy(() -> Builds.BUILDER.collect(BuildRequest.of(source, _ -> {})))
                .hasMessageContaining("spin.toml:12:1 (component.shop.source)")
                .hasMessageContaining("(expected: a path inside the folder of the manifest)");
        assertThatThrownBy(() -> Builds.BUILDER.collect(here(source, "deubg")))
                .hasMessageContaining("profile \"deubg\" (expected one that a component defines: debug)");

        BuiltApp built = Builds.BUILDER.build(here(source, "debug"));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        AppArchive.write(built, bytes);
        Path target = Files.createDirectory(folder.resolve("unpacked"));
        AppArchive.unpack(new ByteArrayInputStream(bytes.toByteArray()), target, AppArchive.Limits.DEFAULT);
        assertThat(files(target))
                .containsExactly(
                        "b.wasm",
                        "outside/2/Cargo.lock",
                        "outside/2/shared/css/a.css",
                        "outside/2/target/debug/shop.wasm",
                        "spin.toml");

        BuiltApp there = Builds.BUILDER.collect(BuildRequest.of(target, _ -> {}));
        assertThat(there.digest()).isEqualTo(built.digest());
        assertThat(there.files().get("shop")).containsOnlyKeys("assets/css/a.css");
        assertThat(there.component("shop").orElseThrow().wasm()).isEqualTo(component);
        SpinManifest spin = there.spin();
        assertThat(spin.components().get("shop").environment())
                .containsExactly(Map.entry("MODE", "debug"), Map.entry("KEPT", "yes"));
        assertThat(spin.variables().get("colour").defaultValue()).isEqualTo("red\n");
        assertThat(spin.broker()).isEmpty();
        assertThat(spin.triggers()).hasSize(2);

        // Without a profile it is the manifest's own, and one that stays in its folder goes as it is written.
        assertThat(Builds.BUILDER
                        .collect(here(source, null))
                        .spin()
                        .components()
                        .get("shop")
                        .environment())
                .containsEntry("MODE", "release");
        assertThat(PortableManifest.of(MANIFEST, null)).isEqualTo(MANIFEST);
    }

    private static BuildRequest here(Path source, @Nullable String profile) {
        return new BuildRequest(source, BuildRequest.DEFAULT_WALL_TIME, _ -> {}, () -> false, profile, true);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../x",
                "a/../../x",
                "/x",
                "a//x",
                "./x",
                "a/./x",
                "a\\x",
                "C:x",
                "a/..",
                "..",
                "x\u0000y",
                "a/../",
                "/"
            })
    void noPathLeadsOut(String path) throws IOException {
        assertThatThrownBy(() -> unpack(zip("spin.toml", MANIFEST.substring(0, 20), path, "evil")))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.code()).isEqualTo(Problem.Code.INVALID))
                .hasMessageContaining("expected: a relative path");
        assertThat(files(folder)).containsExactly("spin.toml");
    }

    @Test
    void limitsHold() {
        assertThatThrownBy(() -> unpack(zip("a", "x".repeat(101))))
                .hasMessageContaining("\"a\" is too much (expected: at most 100 bytes a file, 150 together)");
        assertThatThrownBy(() -> unpack(zip("b", "x".repeat(100), "c", "x".repeat(51))))
                .hasMessageContaining("\"c\" is too much");
        assertThatThrownBy(() -> unpack(zip("1", "", "2", "", "3", "", "4", "", "5", "")))
                .hasMessageContaining("more than 4 entries");
    }

    @Test
    void whatIsNoArchiveIsSaid() throws IOException {
        assertThatThrownBy(() -> unpack("no zip".getBytes(UTF_8))).hasMessageContaining("empty, or no zip");
        byte[] cut = zip("spin.toml", MANIFEST);
        assertThatThrownBy(() -> unpack(Arrays.copyOf(cut, 60)))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.code()).isEqualTo(Problem.Code.INVALID));
        assertThatThrownBy(() -> unpack(zip("x", "file", "x/y", "below a file")))
                .hasMessageContaining("stands twice");
    }

    @FuzzTest(maxDuration = "20s")
    void everyBytesAreAnArchiveOrAProblem(byte[] bytes) throws IOException {
        Path into = Files.createTempDirectory("archive");
        try {
            AppArchive.unpack(new ByteArrayInputStream(bytes), into, SMALL);
        } catch (Problem problem) {
            assertThat(problem.getMessage()).startsWith("archive: ");
        } finally {
            try (Stream<Path> all = Files.walk(into)) {
                for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }
}
