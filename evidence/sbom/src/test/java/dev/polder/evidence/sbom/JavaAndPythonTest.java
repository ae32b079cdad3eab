package dev.polder.evidence.sbom;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polder.kernel.model.EntityRef;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the manifests of Maven and of pip say, and what they leave open. */
class JavaAndPythonTest {

    @TempDir
    Path folder;

    private JsonNode document(Path source) {
        Sbom sbom = new SbomBuilder(Clock.systemUTC(), UUID::randomUUID, "test")
                .build(new SbomInput(
                        EntityRef.parse("component:default/shop"),
                        "",
                        "",
                        List.of(new SbomInput.Module("a.wasm", Wasm.EMPTY)),
                        source,
                        null));
        return JsonMapper.shared().readTree(sbom.json());
    }

    private static List<JsonNode> components(JsonNode document) {
        return StreamSupport.stream(document.path("components").spliterator(), false)
                .filter(component -> component.has("purl"))
                .toList();
    }

    private static JsonNode component(JsonNode document, String purl) {
        return components(document).stream()
                .filter(component -> component.path("purl").asString().equals(purl))
                .findFirst()
                .orElseThrow(() -> new AssertionError(purl + " is not in " + document.toPrettyString()));
    }

    /** Whether the list of parts is said to be whole. */
    private static String aggregate(JsonNode document) {
        return document.path("compositions").path(0).path("aggregate").asString();
    }

    @Test
    void mavensDependenciesAreReadWithPropertiesAndManagement() {
        JsonNode document = document(Path.of("src/test/resources/apps/maven"));

        JsonNode shipped = component(document, "pkg:maven/org.teavm/teavm-classlib@0.13.1");
        assertThat(shipped.path("group").asString()).isEqualTo("org.teavm");
        assertThat(shipped.path("scope").asString()).isEqualTo("required");
        assertThat(component(document, "pkg:maven/org.teavm/teavm-tooling@0.13.1")
                        .path("scope")
                        .asString())
                .isEqualTo("excluded");
        assertThat(component(document, "pkg:maven/org.junit.jupiter/junit-jupiter@5.13.4")
                        .path("scope")
                        .asString())
                .isEqualTo("excluded");
        assertThat(component(document, "pkg:maven/org.slf4j/slf4j-api@2.0.17")).isNotNull();
        assertThat(component(document, "pkg:maven/org.example/unknown")).isNotNull();
        assertThat(components(document)).hasSize(5);
        assertThat(aggregate(document)).isEqualTo("unknown");
    }

    @Test
    void pinnedAndHashedRequirementsAreAllThereIs() {
        JsonNode document = document(Path.of("src/test/resources/apps/python"));

        JsonNode several = component(document, "pkg:pypi/componentize-py@0.25.1");
        assertThat(several.has("hashes")).isFalse();
        assertThat(several.toString()).contains("polder:pypi:hashes", "sha256:a556991534cc");
        JsonNode one = component(document, "pkg:pypi/typing-extensions@4.15.0");
        assertThat(one.path("hashes").path(0).path("alg").asString()).isEqualTo("SHA-256");
        assertThat(one.path("hashes").path(0).path("content").asString()).startsWith("f0fa19c6845758ab");
        assertThat(components(document)).hasSize(2);
        assertThat(aggregate(document)).isEqualTo("complete");
    }

    @Test
    void whatIsNotPinnedLeavesTheListingOpen() throws IOException {
        Files.writeString(folder.resolve("requirements.txt"), """
                a >= 1.0  # a comment
                -r more.txt
                """);
        JsonNode document = document(folder);

        assertThat(component(document, "pkg:pypi/a")).isNotNull();
        assertThat(aggregate(document)).isEqualTo("unknown");
    }
}
