package dev.polder.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polder.app.config.PolderConfig;
import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.WorkloadRef;
import dev.polder.wasm.capability.Authorities;
import dev.polder.wasm.capability.OutboundRules;
import dev.polder.wasm.capability.SecretKeepers;
import dev.polder.wasm.service.AppVariables;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WasmVariablesTest {

    private static final WorkloadRef SHOP = new WorkloadRef("shop", "front");
    private static final WorkloadRef OTHER = new WorkloadRef("default", "front");

    @TempDir
    Path folder;

    private WasmVariables variables(AppVariables given, String yaml) throws Exception {
        Path file = Files.writeString(folder.resolve("polder.yaml"), yaml);
        return new WasmVariables(
                PolderConfig.read(file, Map.of(), Map.of()).wasm().variables(), given, Authorities.JAVA);
    }

    private static String value(WasmVariables variables, WorkloadRef workload, String name) {
        return variables.of(workload, OutboundRules.DEFAULT).stream()
                .flatMap(provider -> provider.value(name).stream())
                .findFirst()
                .orElse("");
    }

    @Test
    void appsSeeTheServersThatAreTheirs() throws Exception {
        Path token = Files.writeString(folder.resolve("token"), "hvs.old-token\n");
        Path secret = Files.writeString(folder.resolve("secret"), SecretKeepers.CLIENT_SECRET);
        try (SecretKeepers keepers = new SecretKeepers();
                AppVariables given = new AppVariables(folder.resolve("apps"))) {
            keepers.put("secret/data/shop/db_password", "{\"value\":\"of the vault\"}");
            keepers.put("secrets/db-password", "{\"value\":\"of Azure\"}");
            WasmVariables variables = variables(given, """
                    wasm:
                      variables:
                        - apps: [shop/*]
                          vault: {url: "%1$s", tokenFile: "%2$s", mount: secret, prefix: shop}
                        - apps: ["*"]
                          azureKeyVault: {url: "%1$s", tenant: t, client: the-client, secretFile: "%3$s", authority: "%1$s"}
                        - apps: ["default/*"]
                          azureKeyVault: {url: "%1$s", authority: "%1$s/metadata/identity/oauth2/token"}
                    """.formatted(keepers.url(), token, secret));
            assertThatThrownBy(() -> value(variables, SHOP, "db_password"))
                    .hasMessageContaining("may not be read: 403");
            Files.writeString(token, SecretKeepers.TOKEN);
            assertThat(value(variables, SHOP, "db_password")).isEqualTo("of the vault");
            assertThat(value(variables, OTHER, "db_password")).isEqualTo("of Azure");
            given.set(SHOP, Map.of("db_password", "given"));
            assertThat(value(variables, SHOP, "db_password")).isEqualTo("given");
            assertThat(variables.of(OTHER, OutboundRules.DEFAULT).getLast().value("db_password"))
                    .as("as the machine")
                    .contains("of Azure");
        }
    }

    @Test
    void whatCouldNeverBeAskedIsRefusedAtTheStart() {
        AppVariables given = new AppVariables(folder.resolve("apps"));
        assertThatThrownBy(() -> variables(given, """
                        wasm:
                          variables:
                            - {apps: ["*"], azureKeyVault: {url: "https://x.vault.azure.net", tenant: t}}
                        """))
                .isInstanceOf(Problem.class)
                .hasMessageContaining(
                        "wasm.variables[0]: azureKeyVault: (expected: all of tenant, client and secretFile");
        assertThatThrownBy(() -> variables(given, """
                        wasm:
                          variables:
                            - {apps: ["*"], vault: {url: "vault.corp", tokenFile: /x, mount: secret}}
                        """))
                .hasMessageContaining("wasm.variables[0]: no address (expected: http://HOST:PORT");
        given.close();
    }
}
