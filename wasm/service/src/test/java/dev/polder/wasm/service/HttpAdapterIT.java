package dev.polder.wasm.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.polder.kernel.model.Digest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The adapter is kept in the templates as it was built: whether that is what its source becomes. */
class HttpAdapterIT {

    private static final Path SOURCE =
            Path.of("../../samples/http-adapter").toAbsolutePath().normalize();

    private static final Map<String, List<String>> USERS = Map.of(
            "http_initialize.wasm", List.of("go-service"),
            "http_start.wasm", List.of("assemblyscript-service", "java-service"));

    /** The standard library names the compiler by its commit. */
    private static final Pattern COMPILER = Pattern.compile("/rustc/([0-9a-f]{40})/");

    private static final Pattern COMMIT = Pattern.compile("(?m)^commit-hash: ([0-9a-f]{40})$");

    private static final String MANIFEST = """
            spin_manifest_version = 2
            application = { name = "adapter" }
            [[trigger.http]]
            route = "/initialize"
            component = "http-initialize"
            [[trigger.http]]
            route = "/start"
            component = "http-start"
            [component.http-initialize]
            source = "made/http_initialize.wasm"
            [component.http-initialize.build]
            command = "python3 build.py made"
            [component.http-start]
            source = "made/http_start.wasm"
            """;

    @TempDir
    Path folder;

    private static byte[] kept(String user, String name) throws IOException {
        return Files.readAllBytes(
                new Skeletons.Template(user, Language.OTHER).folder().resolve("skeleton/component/" + name));
    }

    private static List<Path> sources() throws IOException {
        try (Stream<Path> code = Files.list(SOURCE.resolve("src"))) {
            return Stream.concat(
                            Stream.of("Cargo.lock", "Cargo.toml", "build.py", "build.rs", "link.wat")
                                    .map(SOURCE::resolve),
                            code.sorted())
                    .toList();
        }
    }

    @Test
    void isMadeOfTheSourcesThatAreHere() throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (Path source : sources()) {
            all.writeBytes(Files.readAllBytes(source));
        }
        String digest = Digest.of(all.toByteArray()).hex();

        for (Map.Entry<String, List<String>> file : USERS.entrySet()) {
            for (String user : file.getValue()) {
                assertThat(new String(kept(user, file.getKey()), StandardCharsets.ISO_8859_1))
                        .as("%s of %s; samples/http-adapter/build.py makes it anew", file.getKey(), user)
                        .endsWith("sources" + digest);
            }
        }
    }

    @Test
    void isWhatItsCompilerMakesOfThem() throws IOException {
        Builds.assume(Language.RUST);
        Builds.assume(Language.PYTHON);
        String text = new String(kept("go-service", "http_initialize.wasm"), StandardCharsets.ISO_8859_1);
        Matcher compiler = COMPILER.matcher(text);
        assertThat(compiler.find()).as("names its compiler").isTrue();
        assumeThat(rustc()).as("the compiler that made it").isEqualTo(compiler.group(1));
        for (Path source : sources()) {
            Path copy = folder.resolve(SOURCE.relativize(source).toString());
            Files.createDirectories(copy.getParent());
            Files.copy(source, copy);
        }
        // wasm-tools is a package of Python's, as in the template for C.
        Files.copy(
                new Skeletons.Template("c-component-service", Language.C)
                        .folder()
                        .resolve("skeleton/requirements.txt"),
                folder.resolve("requirements.txt"));
        Files.writeString(folder.resolve("spin.toml"), MANIFEST);

        BuiltApp made = Builds.BUILDER.build(BuildRequest.of(folder, _ -> {}));

        for (Map.Entry<String, List<String>> file : USERS.entrySet()) {
            byte[] wasm = Files.readAllBytes(folder.resolve("made").resolve(file.getKey()));
            for (String user : file.getValue()) {
                assertThat(kept(user, file.getKey()))
                        .as("%s of %s; samples/http-adapter/build.py makes it anew", file.getKey(), user)
                        .isEqualTo(wasm);
            }
        }
        assertThat(made.components()).hasSize(2);
    }

    /** The commit of the compiler on the search path. */
    private static String rustc() throws IOException {
        Process process = new ProcessBuilder("rustc", "-vV").start();
        Matcher commit = COMMIT.matcher(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        return commit.find() ? commit.group(1) : "unknown";
    }
}
