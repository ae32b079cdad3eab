package dev.polder.wasm.capability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.polder.kernel.model.Problem;
import dev.polder.wasm.wasi.p2.sockets.NetworkRules;
import dev.polder.wasm.wasi.p2.sockets.OutboundPolicy;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretVariablesTest {

    private final SecretServers servers = new SecretServers();
    private SecretKeepers keepers;

    @BeforeEach
    void start() throws IOException {
        keepers = new SecretKeepers();
    }

    @AfterEach
    void stop() {
        keepers.close();
        servers.close();
    }

    private static Outbound operators() {
        return Outbound.ofOperator(OutboundLimits.DEFAULT, Authorities.JAVA);
    }

    private VaultVariables vault(String token, String mount, String prefix) {
        return new VaultVariables(
                servers, operators(), SecretServers.address(keepers.url() + "/", true), () -> token, mount, prefix);
    }

    private AzureVariables azure(String secret) {
        URI url = SecretServers.address(keepers.url(), false);
        return new AzureVariables(
                servers,
                operators(),
                url,
                new AzureVariables.Identity.Principal(url, "the-tenant", "the-client", () -> secret));
    }

    @Test
    void vaultHasTheFieldValueOfTheSecretOfThatName() {
        keepers.put("secret/data/token", "{\"value\":\"hunter2 ü\"}");
        keepers.put("secret/data/shop/eu/db_password", "{\"value\":\"\",\"other\":\"x\"}");
        keepers.put("secret/data/number", "{\"value\":7}");

        assertThat(vault(SecretKeepers.TOKEN, "secret", "").value("token")).contains("hunter2 ü");
        assertThat(vault(SecretKeepers.TOKEN, "/secret/", "shop/eu/").value("db_password"))
                .contains("");
        assertThat(vault(SecretKeepers.TOKEN, "secret", "").value("nobody")).isEmpty();
        assertThatThrownBy(() -> vault(SecretKeepers.TOKEN, "secret", "").value("number"))
                .hasMessageContaining("vault " + keepers.url()
                        + "/: secret/data/number has no text named \"value\" (expected: vault kv");
        assertThatThrownBy(() -> vault(SecretKeepers.TOKEN, "other", "").value("token"))
                .hasMessageContaining("other/data/token is below no secrets engine (expected: a mount of a KV engine");
        assertThatThrownBy(() -> vault("hvs.wrong-token", "secret", "").value("token"))
                .hasMessageContaining("may not be read: 403 (expected: a token")
                .hasMessageNotContaining("hvs.");
        assertThatThrownBy(() -> vault("hvs.right-token\n", "secret", "").value("token"))
                .hasMessageContaining("no token (expected")
                .hasMessageNotContaining("hvs.");
        keepers.seal();
        assertThatThrownBy(() -> vault(SecretKeepers.TOKEN, "secret", "").value("token"))
                .hasMessageContaining("503 (expected: one that is not sealed)");
    }

    @Test
    void azureHasTheSecretOfThatNameWithHyphens() {
        keepers.put("secrets/db-password", "{\"value\":\"hunter2\",\"id\":\"https://x/secrets/db-password/1\"}");
        AzureVariables azure = azure(SecretKeepers.CLIENT_SECRET);

        assertThat(azure.value("db_password")).contains("hunter2");
        assertThat(azure.value("nobody")).isEmpty();
        assertThat(keepers.asked())
                .as("one token for both")
                .containsExactly(
                        "POST /the-tenant/oauth2/v2.0/token", "GET /secrets/db-password", "GET /secrets/nobody");
        keepers.revoke();
        assertThat(azure.value("db_password"))
                .as("another token when the old one is refused")
                .contains("hunter2");
        assertThatThrownBy(() -> azure("wrong-secret").value("db_password"))
                .hasMessageContaining("azure_key_vault " + keepers.url() + ": no token for it: 401 invalid_client")
                .hasMessageNotContaining("wrong-secret");
        URI url = URI.create(keepers.url());
        AzureVariables machine = new AzureVariables(
                servers,
                operators(),
                url,
                new AzureVariables.Identity.Machine(url.resolve("/metadata/identity/oauth2/token"), ""));
        assertThat(machine.value("db_password")).contains("hunter2");
    }

    @Test
    void whoDoesNotAnswerIsNamed() {
        VaultVariables vault = vault(SecretKeepers.TOKEN, "secret", "");
        AzureVariables azure = azure(SecretKeepers.CLIENT_SECRET);
        keepers.close();
        assertThatThrownBy(() -> vault.value("token"))
                .isInstanceOfSatisfying(Problem.class, problem -> {
                    assertThat(problem.code()).isEqualTo(Problem.Code.UNAVAILABLE);
                    assertThat(problem.whoFailed()).isEqualTo(Problem.WhoFailed.UPSTREAM);
                })
                .hasMessageContaining("vault " + keepers.url() + "/: connection refused")
                .hasMessageNotContaining(SecretKeepers.TOKEN);
        assertThatThrownBy(() -> azure.value("token"))
                .hasMessageContaining("the identity at " + keepers.url() + ": connection refused");
    }

    @Test
    void itsAddressIsUnderTheOperatorsRules() {
        URI url = SecretServers.address(keepers.url(), true);
        OutboundPolicy named = OutboundPolicy.of(List.of(url.toString()));
        VaultVariables blocked = new VaultVariables(
                servers,
                new Outbound(
                        named.under(NetworkRules.of(List.of(), List.of("127.0.0.0/8"))),
                        OutboundLimits.DEFAULT,
                        Authorities.JAVA),
                url,
                () -> SecretKeepers.TOKEN,
                "secret",
                "");
        assertThatThrownBy(() -> blocked.value("token"))
                .hasMessageContaining(
                        "its address may not be connected to (expected: a public one, one that stands in its");
        assertThat(keepers.asked()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "ftp://vault",
                "https://user:hunter2@vault",
                "https://vault/?token=hunter2",
                "http://vault:8200/x y",
                "http://vault.corp"
            })
    void whatIsNoAddressIsRefusedWithoutShowingIt(String url) {
        assertThatThrownBy(() -> SecretServers.address(url, false))
                .hasMessageContaining("(expected: https://HOST:PORT")
                .hasMessageNotContaining("hunter2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a//b", "../sys", "a/..", "a b", "a?b", "ä"})
    void whatIsNoPathIsRefused(String mount) {
        assertThatThrownBy(() -> vault(SecretKeepers.TOKEN, mount, "")).hasMessageContaining("mount: no path");
    }

    @FuzzTest(maxDuration = "30s")
    void anyAnswerIsReadOrRefused(byte[] bytes) {
        keepers.answer(bytes.length == 0 ? new byte[] {'{'} : bytes);
        for (VariableProvider provider :
                List.of(vault(SecretKeepers.TOKEN, "secret", ""), azure(SecretKeepers.CLIENT_SECRET))) {
            try {
                assertThat(provider.value("token")).isNotNull();
            } catch (Problem expected) {
                assertThat(expected.detail()).isNotBlank();
            }
        }
    }
}
