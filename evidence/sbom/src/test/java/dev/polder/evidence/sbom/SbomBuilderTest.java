package dev.polder.evidence.sbom;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.packageurl.PackageURL;
import dev.polder.evidence.sbom.internal.DocumentChecks;
import dev.polder.kernel.model.Digest;
import dev.polder.kernel.model.EntityRef;
import dev.polder.kernel.model.Problem;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Lock files in {@code apps} were written by npm, Cargo and Go themselves. */
class SbomBuilderTest {

    private static final Path APPS = Path.of("src/test/resources/apps");
    private static final EntityRef SHOP = EntityRef.parse("component:default/shop");
    private static final String COMMIT = "3f2a1bc0123456789abcdef0123456789abcdef0";
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-22T12:00:00Z"), ZoneOffset.UTC);
    private static final UUID SERIAL = UUID.fromString("3e671687-395b-41f5-a30f-a58921a69b79");

    private final SbomBuilder builder = new SbomBuilder(CLOCK, () -> SERIAL, "0.1.0");

    private JsonNode build(@Nullable Path source, byte[] wasm, String language) {
        Sbom sbom = builder.build(
                new SbomInput(SHOP, COMMIT, language, List.of(new SbomInput.Module("shop.wasm", wasm)), source, null));
        JsonNode json = JsonMapper.shared().readTree(sbom.json());
        assertThat(json.path("components").size()).isEqualTo(sbom.components());
        assertThat(DocumentChecks.flaws(sbom.json())).isEmpty();
        return json;
    }

    private static Map<String, JsonNode> byName(JsonNode bom) {
        Map<String, JsonNode> found = new TreeMap<>();
        bom.path("components")
                .forEach(component -> found.put(
                        (component.has("group") ? component.path("group").asString() + "/" : "")
                                + component.path("name").asString(),
                        component));
        return found;
    }

    private static List<String> dependsOn(JsonNode bom, String ref) {
        List<String> found = new ArrayList<>();
        for (JsonNode dependency : bom.path("dependencies")) {
            if (dependency.path("ref").asString("").equals(ref)) {
                dependency.path("dependsOn").forEach(target -> found.add(target.asString()));
            }
        }
        return found;
    }

    @Test
    void theAppAndItsModuleAreDescribed() throws Exception {
        byte[] wasm = Wasm.producedBy("language", "Rust", "", "processed-by", "rustc", "1.90.0 (1159e78c4 2025-09-14)");
        JsonNode bom = build(null, wasm, "rust");
        Digest digest = Digest.of(wasm);

        JsonNode app = bom.path("metadata").path("component");
        assertThat(app.path("type").asString()).isEqualTo("application");
        assertThat(app.path("version").asString()).isEqualTo(COMMIT);
        PackageURL purl = new PackageURL(app.path("purl").asString());
        assertThat(purl.getType()).isEqualTo("generic");
        assertThat(purl.getNamespace()).isEqualTo("default");
        assertThat(purl.getQualifiers()).containsEntry("checksum", digest.toString());
        assertThat(app.path("hashes").path(0).path("content").asString()).isEqualTo(digest.hex());

        JsonNode file = byName(bom).get("shop.wasm");
        assertThat(file).isNotNull();
        assertThat(file.path("type").asString()).isEqualTo("file");
        assertThat(file.path("hashes").toString()).contains(digest.hex()).contains("SHA-512");
        assertThat(file.path("properties").toString())
                .contains("bsi:component:filename", "bsi:component:executable", "\"" + wasm.length + "\"");
        assertThat(bom.path("metadata").path("tools").path("components").toString())
                .contains("\"polder\"", "\"rustc\"", "1.90.0 (1159e78c4 2025-09-14)");
        assertThat(bom.path("metadata").path("timestamp").asString()).isEqualTo("2026-11-22T12:00:00Z");
        assertThat(bom.path("metadata").path("lifecycles").path(0).path("phase").asString())
                .isEqualTo("build");
        assertThat(bom.path("serialNumber").asString()).isEqualTo("urn:uuid:" + SERIAL);
        assertThat(bom.has("vulnerabilities")).isFalse();
    }

