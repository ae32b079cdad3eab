package dev.polder.wasm.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.polder.kernel.model.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A manifest with everything that version 2 has; what of it does not run yet is noticed, never dropped. */
class EverythingManifestTest {

    private static final String ZEROS = "sha256:" + "0".repeat(64);

    private static String text() throws IOException {
        try (var in = EverythingManifestTest.class.getResourceAsStream("everything.toml")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static SpinManifest everything() throws IOException {
        return SpinManifest.parse("spin.toml", text());
    }

    @Test
    void triggers() throws IOException {
        SpinManifest manifest = everything();

        assertThat(manifest.triggers())
                .extracting(SpinTrigger.Http::id)
                .containsExactly("cart", "inner-http-trigger", "http-trigger1", "http-trigger2");
        assertThat(manifest.triggers())
                .extracting(SpinTrigger.Http::route)
                .containsExactly("/cart/:item/...", null, "/old", "/inline");
        assertThat(manifest.triggers())
                .extracting(SpinTrigger.Http::answer)
                .containsExactly(
                        new SpinTrigger.Run("cart", new SpinTrigger.Wagi("cart")),
                        new SpinTrigger.Run("inner", new SpinTrigger.Components()),
                        new SpinTrigger.Static(308, List.of(new HttpHeader("location", "/cart")), "moved"),
                        new SpinTrigger.Run("http-trigger2-component", new SpinTrigger.Components()));
        assertThat(manifest.otherTriggers())
                .satisfiesExactly(
                        first -> assertThat(first)
                                .isEqualTo(new SpinTrigger.Redis(
                                        "inner-redis-trigger",
                                        "redis://{{ redis_host }}:6379",
                                        "orders",
                                        "inner",
                                        first.where())),
                        second -> assertThat(second)
                                .isEqualTo(new SpinTrigger.Redis(
                                        "elsewhere", "redis://other", "{{ redis_host }}", "inner", second.where())),
                        third -> assertThat(third)
                                .isEqualTo(new SpinTrigger.Cron(
                                        "inner-cron-trigger", "0 */5 * * * *", "inner", third.where())),
                        fourth -> assertThat(fourth)
                                .isEqualTo(new SpinTrigger.Mqtt(
                                        "inner-mqtt-trigger",
                                        "mqtt://broker:1883",
                                        "ada",
                                        "{{ mqtt_password }}",
                                        20,
                                        "sensors/#",
                                        2,
                                        "inner",
                                        fourth.where())),
                        fifth -> assertThat(fifth)
                                .isEqualTo(new SpinTrigger.Messaging(
                                        "inner-messaging-trigger",
                                        "nats://{{ redis_host }}",
                                        "orders.>",
                                        "ORDERS",
                                        "inner",
                                        fifth.where())));
        assertThat(manifest.broker()).isEqualTo("nats://{{ redis_host }}");
    }

    @Test
    void components() throws IOException {
        SpinManifest manifest = everything();

        assertThat(manifest.components().keySet())
                .containsExactly("cart", "inner", "packaged", "http-trigger2-component");
        SpinManifest.Component cart = manifest.components().get("cart");
        assertThat(cart.variables()).isEqualTo(Map.of("api_url", "{{ api }}/v1"));
        assertThat(cart.excludeFiles()).containsExactly("**/*.md");
        assertThat(cart.keyValueStores()).containsExactly("default", "snake_case");
        assertThat(cart.sqliteDatabases()).containsExactly("default");
        assertThat(cart.blobContainers()).containsExactly("photos", "*");
        assertThat(cart.aiModels()).containsExactly("llama2-chat");
        assertThat(cart.targets()).containsExactly("spinkube:0.4");
        assertThat(cart.build().commands()).containsExactly("make", "make install");
        assertThat(manifest.components().get("inner").source())
                .isEqualTo(new SpinManifest.Source.Remote("https://example.com/inner.wasm", ZEROS));
        assertThat(manifest.components().get("packaged").source())
                .isEqualTo(new SpinManifest.Source.Registry("registry.example.com", "acme:packaged", "1.0.0"));
        SpinDependency.Inherit all = new SpinDependency.Inherit(true, List.of());
        assertThat(cart.dependencies())
                .containsEntry(
                        "acme:math/add@1.0.0",
                        new SpinDependency(new SpinDependency.RegistryPackage(">= 1.0.0", null, null), null, all))
                .containsEntry(
                        "acme:text",
                        new SpinDependency(
                                new SpinDependency.RegistryPackage("2.1.0", "registry.example.com", "other:text"),
                                null,
                                all))
                .containsEntry(
                        "acme:path/x", new SpinDependency(new SpinDependency.Local("x.wasm"), "acme:real/x", all))
                .containsEntry(
                        "acme:url/y",
                        new SpinDependency(new SpinDependency.Remote("https://example.com/y.wasm", ZEROS), null, all))
                .containsEntry("acme:own/z", new SpinDependency(new SpinDependency.AppComponent("inner"), null, all));
    }

    @Test
    void aProfileChangesWhatItNames() throws IOException {
        SpinManifest.Component cart = everything().components().get("cart");
        SpinManifest.Component debug = cart.withProfile("debug");

        assertThat(debug.source()).isEqualTo(new SpinManifest.Source.Local("debug/cart.wasm"));
        assertThat(debug.environment()).containsEntry("MODE", "debug").containsEntry("HELLO", "{{ who }}");
        assertThat(debug.build().commands()).containsExactly("make debug");
        assertThat(debug.build().workdir()).isEqualTo("cart");
        assertThat(debug.dependencies().get("acme:math/add@1.0.0").inherit().keys())
                .containsExactly("variables");
        assertThat(cart.withProfile("none")).isSameAs(cart);
    }

    @Test
    void whatDoesNotRunIsNoticedWithItsLine() throws IOException {
        assertThat(everything().notices())
                .extracting(SpinManifest.Notice::toString)
                .allMatch(text -> text.matches("spin\\.toml:[0-9]+:.*"))
                .anyMatch(text -> text.startsWith("spin.toml:8:1 (application.targets)"))
                .noneMatch(text -> text.contains("trigger."))
                .noneMatch(text -> text.contains("key_value_stores") || text.contains("allowed_outbound_hosts"))
                .anyMatch(text -> text.contains("no language model"))
                .anyMatch(text -> text.contains("(component.cart.targets)"))
                .anyMatch(text -> text.contains("the value of HELLO is kept as written"));
    }

    /** One edit of the good manifest, and a part of what is said of it. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "keep_alive_interval = \"20\"| keep_alive = 20| perhaps \"keep_alive_interval\"",
                "executor = { type = \"http\" }| executor = { type = \"wasip3-unstable\" }| components of WASI 0.3 do not run",
                "qos = \"2\"| qos = 3| 3 (expected: 0, 1 or 2)",
                "cron_expression = \"0 */5 * * * *\"| cron_expression = \"often\"| \"often\" (expected: 5 to 7 fields",
                "stream = \"ORDERS\"| address = \"\"~stream = \"ORDERS\"| a stream without the address of a NATS server",
                "status_code = 308| status_code = 99| 99 (expected: 200 to 599)",
                "location = \"/cart\"| \"a b\" = \"/cart\"| expected: a header's name",
                "static_response = {| component = \"cart\"~static_response = {| beside a component",
                "id = \"elsewhere\"| id = \"cart\"| \"cart\" stands twice",
                "\"acme:text\" = { version = \"2.1.0\",| \"acme:text\" = { version = \"2.1.0\", export = \"x\",| for a whole package",
                "\"acme:path/x\" =| \"acme:math/add@1.2.0\" =| conflicts with \"acme:math/add@1.0.0\"",
                "component = \"inner\" }| component = \"nobody\" }| \"nobody\" is not a component",
                "dependencies_inherit_configuration = true| dependencies_inherit_configuration = 1| expected: true or false",
                "redis_host = {| Redis = { default = \"x\" }~redis_host = {| lower-case words joined by _",
                "destination = \"/data\"| destination = \"../data\"| expected: an absolute destination",
                "[\"variables\"]| [\"secrets\"]| \"secrets\" (expected any of: ai_models",
                "digest = \"sha256:0| digest = \"md5:0| expected: sha256:HEX",
                "key_value_stores = [| key_value_store = [| perhaps \"key_value_stores\"",
                "exclude_files = [| exclude-files = [| perhaps \"exclude_files\"",
                "[application.tool.lint]| [application.trigger.http]~base = \"/shop\"~[application.tool.lint]| each route with it in front",
                "[component.inner]| [component.inner]~files = [\"a/*\"]| \"inner\" has its own files (expected: none;",
            })
    void eachMistakeHasItsWords(String from, String to, String words) throws IOException {
        String text = text();
        assertThat(text).contains(from);

        assertThatThrownBy(() -> SpinManifest.parse("spin.toml", text.replace(from, to.replace('~', '\n'))))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("spin.toml:")
                .hasMessageContaining(words);
    }

    @FuzzTest(maxDuration = "30s")
    void everyTextIsAManifestOrAProblem(byte[] bytes) {
        try {
            SpinManifest manifest = SpinManifest.parse("spin.toml", new String(bytes, StandardCharsets.UTF_8));
            assertThat(manifest.name()).isNotBlank();
        } catch (Problem problem) {
            assertThat(problem.getMessage()).contains("spin.toml");
        }
    }
}
