package dev.polder.evidence.sbom;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polder.kernel.model.EntityRef;
import dev.polder.kernel.model.Problem;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Lock files that somebody damaged: a Problem that says where, and nothing else. */
class LockFileMistakesTest {

    private static final int ROUNDS = 100;

    @TempDir
    Path folder;

    private final SbomBuilder builder = new SbomBuilder(Clock.systemUTC(), UUID::randomUUID, "test");

    private Sbom build() {
        return builder.build(new SbomInput(
                EntityRef.parse("component:default/shop"),
                "",
                "",
                List.of(new SbomInput.Module("a.wasm", Wasm.EMPTY)),
                folder,
                null));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "package-lock.json | '{\"lockfileVersion\": 1}' | package-lock.json:1:2 (lockfileVersion): lockfileVersion: 1 (expected: 2 or 3",
                "package-lock.json | '{\n \"lockfileVersion\": 3,\n \"packages\": {\"node_modules/a\": {\"version\": \"1\",\n  \"integrity\": \"sha512-AAAA\"}}}' | package-lock.json:4:3 (packages.node_modules/a.integrity)",
                "package-lock.json | '{\n \"lockfileVersion\": 3,\n \"packages\": {\n  \"node_modules/a\": {}}}' | package-lock.json:4:3 (packages.node_modules/a): version: ",
                "package-lock.json | '{\"lockfileVersion\": 3,\n oops' | package-lock.json:2:",
                "package-lock.json | '[]' | lockfileVersion",
                "Cargo.lock | 'version = 4\n[[package]]\nname = \"a\"\nversion = 7' | Cargo.lock:2:1 (package[0]): version: 7 (expected: text)",
                "Cargo.lock | 'version = 4\n[[package]\n' | Cargo.lock:2:",
                "Cargo.lock | '[[package]]\nname = \"a\"\nversion = \"1.0.0\"\nchecksum = \"xyz\"' | checksum: \"xyz\" (expected: SHA-256",
                "Cargo.lock | '[[package]]\nname = \"a\"\nversion = \"1.0.0\"\ndependencies = [\"ghost\"]' | \"ghost\" of a (expected: a package of this file)",
                "go.mod | 'module a\n\nrequire github.com/x/y\n' | go.mod:3:1: require github.com/x/y (expected: MODULE vVERSION)",
                "go.mod | 'module a\nrequire (\n' | go.mod:2:1: block require is not closed",
                "go.mod | 'modul a\n' | go.mod:1:1: \"modul\"",
                "go.mod | '\n' | no module line",
                "requirements.txt | '\n==1.0\n' | requirements.txt:2:1: \"==1.0\" (expected: NAME==VERSION",
                "requirements.txt | 'a==1 \\\\\n  --hash=md5:00' | requirements.txt:1:1: \"--hash=md5:00\" (expected: --hash=sha256",
                "requirements.txt | 'a==1 --hash=sha384:0000000000000000000000000000000000000000000000000000000000000000' | its hexadecimal digits",
                "pom.xml | '<project>\n<dependencies></project>' | pom.xml:2:",
                "pom.xml | '<html/>' | pom.xml:1:1: \"html\" (expected: the element project)",
                "pom.xml | '<!DOCTYPE p [<!ENTITY x \"y\">]>\n<project>&x;</project>' | pom.xml:",
                "pom.xml | '<project><dependencies>\n<dependency><groupId>a</groupId></dependency></dependencies></project>' | pom.xml:2:1: a dependency without artifactId"
            })
    void eachMistakeHasItsPlace(String file, String text, String message) throws IOException {
        Files.writeString(folder.resolve(file), text);
        assertThatThrownBy(this::build)
                .isInstanceOfSatisfying(Problem.class, e -> assertThat(e.code()).isEqualTo(Problem.Code.INVALID))
                .hasMessageContaining(message);
    }

    @Test
    void goSumIsRead() throws IOException {
        Files.writeString(folder.resolve("go.mod"), "module a\n");
        Files.writeString(folder.resolve("go.sum"), "\nfoo bar\n");
        assertThatThrownBy(this::build)
                .hasMessageContaining("go.sum:2:1: \"foo bar\" (expected: MODULE VERSION h1:HASH)");
    }

    @Test
    void replacedModulesAreTheOnesThatAreBuilt() throws IOException {
        Files.writeString(folder.resolve("go.mod"), """
                module example.com/a

                require (
                	github.com/x/y v1.0.0
                	github.com/x/z/v2 v2.1.0 // indirect
                	github.com/x/local v0.0.0
                )

                replace github.com/x/y => github.com/fork/y v1.0.1
                replace github.com/x/local v0.0.0 => ../local
                """);
        String json = new String(build().json(), StandardCharsets.UTF_8);
        assertThat(json)
                .contains("pkg:golang/github.com/fork/y@v1.0.1", "pkg:golang/github.com/x/z/v2@v2.1.0")
                .contains("github.com/x/y@v1.0.0", "a folder")
                .doesNotContain("pkg:golang/github.com/x/y");
    }

    @Test
    void npmsTreeIsFollowedAsNodeDoes() throws IOException {
        Files.writeString(folder.resolve("package-lock.json"), """
                {"lockfileVersion": 3, "packages": {
                  "": {"dependencies": {"a": "1", "@s/b": "1", "ws": "*"}},
                  "node_modules/a": {"version": "1.0.0", "dependencies": {"c": "2", "missing-optional": "1"}},
                  "node_modules/a/node_modules/c": {"version": "2.0.0"},
                  "node_modules/c": {"version": "1.0.0", "license": "SEE LICENSE IN file"},
                  "node_modules/@s/b": {"version": "1.0.0", "dependencies": {"c": "1"}, "license": "(MIT OR Apache-2.0)"},
                  "node_modules/alias": {"name": "real", "version": "3.0.0", "dev": true},
                  "node_modules/ws": {"resolved": "packages/ws", "link": true},
                  "packages/ws": {"version": "0.0.1"}}}
                """);
        String json = new String(build().json(), StandardCharsets.UTF_8).replaceAll("\\s+", "");
        assertThat(json)
                .contains("{\"ref\":\"pkg:npm/a@1.0.0\",\"dependsOn\":[\"pkg:npm/c@2.0.0\"]}")
                .contains("{\"ref\":\"pkg:npm/%40s/b@1.0.0\",\"dependsOn\":[\"pkg:npm/c@1.0.0\"]}")
                .contains("\"expression\":\"(MITORApache-2.0)\"")
                .contains("\"name\":\"SEELICENSEINfile\"")
                .contains("pkg:npm/real@3.0.0")
                .contains("pkg:npm/ws@0.0.1");
    }

    @Test
    void oversizedFilesAndLinksAreNotRead() throws IOException {
        Path lock = folder.resolve("Cargo.lock");
        try (RandomAccessFile file = new RandomAccessFile(lock.toFile(), "rw")) {
            file.setLength(9L * 1024 * 1024);
        }
        assertThatThrownBy(this::build)
                .isInstanceOfSatisfying(Problem.class, e -> assertThat(e.code()).isEqualTo(Problem.Code.TOO_LARGE))
                .hasMessageContaining("Cargo.lock: 9437184 bytes (expected: at most 8388608)");
        Files.delete(lock);
        Files.createSymbolicLink(lock, Path.of("/etc/passwd"));
        assertThatThrownBy(this::build).hasMessageContaining("Cargo.lock: a link or folder (expected: a regular file)");
        Files.delete(lock);
        Files.write(lock, new byte[] {(byte) 0xff, (byte) 0xfe});
        assertThatThrownBy(this::build).hasMessageContaining("not UTF-8");
    }

    @ParameterizedTest
    @CsvSource({
        "npm,package-lock.json",
        "cargo,Cargo.lock",
        "cargo,Cargo.toml",
        "go,go.mod",
        "go,go.sum",
        "maven,pom.xml",
        "python,requirements.txt"
    })
    void damageMakesAProblemOrAValidDocument(String app, String name) throws IOException {
        Path source = Path.of("src/test/resources/apps", app);
        for (String each : List.of(
                "package-lock.json", "Cargo.lock", "Cargo.toml", "go.mod", "go.sum", "pom.xml", "requirements.txt")) {
            if (Files.exists(source.resolve(each))) {
                Files.copy(source.resolve(each), folder.resolve(each));
            }
        }
        byte[] good = Files.readAllBytes(source.resolve(name));
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < ROUNDS; i++) {
            Files.write(folder.resolve(name), damage(good, random));
            try {
                build();
            } catch (Problem e) {
                assertThat(e.code())
                        .as("seed %d, round %d: %s", seed, i, e)
                        .isIn(Problem.Code.INVALID, Problem.Code.TOO_LARGE);
                assertThat(e.getMessage()).contains(".");
            } catch (RuntimeException | StackOverflowError e) {
                throw new AssertionError("seed " + seed + ", round " + i, e);
            }
        }
    }

    @Test
    void damagedWasmMakesAProblemOrAValidDocument() {
        byte[] good = Wasm.component(Wasm.producedBy("language", "Go", "go1.26.8", "sdk", "x", "1"));
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < ROUNDS; i++) {
            byte[] damaged = damage(good, random);
            try {
                builder.build(new SbomInput(
                        EntityRef.parse("component:default/shop"),
                        "",
                        "",
                        List.of(new SbomInput.Module("a.wasm", damaged)),
                        null,
                        null));
            } catch (Problem e) {
                assertThat(e.code()).as("seed %d, round %d: %s", seed, i, e).isEqualTo(Problem.Code.INVALID);
            } catch (RuntimeException | StackOverflowError e) {
                throw new AssertionError("seed " + seed + ", round " + i, e);
            }
        }
    }

    private static byte[] damage(byte[] good, Random random) {
        byte[] damaged = Arrays.copyOf(good, random.nextInt(5) == 0 ? random.nextInt(good.length) : good.length);
        for (int j = random.nextInt(6); j >= 0 && damaged.length > 0; j--) {
            int at = random.nextInt(damaged.length);
            damaged[at] = random.nextInt(3) == 0 ? (byte) random.nextInt() : good[random.nextInt(good.length)];
        }
        return damaged;
    }
}
