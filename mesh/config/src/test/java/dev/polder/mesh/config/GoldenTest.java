package dev.polder.mesh.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polder.kernel.model.Resource;
import dev.polder.kernel.model.ResourceKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * YAML, a line {@code ----}, and the JSON it compiles to. With {@code -Dgolden.write=true} the second half is written
 * anew: read the difference before committing it.
 */
class GoldenTest {

    private static final Path FOLDER = Path.of("src/test/resources/golden");
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.filter(file -> file.toString().endsWith(".yaml"))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void compilesTo(Path file) throws IOException {
        String[] halves = Files.readString(file).split("(?m)^----\n", 2);

        List<Resource> resources = Yaml.resources(halves[0]);
        Compilation compilation = Yaml.COMPILER.compile(resources);

        ObjectNode actual = SnapshotJson.encode(compilation.snapshot());
        ObjectNode statuses = actual.putObject("statuses");
        compilation.statuses().entrySet().stream()
                .sorted(Comparator.comparing(entry -> entry.getKey().toString()))
                .forEach(entry -> statuses.set(entry.getKey().toString(), entry.getValue()));
        String text = JSON.writeValueAsString(actual) + "\n";
        if (Boolean.getBoolean("golden.write")) {
            Files.writeString(file, halves[0] + "----\n" + text);
            return;
        }
        assertThat(halves).as("%s has an expected half", file).hasSize(2);
        assertThat(text).isEqualTo(halves[1]);
    }

    @ParameterizedTest
    @MethodSource("files")
    void aSecondCompilationAnswersTheSameStatuses(Path file) throws IOException {
        List<Resource> resources = Yaml.resources(Files.readString(file).split("(?m)^----\n", 2)[0]);
        Compilation first = Yaml.COMPILER.compile(resources);

        List<Resource> withStatus = resources.stream()
                .map(resource -> {
                    ResourceKey key = resource.key();
                    return first.statuses().containsKey(key)
                            ? resource.withStatus(first.statuses().get(key))
                            : resource;
                })
                .toList();
        Compilation second = new MeshCompiler(
                        MeshOptions.DEFAULT, Clock.fixed(Yaml.NOW.plusSeconds(3600), ZoneOffset.UTC))
                .compile(withStatus);

        first.statuses()
                .forEach((key, status) -> assertThat(second.statuses().getOrDefault(key, status))
                        .as("%s", key)
                        .isEqualTo(status));
    }
}
