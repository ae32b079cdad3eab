package dev.polder.wasm.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polder.kernel.model.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Builds with the real compilers, where they are installed. */
class AppBuilderIT {

    @TempDir
    Path folder;

    private static final AppBuilder BUILDER = Builds.BUILDER;

    private final List<String> lines = Collections.synchronizedList(new ArrayList<>());

    static List<Language> languages() {
        return Skeletons.languages();
    }

    private BuiltApp build(Path source) {
        return BUILDER.build(BuildRequest.of(source, lines::add));
    }

    private static String manifest(String source, String command) {
        return """
                spin_manifest_version = 2
                [application]
                name = "app"
                [[trigger.http]]
                route = "/..."
                component = "app"
                executor = { type = "wagi" }
                [component.app]
                source = "%s"
                [component.app.build]
                command = "%s"
                """.formatted(source, command);
    }

    @ParameterizedTest
    @MethodSource("languages")
    void theSameSourceGivesTheSameBytes(Language language) {
        Builds.Built built = Builds.of(language);

        BuiltApp again = build(Skeletons.write(language, folder, "Grüße \"from\" the template"));

        assertThat(again.language()).isEqualTo(language);
        assertThat(again.components()).singleElement().satisfies(component -> {
            assertThat(component.id()).isEqualTo("service");
            assertThat(component.wasm()).startsWith(0, 'a', 's', 'm').hasSizeLessThan(4_000_000);
        });
        assertThat(again.digest())
                .isEqualTo(built.original().digest())
                .isNotEqualTo(built.edited().digest());
        assertThat(lines).anyMatch(line -> line.startsWith("$ ")).noneMatch(line -> line.startsWith("$ npm ci"));
        assertThat(folder.resolve("node_modules")).doesNotExist();
    }

    @ParameterizedTest
    @MethodSource("languages")
    void keepsTheCompilersWords(Language language) {
        Builds.Built built = Builds.of(language);
        String file = built.brokenFile().getFileName().toString();

        assertThat(built.failure().whoFailed()).isEqualTo(Problem.WhoFailed.GUEST);
        assertThat(built.failure().code()).isEqualTo(Problem.Code.INVALID);
        assertThat(built.failure().getMessage())
                .contains("component service: ", "ended with exit code", "its last words:", file);
        assertThat(built.output()).anyMatch(line -> line.contains(file));
    }