    @Test
    void npm() {
        JsonNode bom = build(APPS.resolve("npm"), Wasm.EMPTY, "assemblyscript");
        Map<String, JsonNode> components = byName(bom);
        assertThat(components).containsKeys("chalk", "ansi-styles", "as-variant", "assemblyscript", "binaryen");

        JsonNode chalk = components.get("chalk");
        assertThat(chalk.path("purl").asString()).startsWith("pkg:npm/chalk@4.");
        assertThat(chalk.path("scope").asString()).isEqualTo("required");
        assertThat(chalk.path("licenses").path(0).path("expression").asString()).isEqualTo("MIT");
        assertThat(chalk.path("licenses").path(0).path("acknowledgement").asString())
                .isEqualTo("declared");
        assertThat(chalk.path("hashes").path(0).path("alg").asString()).isEqualTo("SHA-512");
        assertThat(HexFormat.of()
                        .parseHex(chalk.path("hashes").path(0).path("content").asString()))
                .hasSize(64);
        assertThat(components.get("assemblyscript").path("scope").asString()).isEqualTo("excluded");
        assertThat(components.get("binaryen").path("scope").asString()).isEqualTo("excluded");

        assertThat(dependsOn(bom, chalk.path("bom-ref").asString()))
                .anyMatch(ref -> ref.startsWith("pkg:npm/ansi-styles@"))
                .anyMatch(ref -> ref.startsWith("pkg:npm/supports-color@"));
        String app = bom.path("metadata").path("component").path("bom-ref").asString();
        assertThat(dependsOn(bom, app))
                .anyMatch(ref -> ref.startsWith("wasm:shop.wasm@"))
                .anyMatch(ref -> ref.startsWith("pkg:npm/chalk@"))
                .noneMatch(ref -> ref.startsWith("pkg:npm/ansi-styles@"));
        assertThat(bom.path("compositions").path(0).path("aggregate").asString())
                .isEqualTo("complete");
        assertThat(bom.path("metadata").path("component").path("licenses").toString())
                .contains("Apache-2.0");
    }

    @Test
    void cargo() {
        JsonNode bom = build(APPS.resolve("cargo"), Wasm.EMPTY, "rust");
        Map<String, JsonNode> components = byName(bom);
        assertThat(components.keySet())
                .containsExactly("autocfg", "diff", "itoa", "log", "pretty_assertions", "shop.wasm", "yansi");
        Map<String, String> scopes = new TreeMap<>();
        components.forEach(
                (name, component) -> scopes.put(name, component.path("scope").asString("")));
        assertThat(scopes)
                .containsEntry("itoa", "required")
                .containsEntry("log", "required")
                .containsEntry("autocfg", "excluded")
                .containsEntry("pretty_assertions", "excluded")
                .containsEntry("diff", "excluded");
        assertThat(components.get("itoa").path("hashes").path(0).path("alg").asString())
                .isEqualTo("SHA-256");
        assertThat(dependsOn(
                        bom, components.get("pretty_assertions").path("bom-ref").asString()))
                .containsExactly("pkg:cargo/diff@0.1.13", "pkg:cargo/yansi@1.0.1");
    }

    @Test
    void go() {
        byte[] wasm = Wasm.producedBy("language", "Go", "go1.26.8", "processed-by", "Go cmd/compile", "go1.26.8");
        JsonNode bom = build(APPS.resolve("go"), wasm, "go");
        Map<String, JsonNode> components = byName(bom);
        assertThat(components)
                .containsKeys("github.com/google/uuid", "github.com/spf13/pflag", "golang.org/x/text", "stdlib");
        JsonNode text = components.get("golang.org/x/text");
        assertThat(text.path("purl").asString()).isEqualTo("pkg:golang/golang.org/x/text@v0.43.0");
        assertThat(text.path("properties").toString()).contains("polder:go:h1", "h1:1QivrlhwAsnMOcqgOdl9my7s9");
        assertThat(components.get("stdlib").path("purl").asString()).isEqualTo("pkg:golang/stdlib@1.26.8");
        assertThat(bom.path("compositions").toString()).contains("unknown");
    }

