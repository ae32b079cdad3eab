package dev.polder.wasm.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.polder.kernel.model.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpinRuntimeConfigTest {

    private static final Map<String, String> ENVIRONMENT =
            Map.of("SPIN_VARIABLE_TOKEN", "of the environment", "SHOP_REGION", "eu", "SHOP_TOKEN", "of the shop");

    private static Map<String, String> values(String text) {
        return SpinRuntimeConfig.parse("runtime-config.toml", text, ENVIRONMENT)
                .values(List.of("token", "region", "colour", "size"));
    }

    @Test
    void variablesHaveTheValuesOfTheFirstProviderThatHasOne() {
        assertThat(values("")).isEqualTo(Map.of("token", "of the environment"));
        assertThat(values("""
                [[variables_provider]]
                type = "env"
                prefix = "SHOP"
                [[config_provider]]
                type = "static"
                values = { token = "hunter2", colour = "blue", region = "us", other = "x" }
                [key_value_store.default]
                type = "spin"
                [sqlite_database.default]
                type = "spin"
                """)).isEqualTo(Map.of("token", "of the environment", "region", "eu", "colour", "blue"));
    }

    @Test
    void aFileGivesWhatTheEnvironmentHasNot(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve(".env"), "SHOP_REGION=us\nSHOP_COLOUR=blue\n");
        assertThat(values("""
                [[variables_provider]]
                type = "env"
                prefix = "SHOP"
                dotenv_path = '%s'
                """.formatted(file)))
                .isEqualTo(Map.of("token", "of the environment", "region", "eu", "colour", "blue"));
    }

    @Test
    void whatIsTheOperatorsOrIsNotThereIsRefusedWithItsPlaceAllAtOnce() {
        assertThatThrownBy(() -> values("""
                                [[config_provider]]
                                type = "keyring"
                                [[config_provider]]
                                type = "static"
                                values = { "Not A Name" = "hunter2" }
                                [key_value_store.default]
                                type = "redis"
                                url = "redis://:hunter2@localhost"
                                [key_value_store.other]
                                type = "spin"
                                pth = ".spin/other.db"
                                [sqlite_database.default]
                                type = "libsql"
                                [llm_compute]
                                type = "remote_http"
                                [outbound_htp]
                                """))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.code()).isEqualTo(Problem.Code.INVALID))
                .hasMessageContaining(
                        "runtime-config.toml:2:1 (config_provider[0].type): \"keyring\" is not supported (expected: env,")
                .hasMessageContaining("config_provider[1].values): variable name ")
                .hasMessageContaining(
                        "runtime-config.toml:7:1 (key_value_store.default.type): \"redis\" is not for whoever"
                                + " deploys (expected: spin, or wasm.stores of polder.yaml")
                .hasMessageContaining("(key_value_store.other.pth): unknown key \"pth\", perhaps \"path\"")
                .hasMessageContaining("(sqlite_database.default.type): \"libsql\"")
                .hasMessageContaining("(llm_compute): llm_compute is not supported (there is no LLM here)")
                .hasMessageContaining("unknown key \"outbound_htp\", perhaps \"outbound_http\"")
                .hasMessageNotContaining("hunter2");
        assertThatThrownBy(() -> values("a = ")).hasMessageContaining("runtime-config.toml:1");
    }

    @Test
    void whereSpinWouldKeepAStoreIsReadAndHasNoEffect() {
        assertThat(SpinRuntimeConfig.parse(
                                "rc.toml", "[key_value_store.a]\ntype = \"spin\"\npath = \".spin/a.db\"", Map.of())
                        .notices())
                .containsExactly(
                        "rc.toml:3:1 (key_value_store.a.path): without effect: it is kept in Polder's data folder,"
                                + " for this workload");
    }

    private static List<GivenProvider> providers(String text, Map<String, String> environment) {
        return SpinRuntimeConfig.parse("runtime-config.toml", text, environment)
                .providers(List.of("token", "region", "colour"));
    }

    @Test
    void serversAreNamedInTheirOrderAndAskedLater() {
        String text = """
                [[config_provider]]
                type = "static"
                values = { colour = "blue", other = "x" }
                [[config_provider]]
                type = "vault"
                url = "http://127.0.0.1:8200"
                token = "hunter2"
                mount = "secret"
                [[config_provider]]
                type = "azure_key_vault"
                vault_url = "https://spin.vault.azure.net/"
                [[config_provider]]
                type = "azure_key_vault"
                vault_url = "https://spin.vault.azure.net/"
                client_id = "c"
                client_secret = "hunter2"
                tenant_id = "t"
                authority_host = "AzureChina"
                """;
        Map<String, String> azure =
                Map.of("AZURE_TENANT_ID", "ten", "AZURE_CLIENT_ID", "cli", "AZURE_CLIENT_SECRET", "hunter3");
        List<GivenProvider> given = providers(text, azure);
        assertThat(given)
                .containsExactly(
                        new GivenProvider.Values(Map.of("colour", "blue")),
                        new GivenProvider.Vault("http://127.0.0.1:8200", "hunter2", "secret", ""),
                        new GivenProvider.Azure(
                                "https://spin.vault.azure.net/",
                                "https://login.microsoftonline.com",
                                "ten",
                                "cli",
                                "hunter3"),
                        new GivenProvider.Azure(
                                "https://spin.vault.azure.net/",
                                "https://login.chinacloudapi.cn",
                                "t",
                                "c",
                                "hunter2"));
        assertThat(given.toString()).doesNotContain("hunter").doesNotContain("blue");
        assertThat(given.stream()
                        .map(GivenProvider::json)
                        .map(GivenProvider::of)
                        .toList())
                .isEqualTo(given);
        assertThatThrownBy(() -> providers(text.replace("127.0.0.1", "user:hunter2@vault"), Map.of()))
                .hasMessageContaining("runtime-config.toml:6:1 (config_provider[1].url): no address (expected: http://")
                .hasMessageContaining("(config_provider[2].vault_url): nobody to ask it as (expected: all of tenant_id")
                .hasMessageNotContaining("hunter2");
    }

    @Test
    void aDotEnvHasWhatTheEnvironmentHasNot(@TempDir Path folder) throws IOException {
        assertThat(SpinRuntimeConfig.withDotEnv(folder, ENVIRONMENT)).isEqualTo(ENVIRONMENT);
        Path file = Files.writeString(folder.resolve(".env"), "not a variable at all\n");
        assertThat(SpinRuntimeConfig.withDotEnv(folder, ENVIRONMENT)).isEqualTo(ENVIRONMENT);
        Files.writeString(file, "SPIN_VARIABLE_TOKEN=x\nSPIN_VARIABLE_COLOUR=\"blue\"\n");
        assertThat(SpinRuntimeConfig.withDotEnv(folder, ENVIRONMENT))
                .containsEntry("SPIN_VARIABLE_TOKEN", "of the environment")
                .containsEntry("SPIN_VARIABLE_COLOUR", "blue");
    }

    @FuzzTest(maxDuration = "30s")
    void anyTextIsReadOrRefused(byte[] bytes) {
        try {
            assertThat(values(new String(bytes, StandardCharsets.UTF_8))).isNotNull();
        } catch (Problem expected) {
            assertThat(expected.getMessage()).isNotBlank();
        }
    }
}
