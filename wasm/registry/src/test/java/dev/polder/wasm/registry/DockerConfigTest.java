package dev.polder.wasm.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polder.kernel.model.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DockerConfigTest {

    @TempDir
    Path folder;

    private DockerConfig config(String json) throws IOException {
        return DockerConfig.read(Files.writeString(folder.resolve("config.json"), json));
    }

    @Test
    void readsEveryFormOfAuths() throws Exception {
        DockerConfig config = config("""
                {"auths": {
                  "registry.example:5000": {"auth": "dXNlcjpwYTpzcw=="},
                  "https://Old.example/v1/": {"username": "u", "password": "p"},
                  "token.example": {"auth": "dXNlcjo=", "identitytoken": "refresh"},
                  "bearer.example": {"registrytoken": "as-it-is"},
                  "empty.example": {}
                }, "HttpHeaders": {"X": "y"}}
                """);
        assertThat(config.of("registry.example:5000")).isEqualTo(new Credentials.Basic("user", "pa:ss"));
        assertThat(config.of("old.example")).isEqualTo(new Credentials.Basic("u", "p"));
        assertThat(config.of("token.example")).isEqualTo(new Credentials.IdentityToken("refresh"));
        assertThat(config.of("bearer.example")).isEqualTo(new Credentials.RegistryToken("as-it-is"));
        assertThat(config.of("empty.example")).isEqualTo(new Credentials.Anonymous());
        assertThat(config.of("registry.example")).isEqualTo(new Credentials.Anonymous());
        assertThat(config.of("registry.example:5000").toString()).doesNotContain("pa:ss");
    }

    @Test
    void bytesFromElsewhereNameNoProgramsAndAreNotShown() {
        CredentialSource source = DockerConfig.parse("""
                {"auths": {"registry.example": {"username": "u", "password": "p"}},
                 "credHelpers": {"other.example": "polder-absent"}, "credsStore": "polder-absent"}
                """.getBytes(StandardCharsets.UTF_8), "Secret/default/registry");

        assertThat(source.of("registry.example")).isEqualTo(new Credentials.Basic("u", "p"));
        assertThat(source.of("other.example")).isEqualTo(new Credentials.Anonymous());
        assertThatThrownBy(() -> DockerConfig.parse(
                        "{\"auths\": {\"registry.example\": \"hush\"}}".getBytes(StandardCharsets.UTF_8), "Secret/s"))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("Secret/s")
                .hasMessageContaining("auths")
                .message()
                .doesNotContain("hush");
        assertThatThrownBy(() -> DockerConfig.parse(new byte[8 << 20], "Secret/s"))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("8388608 bytes (expected: at most");
    }

    @Test
    void noFileIsNoCredentials() {
        assertThat(DockerConfig.read(folder.resolve("absent")).of("registry.example"))
                .isEqualTo(new Credentials.Anonymous());
    }

    @Test
    void namesTheProgramThatCannotBeRun() throws Exception {
        DockerConfig config = config("""
                {"credHelpers": {"registry.example": "polder-absent"}, "credsStore": "polder-other"}
                """);
        assertThatThrownBy(() -> config.of("registry.example"))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("docker-credential-polder-absent")
                .hasMessageContaining("config.json (credHelpers)")
                .hasMessageContaining("registry.example");
        assertThatThrownBy(() -> config.of("elsewhere.example"))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("docker-credential-polder-other")
                .hasMessageContaining("(credsStore)");
    }

    @Test
    void runsNoProgramWithAPathInItsName() throws Exception {
        DockerConfig config = config("{\"credsStore\": \"../../bin/sh\"}");
        assertThatThrownBy(() -> config.of("registry.example"))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("without a path");
    }

    @Test
    void neverQuotesASecret() throws Exception {
        for (String json : new String[] {
            "{\"auths\": {\"registry.example\": {\"auth\": [\"s3cret\"]}}}",
            "{\"auths\": {\"registry.example\": {\"auth\": \"s3cret!\"}}}",
            "{\"auths\": {\"registry.example\": {\"identitytoken\": {\"s3cret\": 1}}}}",
            "{\"auths\": {\"registry.example\": {\"username\": \"u\", \"password\": s3cret}}}"
        }) {
            assertThatThrownBy(() -> config(json))
                    .as(json)
                    .isInstanceOf(Problem.class)
                    .hasMessageContaining("config.json")
                    .message()
                    .doesNotContain("s3cret");
        }
    }
}