    @ParameterizedTest
    @ValueSource(strings = {"npm", "cargo", "go"})
    void theSameInputGivesTheSameBytes(String app) {
        SbomInput input = new SbomInput(
                SHOP, COMMIT, "", List.of(new SbomInput.Module("a.wasm", Wasm.EMPTY)), APPS.resolve(app), null);
        assertThat(builder.build(input).json()).isEqualTo(builder.build(input).json());
    }

    @Test
    void aManifestWithoutLockFileIsSaidToBeUnknown(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("package.json"), "{}");
        JsonNode bom = build(folder, Wasm.EMPTY, "assemblyscript");
        assertThat(bom.path("compositions").path(0).path("aggregate").asString())
                .isEqualTo("unknown");
    }

    @Test
    void theCreatorIsNamedByMailOrByUrl() {
        for (String contact : List.of("security@example.org", "https://example.org/security")) {
            Sbom sbom = builder.build(new SbomInput(
                    SHOP,
                    "",
                    "",
                    List.of(new SbomInput.Module("a.wasm", Wasm.EMPTY)),
                    null,
                    new SbomInput.Creator("Example", contact)));
            assertThat(new String(sbom.json(), StandardCharsets.UTF_8)).contains(contact);
        }
    }

    @Test
    void aComponentTellsOfTheModulesInside() {
        byte[] inner = Wasm.producedBy("processed-by", "clang", "21.1.4");
        JsonNode bom = build(null, Wasm.component(inner), "c");
        assertThat(bom.path("metadata").path("tools").toString()).contains("clang");
        assertThat(byName(bom).get("shop.wasm").path("properties").toString()).contains("\"component\"");
    }

    @Test
    void noWasmIsRefusedAndABrokenProducersSectionIsNot() {
        assertThatThrownBy(() -> build(null, "hello, world".getBytes(StandardCharsets.UTF_8), ""))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("shop.wasm: not a whole Wasm module: at byte 1: no Wasm header");
        byte[] truncated = Wasm.producedBy("sdk", "a", "1");
        assertThatThrownBy(() -> build(null, Arrays.copyOf(truncated, truncated.length - 3), ""))
                .hasMessageContaining("bytes left");
        byte[] odd = Wasm.section(Wasm.EMPTY, 0, new byte[] {9, 'p', 'r', 'o', 'd', 'u', 'c', 'e', 'r', 's', 5, 9});
        assertThat(build(null, odd, "").path("components").size()).isEqualTo(1);
    }

    @Test
    void flawsBeyondTheSchemaAreFound() {
        String bom = """
                {"bomFormat":"CycloneDX","specVersion":"1.6","version":1,
                 "metadata":{"component":{"type":"application","name":"a","bom-ref":"a"}},
                 "components":[{"type":"library","name":"b","bom-ref":"b","purl":"pkg:npm/%40/b@@"},
                               {"type":"library","name":"c","bom-ref":"b"}],
                 "dependencies":[{"ref":"a","dependsOn":["gone"]}]}""";
        assertThat(DocumentChecks.flaws(bom.getBytes(StandardCharsets.UTF_8)))
                .anyMatch(flaw -> flaw.contains("gone is no bom-ref"))
                .anyMatch(flaw -> flaw.startsWith("bom-ref: \"b\""));
        assertThat(DocumentChecks.flaws(
                        bom.replace("\"type\":\"library\"", "\"type\":\"tpyo\"").getBytes(StandardCharsets.UTF_8)))
                .anyMatch(flaw -> flaw.contains("type"));
    }

    @Test
    void warmingUpUsesOneSerialAndLeavesNothing() {
        List<UUID> used = new ArrayList<>();
        new SbomBuilder(
                        CLOCK,
                        () -> {
                            used.add(SERIAL);
                            return SERIAL;
                        },
                        "0.1.0")
                .warmUp();
        assertThat(used).hasSize(1);
    }
}