    @Test
    void aBuildThatHangsIsKilledWithEverythingItStarted() throws IOException {
        Path alive = folder.resolve("alive");
        Files.writeString(
                folder.resolve("spin.toml"), manifest("x.wasm", "(while :; do date > alive; sleep 0.1; done) & wait"));

        assertThatThrownBy(
                        () -> BUILDER.build(new BuildRequest(folder, Duration.ofMillis(700), lines::add, () -> false)))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.code()).isEqualTo(Problem.Code.DEADLINE))
                .hasMessageContaining("did not end in time");
        Files.deleteIfExists(alive);
        Awaitility.await()
                .during(Duration.ofMillis(400))
                .atMost(Duration.ofSeconds(3))
                .until(() -> !Files.exists(alive));
    }

    @Test
    void aPushedRepositoryIsBuiltInTheProfileOfItsManifest() throws IOException {
        Files.write(folder.resolve("quiet"), TestModules.prints("Status: 200\n\nquiet"));
        Files.write(folder.resolve("loud"), TestModules.prints("Status: 200\n\nLOUD"));
        String text = manifest("x.wasm", "cp quiet x.wasm")
                + "[component.app.profile.loud]\nbuild.command = \"cp loud x.wasm\"\n"
                + "[component.app.profile.mute]\nbuild.command = \"cp quiet x.wasm\"\n"
                + "[application.tool.polder]\nprofile = \"loud\"\n";
        Path file = Files.writeString(folder.resolve("spin.toml"), text);

        BuiltApp pushed = build(folder);
        assertThat(lines).contains("profile loud", "$ cp loud x.wasm");
        assertThat(pushed.manifest()).doesNotContain("profile");
        assertThat(SpinManifest.parse("spin.toml", pushed.manifest()).profile()).isNull();
        BuiltApp own = BUILDER.build(
                new BuildRequest(folder, BuildRequest.DEFAULT_WALL_TIME, lines::add, () -> false, null, true));
        assertThat(own.digest()).as("oneself says it by --profile").isNotEqualTo(pushed.digest());
        BuiltApp named = BUILDER.build(
                new BuildRequest(folder, BuildRequest.DEFAULT_WALL_TIME, lines::add, () -> false, "mute", false));
        assertThat(named.digest()).isEqualTo(own.digest());
        assertThat(BUILDER.collect(BuildRequest.of(folder, lines::add)).digest())
                .as("what was built elsewhere is taken as it is")
                .isEqualTo(named.digest());

        Files.writeString(file, text.replace("profile = \"loud\"", "profile = \"lout\""));
        assertThatThrownBy(() -> build(folder))
                .hasMessageContaining(
                        "(application.tool.polder.profile): \"lout\" (expected one that a component defines:"
                                + " loud, mute)");
    }

    @Test
    void aBuildCanBeCancelled() throws IOException {
        Files.writeString(folder.resolve("spin.toml"), manifest("x.wasm", "echo started; sleep 60"));
        AtomicBoolean cancelled = new AtomicBoolean();

        assertThatThrownBy(() -> BUILDER.build(new BuildRequest(
                        folder,
                        Duration.ofSeconds(30),
                        line -> cancelled.set(cancelled.get() || line.equals("started")),
                        cancelled::get)))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.code()).isEqualTo(Problem.Code.CANCELLED));
    }

    @Test
    void outputIsStreamedAndBounded() throws IOException {
        Files.writeString(
                folder.resolve("spin.toml"),
                manifest("x.wasm", "echo one; echo two >&2; yes abcdefgh | head -c 6000000"));

        assertThatThrownBy(() -> build(folder)).hasMessageContaining("is not there after the build");
        assertThat(lines).contains("one", "two").anyMatch(line -> line.contains("the rest is not kept"));
        assertThat(lines.size()).isLessThan(500_000);
    }

    @Test
    void theEnvironmentIsCleaned() throws IOException {
        Files.writeString(folder.resolve("spin.toml"), manifest("x.wasm", "env"));

        assertThatThrownBy(() -> build(folder)).hasMessageContaining("is not there after the build");
        assertThat(lines)
                .filteredOn(line -> line.contains("="))
                .extracting(line -> line.substring(0, line.indexOf('=')))
                .contains("PATH", "HOME", "GOCACHE", "npm_config_cache")
                .doesNotContain("JAVA_HOME", "MAVEN_CMD_LINE_ARGS", "SUREFIRE_TEST");
    }

    @Test
    void whatIsNoModuleIsRefused() throws IOException {
        Files.writeString(folder.resolve("spin.toml"), manifest("x.wasm", "printf 'hello world' > x.wasm"));
        assertThatThrownBy(() -> build(folder)).hasMessageContaining("x.wasm: 11 bytes that are no wasm file");

        Files.writeString(
                folder.resolve("spin.toml"),
                manifest("x.wasm", "printf '\\\\000asm\\\\002\\\\000\\\\000\\\\000' > x.wasm"));
        assertThatThrownBy(() -> build(folder))
                .hasMessageContaining("x.wasm: wasm version 0x2000000 (expected: a core module of version 1, or");

        Files.delete(folder.resolve("x.wasm"));
        Files.writeString(folder.resolve("spin.toml"), manifest("x.wasm", "true"));
        assertThatThrownBy(() -> build(folder))
                .hasMessage("spin.toml:8:1 (component.app.source): source: \"x.wasm\" is not there after the build"
                        + " (expected: the file that build.command makes)");
    }

    @Test
    void aLinkOutOfTheFolderIsRefused() throws IOException {
        Path outside = Files.createTempFile("outside", ".wasm");
        Files.writeString(folder.resolve("spin.toml"), manifest("x.wasm", "ln -s " + outside + " x.wasm"));

        assertThatThrownBy(() -> build(folder)).hasMessageContaining("leads out of the source folder");
        Files.delete(outside);
    }

    @Test
    void aMissingToolchainIsNamed() throws IOException {
        Path empty = Files.createDirectory(folder.resolve("empty"));
        Toolchains none = new Toolchains(Map.of("PATH", empty.toString()), empty);

        assertThat(none.detect()).allSatisfy(toolchain -> {
            assertThat(toolchain.found()).isFalse();
            assertThat(toolchain.missing()).isNotBlank().doesNotContain("\n");
        });
        Path source = Skeletons.write(Language.GO, folder.resolve("go"), "Hello");
        assertThatThrownBy(() ->
                        new AppBuilder(none, Builds.CACHES, Builds.SOURCES).build(BuildRequest.of(source, lines::add)))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.code()).isEqualTo(Problem.Code.UNAVAILABLE))
                .hasMessage("Go cannot be built here: Go is missing: install Go 1.24 or newer");
    }
}
