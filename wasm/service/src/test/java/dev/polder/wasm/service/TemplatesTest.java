package dev.polder.wasm.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polder.kernel.model.YamlReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** What the templates promise, without a compiler. */
class TemplatesTest {

    @TempDir
    Path folder;

    static List<Skeletons.Template> templates() {
        return Skeletons.all();
    }

    private static JsonNode yaml(Path file) throws IOException {
        return YamlReader.read(file.toString(), Files.readString(file))
                .getFirst()
                .root();
    }

    private static List<String> texts(JsonNode array, String field) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(node -> node.path(field).asString())
                .toList();
    }

    @ParameterizedTest
    @MethodSource("templates")
    void namesItsToolchainAndItsSteps(Skeletons.Template made) throws IOException {
        JsonNode template = yaml(made.folder().resolve("template.yaml"));

        assertThat(template.path("apiVersion").asString()).isEqualTo("scaffolder.backstage.io/v1beta3");
        assertThat(template.path("kind").asString()).isEqualTo("Template");
        JsonNode metadata = template.path("metadata");
        assertThat(metadata.path("name").asString()).isEqualTo(made.name());
        assertThat(metadata.path("annotations").path("polder.dev/toolchain").asString())
                .isEqualTo(made.language().id());
        assertThat(texts(template.path("spec").path("steps"), "action"))
                .containsExactly("fetch:template", "wasm:build", "publish:git", "wasm:deploy", "catalog:register");
        Pattern name = Pattern.compile(template.path("spec")
                .path("parameters")
                .path(0)
                .path("properties")
                .path("name")
                .path("pattern")
                .asString());
        assertThat(List.of("a", "shop", "shop-2", "a".repeat(40)))
                .allMatch(good -> name.matcher(good).matches());
        assertThat(List.of("", "Shop", "-shop", "shop-", "2shop", "a b", "a".repeat(41)))
                .noneMatch(bad -> name.matcher(bad).matches());
    }

    @ParameterizedTest
    @MethodSource("templates")
    void aSkeletonWithAwkwardWordsIsStillWellFormed(Skeletons.Template made) throws IOException {
        Path source = Skeletons.write(
                made,
                folder,
                Map.of(
                        "name", "true",
                        "namespace", "team-a",
                        "description", "a: \"quoted\" #1 \\ {",
                        "greeting", "Grüße, \"Welt\" \\ 'x' ${y}",
                        "owner", "group:default/ada",
                        "system", "system:default/store"));

        assertThat(Language.of(source)).isEqualTo(made.language());
        SpinManifest manifest =
                SpinManifest.parse("spin.toml", Files.readString(source.resolve(SpinManifest.FILE_NAME)));
        assertThat(manifest.components().get("service").environment())
                .containsEntry("GREETING", "Grüße, \"Welt\" \\ 'x' ${y}")
                .containsEntry("SERVICE_NAME", "true");
        assertThat(manifest.notices()).isEmpty();
        JsonNode entity = yaml(source.resolve("catalog-info.yaml"));
        assertThat(entity.path("metadata").path("name").isString()).isTrue();
        assertThat(entity.path("metadata").path("description").asString()).isEqualTo("a: \"quoted\" #1 \\ {");
        assertThat(entity.path("metadata")
                        .path("annotations")
                        .path("polder.dev/workload")
                        .asString())
                .isEqualTo("team-a/true");
        assertThat(entity.path("metadata")
                        .path("annotations")
                        .path("polder.dev/source")
                        .asString())
                .isEqualTo("/git/team-a/true.git");
        assertThat(entity.path("spec").path("owner").asString()).isEqualTo("group:default/ada");
        assertThat(entity.path("spec").path("system").asString()).isEqualTo("system:default/store");
        try (Stream<Path> files = Files.walk(source)) {
            for (Path file : files.filter(Files::isRegularFile)
                    .filter(file -> !Skeletons.isBinary(file))
                    .toList()) {
                assertThat(Files.readString(file)).as(file.toString()).doesNotContain("${{", "{%", "\"resolved\"");
            }
        }
    }

    @Test
    void allAreRegistered() throws IOException {
        JsonNode location = yaml(Skeletons.all().getFirst().folder().resolveSibling("location.yaml"));

        assertThat(StreamSupport.stream(location.path("spec").path("targets").spliterator(), false)
                        .map(JsonNode::asString))
                .containsExactlyInAnyOrderElementsOf(Skeletons.all().stream()
                        .map(template -> "./" + template.name() + "/template.yaml")
                        .toList());
    }

    @ParameterizedTest
    @MethodSource("templates")
    void withoutASystemThereIsNone(Skeletons.Template made) throws IOException {
        JsonNode entity = yaml(Skeletons.write(made, folder, "Hello").resolve("catalog-info.yaml"));

        assertThat(entity.path("spec").has("system")).isFalse();
        assertThat(entity.path("spec").path("lifecycle").asString()).isEqualTo("experimental");
    }
}
