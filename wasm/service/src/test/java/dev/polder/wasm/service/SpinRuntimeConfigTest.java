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
                                type = "vault"
                                url = "http://127.0.0.1:8200"
                                token = "hunter2"
                                mount = "secret"
                                [[config_provider]]
                                type = "static"
                                values = { "Not A Name" = "hunter2" }
                                [key_value_store.default]
                                type = "redis"
                                url = "redis://:hunter2@localhost"
                                [key_value_store.other]
                                type = "spin"
                                path = ".spin/other.db"
                                [sqlite_database.default]
                                type = "libsql"
                                [llm_compute]
                                type = "remote_http"
                                [outbound_htp]
                                """))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.code()).isEqualTo(Problem.Code.INVALID))
                .hasMessageContaining(
                        "runtime-config.toml:2:1 (config_provider[0].type): \"vault\" is not supported (expected: env or")
                .hasMessageContaining("config_provider[1].values): variable name ")
                .hasMessageContaining(
                        "runtime-config.toml:10:1 (key_value_store.default.type): \"redis\" is not for whoever"
                                + " deploys (expected: spin, or wasm.stores of polder.yaml")
                .hasMessageContaining(
                        "(key_value_store.other.path): path is not supported (it is kept in Polder's data")
                .hasMessageContaining("(sqlite_database.default.type): \"libsql\"")
                .hasMessageContaining("(llm_compute): llm_compute is not supported (there is no LLM here)")
                .hasMessageContaining("unknown key \"outbound_htp\", perhaps \"outbound_http\"")
                .hasMessageNotContaining("hunter2");
        assertThatThrownBy(() -> values("a = ")).hasMessageContaining("runtime-config.toml:1");
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
