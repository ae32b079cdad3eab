package dev.polder.app.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.Resource;
import dev.polder.kernel.model.ResourceCodec;
import dev.polder.kernel.model.YamlReader;
import dev.polder.kernel.store.Store;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigResourcesTest {

    private static Resource resource(String yaml) {
        return ResourceCodec.decode(
                YamlReader.read("c.yaml", yaml.getBytes(StandardCharsets.UTF_8)).getFirst(), "default");
    }

    private static Resource secret(String fields) {
        return resource("""
                apiVersion: v1
                kind: Secret
                metadata: {name: s}
                """ + fields);
    }

    @Test
    void whatWasAppliedIsReadAndOnlyItsNamesAreShown(@TempDir Path folder) {
        Resource applied = secret("""
                type: Opaque
                data: {A: b25l}
                stringData: {B: two}
                """);
        ConfigResources.validate(applied);
        Resource stored = ConfigResources.stored(applied);
        try (Store store = Store.open(folder)) {
            store.resources().apply(stored);
            ConfigResources config = new ConfigResources(store.resources());

            assertThat(config.secret("default", "s")).contains(Map.of("A", "one", "B", "two"));
            assertThat(config.secret("other", "s")).isEmpty();
            assertThat(config.configMap("default", "s")).isEmpty();
        }
        Resource shown = ConfigResources.shown(stored);
        assertThat(shown.fields().toString())
                .contains("\"A\"")
                .contains("\"B\"")
                .doesNotContain("b25l")
                .doesNotContain("dHdv")
                .doesNotContain("two");
        assertThatThrownBy(() -> ConfigResources.validate(shown)).isInstanceOf(Problem.class);
    }

    @Test
    void whatIsWrongIsNamedWithoutItsValue() {
        assertThatThrownBy(() -> ConfigResources.validate(secret("""
                        type: 1
                        data: {A: "hush!", B: [hush]}
                        stringData: hush
                        colour: red
                        """)))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("type: NUMBER")
                .hasMessageContaining("data.A: no base64 (expected: the value in base64, or stringData)")
                .hasMessageContaining("data.B: ARRAY (expected: text)")
                .hasMessageContaining("stringData: STRING (expected: a mapping)")
                .hasMessageContaining("colour: unknown (expected one of: data, immutable, stringData, type)")
                .message()
                .doesNotContain("hush");
        assertThatThrownBy(() ->
                        ConfigResources.validate(secret("stringData: {A: \"" + "a".repeat(1024 * 1024 + 1) + "\"}\n")))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("1048577 bytes (expected: at most 1048576)");
    }

    @Test
    void aSecretThatIsNoTextIsNoVariable(@TempDir Path folder) {
        try (Store store = Store.open(folder)) {
            store.resources().apply(secret("data: {A: /w==}\n"));

            assertThatThrownBy(() -> new ConfigResources(store.resources()).secret("default", "s"))
                    .isInstanceOf(Problem.class)
                    .hasMessageContaining("data.A: 1 bytes (expected: UTF-8 text)");
        }
    }
}
