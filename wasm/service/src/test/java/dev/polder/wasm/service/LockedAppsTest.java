package dev.polder.wasm.service;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polder.kernel.model.Digest;
import dev.polder.kernel.model.Problem;
import dev.polder.kernel.store.BlobStore;
import dev.polder.wasm.registry.LockedApp;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.StringNode;

/** From a manifest to the form of registries and back: nothing is lost on the way. */
class LockedAppsTest {

    private static final byte[] WASM = TestModules.prints("Content-Type: text/plain\n\nhello");
    private static final byte[] UPPER = TestModules.prints("Content-Type: text/plain\n\nHELLO");
    private static final String MANIFEST = """
            spin_manifest_version = 2
            [application]
            name = "Grüße \\"quoted\\" \\\\ and \\t more"
            version = "1.0.0"
            authors = ["Ada", "Bob"]
            [variables]
            token = { required = true, secret = true }
            colour = { default = "re\\u007fd" }
            [[trigger.http]]
            route = "/shop/:id/..."
            component = "shop"
            executor = { type = "wagi", argv = "shop ${ARGS}" }
            [[trigger.http]]
            route = { private = true }
            component = "stock"
            [[trigger.http]]
            id = "moved"
            route = "/old"
            static_response = { status_code = 301, headers = { location = "/shop" }, body = "moved" }
            [[trigger.redis]]
            channel = "orders"
            address = "redis://{{ colour }}:6379"
            component = "stock"
            [component.shop]
            source = "shop.wasm"
            description = "sells"
            environment = { MODE = "small" }
            files = ["static/**/*"]
            [component.shop.variables]
            secret = "{{ token }}"
            [component.stock]
            source = "stock.wasm"
            key_value_stores = ["default"]
            sqlite_databases = ["default"]
            dependencies = { "acme:text/upper@1.0.0" = { path = "upper.wasm", inherit_configuration = ["environment"] }, "acme:other" = { path = "other.wasm", inherit_configuration = true }, "acme:third/api" = { path = "upper.wasm", export = "acme:text/upper" } }
            allowed_outbound_hosts = ["http://shop.spin.internal", "https://*.example.com"]
            """;

    @TempDir
    Path folder;

    private LockedApp locked() {
        SpinManifest spin = SpinManifest.parse("spin.toml", MANIFEST);
        BuiltApp built = new BuiltApp(
                spin,
                MANIFEST,
                List.of(
                        BuiltApp.Component.of("shop", WASM),
                        BuiltApp.Component.of("stock", WASM),
                        BuiltApp.Component.of(Dependencies.id("stock", "acme:text/upper@1.0.0"), UPPER),
                        BuiltApp.Component.of(Dependencies.id("stock", "acme:other"), WASM),
                        BuiltApp.Component.of(Dependencies.id("stock", "acme:third/api"), UPPER)),
                Map.of("shop", Map.of("static/css/a.css", "body {}".getBytes(UTF_8))),
                Language.OTHER,
                folder);
        return LockedApps.of(built, BlobStore.in(folder.resolve("blobs")));
    }

    /** What a registry's reader would give: contents by digest. */
    private static LockedApp.Content pulled(LockedApp.Content content) {
        Path file = Path.of(URI.create(String.valueOf(content.source())));
        return LockedApp.Content.of(Digest.parse("sha256:" + file.getFileName()));
    }

