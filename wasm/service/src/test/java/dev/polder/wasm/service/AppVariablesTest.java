package dev.polder.wasm.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polder.kernel.model.WorkloadRef;
import dev.polder.wasm.capability.OutboundRules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AppVariablesTest {

    private static final WorkloadRef SHOP = new WorkloadRef("default", "shop");
    private static final WorkloadRef OTHER = new WorkloadRef("default", "other");

    @TempDir
    Path folder;

    @Test
    void valuesAreTheAppsOwn() {
        AppVariables variables = new AppVariables(folder);
        variables.set(SHOP, Map.of("token", "s3cret", "colour", "red"));
        variables.set(SHOP, Map.of("colour", "blue"));

        assertThat(value(new AppVariables(folder), SHOP, "token")).isEqualTo("s3cret");
        assertThat(value(variables, SHOP, "colour")).isEqualTo("blue");
        assertThat(value(variables, OTHER, "token")).isEmpty();
        Map<String, String> away = new HashMap<>();
        away.put("token", null);
        variables.set(SHOP, away);
        assertThat(variables.names(SHOP)).containsExactly("colour");
    }

    private static String value(AppVariables variables, WorkloadRef workload, String name) {
        return variables.of(workload, OutboundRules.DEFAULT).stream()
                .flatMap(provider -> provider.value(name).stream())
                .findFirst()
                .orElse("");
    }

    @Test
    void providersAreKeptForOneAppAndAskedAfterItsValues() throws IOException {
        AppVariables variables = new AppVariables(folder);
        variables.set(SHOP, Map.of("token", "s3cret"));
        variables.setProviders(
                SHOP,
                List.of(
                        new GivenProvider.Values(Map.of("token", "other", "colour", "red")),
                        new GivenProvider.Vault("https://vault.example", "hvs.s3cret", "secret", "")));
        assertThat(value(variables, SHOP, "token")).isEqualTo("s3cret");
        assertThat(value(new AppVariables(folder), SHOP, "colour")).isEqualTo("red");
        assertThat(variables.of(SHOP, OutboundRules.DEFAULT))
                .last()
                .satisfies(provider -> assertThat(provider.isLive()).isTrue());
        assertThat(value(variables, OTHER, "colour")).isEmpty();
        assertThat(variables.providerNames(SHOP)).containsExactly("static", "vault https://vault.example");
        assertThat(PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(folder.resolve("default/shop/providers.json"))))
                .isEqualTo("rw-------");

        assertThatThrownBy(() -> variables.setProviders(
                        SHOP, List.of(new GivenProvider.Vault("vault://x", "hvs.s3cret", "secret", ""))))
                .hasMessageContaining("the provider vault: no address (expected: http://HOST:PORT")
                .hasMessageNotContaining("s3cret");
        assertThat(value(variables, SHOP, "colour")).isEqualTo("red");
        variables.setProviders(SHOP, List.of());
        assertThat(value(variables, SHOP, "colour")).isEmpty();
        assertThat(value(variables, SHOP, "token")).isEqualTo("s3cret");
    }

    @Test
    void aWrongNameChangesNothing() {
        AppVariables variables = new AppVariables(folder);
        assertThatThrownBy(() -> variables.set(SHOP, Map.of("good", "1", "No Good", "2")))
                .hasMessageContaining("variable name \"No Good\"");
        assertThat(variables.names(SHOP)).isEmpty();
    }

    @Test
    void aFileThatOthersReadIsNotTaken() throws IOException {
        AppVariables variables = new AppVariables(folder);
        variables.set(SHOP, Map.of("token", "s3cret"));
        Path file = folder.resolve("default/shop/variables.json");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");

        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        assertThatThrownBy(() -> variables.of(SHOP, OutboundRules.DEFAULT))
                .hasMessageContaining("rw-r--r-- (expected: rw-------");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        Files.writeString(file, "[1]");
        assertThatThrownBy(() -> variables.of(SHOP, OutboundRules.DEFAULT))
                .hasMessageContaining("not a JSON object of texts")
                .hasMessageNotContaining("s3cret");
    }
}
