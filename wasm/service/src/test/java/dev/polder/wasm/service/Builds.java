package dev.polder.wasm.service;

import static org.assertj.core.api.Assumptions.assumeThat;

import dev.polder.kernel.model.Problem;
import dev.polder.kernel.store.BlobStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What the compilers make of the templates: built once for all tests of this JVM, with caches that outlive it. */
final class Builds {

    /** Removed by {@code mvn clean}. */
    static final Path CACHES = Path.of("target/test-caches-" + System.getProperty("surefire.forkNumber", "1"))
            .toAbsolutePath();

    static final Toolchains TOOLCHAINS = new Toolchains();
    static final RemoteSources SOURCES =
            new RemoteSources(BlobStore.in(CACHES.resolve("blobs")), RemoteSources.Settings.DEFAULT);
    static final AppBuilder BUILDER = new AppBuilder(TOOLCHAINS, CACHES, SOURCES);

    /**
     * One template's builds.
     *
     * @param edited after {@code path: } became {@code way: } in its source
     * @param failure what came of the source with a line that is not code
     * @param brokenFile the file with that line
     * @param output the lines of all three builds
     */
    record Built(BuiltApp original, BuiltApp edited, Problem failure, Path brokenFile, List<String> output) {}

    private static final Map<Language, Built> BUILT = new EnumMap<>(Language.class);

    private Builds() {}

    /** Skips the test when the language's toolchain is not there. */
    static synchronized Built of(Language language) {
        assume(language);
        return BUILT.computeIfAbsent(language, Builds::build);
    }

    private static Path write(Language language) throws IOException {
        return Skeletons.write(
                language, Files.createTempDirectory("built-" + language.id()), "Grüße \"from\" the template");
    }

    /** Skips the test when the language's toolchain is not there. */
    static void assume(Language language) {
        Toolchain toolchain = TOOLCHAINS.of(language).orElseThrow();
        assumeThat(toolchain.found()).as(toolchain.missing()).isTrue();
    }

    private static Built build(Language language) {
        List<String> output = Collections.synchronizedList(new ArrayList<>());
        try {
            Path source = write(language);
            BuildRequest request = BuildRequest.of(source, output::add);
            BuiltApp original = BUILDER.build(request);
            Path code = source.resolve(
                    switch (language) {
                        case ASSEMBLYSCRIPT -> "assembly/index.ts";
                        case C -> "src/answer.c";
                        case GO -> "main.go";
                        default -> "src/main.rs";
                    });
            String text = Files.readString(code);
            Files.writeString(code, text.replace("path: ", "way: "));
            BuiltApp edited = BUILDER.build(request);
            Files.writeString(code, text + "\nnot code\n");
            try {
                BUILDER.build(request);
            } catch (Problem failure) {
                return new Built(original, edited, failure, code, output);
            }
            throw new AssertionError("a source that is not code was built");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
