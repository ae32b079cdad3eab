package dev.polder.wasm.capability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The real one, where it is installed; {@link SecretVariablesTest} has what it says at hand. */
class VaultIT {

    private static final String ROOT = "root-token-of-a-test";

    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final SecretServers SERVERS = new SecretServers();
    private static TestServer server;
    private static String url;

    @BeforeAll
    static void start() throws Exception {
        server = TestServer.vault(ROOT);
        url = "http://127.0.0.1:" + server.port();
        // The port is open before the server is unsealed.
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> write("secret/data/probe", "{\"data\":{}}") == 200);
    }

    @AfterAll
    static void stop() throws Exception {
        SERVERS.close();
        if (server != null) {
            server.close();
        }
    }

    private static int write(String path, String json) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + "/v1/" + path))
                .header("X-Vault-Token", ROOT)
                .POST(HttpRequest.BodyPublishers.ofString(json))
                .build();
        return CLIENT.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    }

    private static VaultVariables vault(String token, String mount, String prefix) {
        return new VaultVariables(
                SERVERS,
                Outbound.ofOperator(OutboundLimits.DEFAULT, Authorities.JAVA),
                SecretServers.address(url, true),
                () -> token,
                mount,
                prefix);
    }

    @Test
    void hasTheNewestValueAndSaysWhyNot() throws Exception {
        VaultVariables vault = vault(ROOT, "secret", "shop");
        assertThat(vault.value("db_password")).isEmpty();
        assertThat(write("secret/data/shop/db_password", "{\"data\":{\"value\":\"one ü\"}}"))
                .isEqualTo(200);
        assertThat(vault.value("db_password")).contains("one ü");
        assertThat(write("secret/data/shop/db_password", "{\"data\":{\"value\":\"two\"}}"))
                .isEqualTo(200);
        assertThat(vault.value("db_password")).contains("two");
        assertThat(write("secret/delete/shop/db_password", "{\"versions\":[2]}"))
                .isEqualTo(204);
        assertThat(vault.value("db_password")).as("deleted").isEmpty();

        assertThat(write("secret/data/shop/other", "{\"data\":{\"password\":\"x\"}}"))
                .isEqualTo(200);
        assertThatThrownBy(() -> vault.value("other")).hasMessageContaining("has no text named \"value\"");
        assertThatThrownBy(() -> vault("hvs.nobody", "secret", "shop").value("db_password"))
                .hasMessageContaining("may not be read: 403")
                .hasMessageNotContaining("hvs.nobody");
        assertThatThrownBy(() -> vault(ROOT, "elsewhere", "").value("db_password"))
                .hasMessageContaining("is below no secrets engine");
    }
}