    @Test
    void theDocumentIsAsSpinWritesIt() {
        JsonNode json = JsonMapper.shared().readTree(locked().write());

        assertThat(json.path("spin_lock_version").asInt()).isEqualTo(1);
        assertThat(json.path("must_understand").toString()).isEqualTo("[\"component_host_requirements\"]");
        assertThat(json.at("/metadata/triggers").toString()).isEqualTo("{\"http\":{},\"redis\":{}}");
        assertThat(json.at("/variables/token").toString()).isEqualTo("{\"secret\":true}");
        assertThat(json.at("/triggers/0/trigger_config").toString())
                .isEqualTo("{\"route\":\"/shop/:id/...\",\"component\":\"shop\",\"executor\":{\"type\":\"wagi\","
                        + "\"argv\":\"shop ${ARGS}\"}}");
        assertThat(json.at("/triggers/1/trigger_config/route").toString()).isEqualTo("{\"private\":true}");
        assertThat(json.at("/components/1/metadata/databases").toString()).isEqualTo("[\"default\"]");
        assertThat(json.at("/components/1/host_requirements").toString())
                .isEqualTo("{\"local_service_chaining\":\"required\"}");
        assertThat(json.at("/components/0/config/secret").asString()).isEqualTo("{{ token }}");
        JsonNode dependencies = json.at("/components/1/dependencies");
        assertThat(dependencies.propertyNames())
                .containsExactly("acme:text/upper@1.0.0", "acme:other", "acme:third/api");
        assertThat(dependencies.at("/acme:text~1upper@1.0.0/inherit").toString())
                .isEqualTo("{\"Some\":[\"environment\"]}");
        assertThat(dependencies.at("/acme:other/inherit").toString()).isEqualTo("\"All\"");
        assertThat(dependencies.path("acme:third/api").has("inherit")).isFalse();
        assertThat(dependencies.path("acme:third/api").path("export").asString())
                .isEqualTo("acme:text/upper");
    }

    @Test
    void theManifestThatComesBackMeansTheSame() throws Exception {
        Path into = Files.createDirectory(folder.resolve("into"));

        SpinManifest back = LockedManifest.write(
                locked().withContents(LockedAppsTest::pulled), BlobStore.in(folder.resolve("blobs")), into);

        SpinManifest was = SpinManifest.parse("spin.toml", MANIFEST);
        assertThat(back.name()).isEqualTo(was.name());
        assertThat(back.variables()).isEqualTo(was.variables());
        assertThat(back.triggers())
                .usingRecursiveFieldByFieldElementComparatorIgnoringFields("where")
                .isEqualTo(was.triggers());
        assertThat(back.otherTriggers())
                .usingRecursiveFieldByFieldElementComparatorIgnoringFields("where")
                .isEqualTo(was.otherTriggers());
        assertThat(back.components().values())
                .usingRecursiveFieldByFieldElementComparatorIgnoringFields("where", "files", "dependencies")
                .isEqualTo(List.copyOf(was.components().values()));
        assertThat(into.resolve("shop.wasm")).hasBinaryContent(WASM);
        Map<String, SpinDependency> dependencies =
                back.components().get("stock").dependencies();
        was.components().get("stock").dependencies().forEach((name, before) -> {
            assertThat(dependencies.get(name).export()).isEqualTo(before.export());
            assertThat(dependencies.get(name).inherit()).isEqualTo(before.inherit());
            String path = ((SpinDependency.Local) dependencies.get(name).from()).path();
            assertThat(into.resolve(path)).hasBinaryContent(name.equals("acme:other") ? WASM : UPPER);
        });
        assertThat(new MountedFiles(into.toRealPath(), back.components().get("shop"), false).collect())
                .containsOnlyKeys("static/css/a.css");
    }

    @Test
    void whatAManifestHasNoKeyForIsRefused() {
        LockedApp app = LockedApp.read("""
                {"spin_lock_version": 1, "must_understand": ["host_requirements"],
                 "host_requirements": {"time_travel": "required"}, "metadata": {"name": "x"},
                 "triggers": [], "components": []}
                """.getBytes(UTF_8), "app");
        assertThatThrownBy(() -> LockedManifest.text(app))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.code()).isEqualTo(Problem.Code.UNSUPPORTED))
                .hasMessageContaining("the host requirement \"time_travel\"");
    }

    @Test
    void noTextOfAStrangerEndsItsString() {
        String evil = "x\"\n[component.evil]\nsource = \"y\u0001\\";
        String json = StringNode.valueOf(evil).toString();
        LockedApp app = LockedApp.read(
                ("{\"spin_lock_version\": 0, \"metadata\": {\"name\": " + json
                                + "}, \"components\": [], \"triggers\": [{\"id\": " + json
                                + ", \"trigger_type\": \"http\", \"trigger_config\": {\"route\": \"/\","
                                + " \"static_response\": {\"body\": " + json + "}}}]}")
                        .getBytes(UTF_8),
                "app");
        SpinManifest spin = SpinManifest.parse("spin.toml", LockedManifest.text(app));
        assertThat(spin.name()).isEqualTo(evil);
        assertThat(spin.components()).isEmpty();
        assertThat(spin.triggers().getFirst().id()).isEqualTo(evil);
    }
}
