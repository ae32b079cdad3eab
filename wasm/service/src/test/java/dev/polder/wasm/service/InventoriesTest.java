package dev.polder.wasm.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.polder.wasm.capability.VariableProvider;
import dev.polder.wasm.capability.Variables;
import dev.polder.wasm.service.AppInventory.Access;
import dev.polder.wasm.service.AppInventory.Grant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InventoriesTest {

    private static final SpinManifest SPIN = SpinManifest.parse("spin.toml", """
            spin_manifest_version = 2

            [application]
            name = "shop"
            version = "1.2.0"

            [variables]
            greeting = { default = "hello" }
            token = { required = true, secret = true }
            hidden = { default = "s3cret", secret = true }
            region = { default = "nl" }

            [[trigger.http]]
            route = "/cart/:id"
            component = "cart"

            [[trigger.http]]
            route = { private = true }
            component = "cart"

            [[trigger.http]]
            route = "/health"
            static_response = { status_code = 200, body = "ok" }

            [component.cart]
            source = "cart.wasm"
            allowed_outbound_hosts = ["https://api.example.com", "redis://cache.example.com"]
            key_value_stores = ["default"]
            sqlite_databases = ["orders"]

            [component.cart.variables]
            greeting = "{{ greeting }}"
            """);

    private static Grant grant(String name) {
        return Inventories.grant(name, SPIN.components().get("cart"));
    }

    @Test
    void anInterfaceIsGrantedByTheKeyThatConcernsIt() {
        assertThat(grant("wasi:io/streams@0.2.3")).isEqualTo(new Grant(Access.ALWAYS, "", List.of()));
        assertThat(grant("wasi:http/outgoing-handler@0.2.3"))
                .isEqualTo(new Grant(Access.GRANTED, "allowed_outbound_hosts", List.of("https://api.example.com")));
        assertThat(grant("fermyon:spin/redis@2.0.0"))
                .isEqualTo(new Grant(Access.GRANTED, "allowed_outbound_hosts", List.of("redis://cache.example.com")));
        assertThat(grant("fermyon:spin/mysql@2.0.0"))
                .isEqualTo(new Grant(Access.NOT_GRANTED, "allowed_outbound_hosts", List.of()));
        assertThat(grant("wasi:sockets/tcp@0.2.0").access()).isEqualTo(Access.NOT_GRANTED);
        assertThat(grant("wasi:keyvalue/store@0.2.0-draft2"))
                .isEqualTo(new Grant(Access.GRANTED, "key_value_stores", List.of("default")));
        assertThat(grant("wasi:config/store@0.2.0-draft"))
                .isEqualTo(new Grant(Access.GRANTED, "variables", List.of("greeting")));
        assertThat(grant("wasi:filesystem/types@0.2.0")).isEqualTo(new Grant(Access.NOT_GRANTED, "files", List.of()));
    }

    @Test
    void triggersOfEveryKindAreThereAndSecretsAreNot() {
        Variables variables = Variables.resolve(
                SPIN.variables(),
                List.of(VariableProvider.environment(
                        Map.of("SPIN_VARIABLE_TOKEN", "t0ken", "SPIN_VARIABLE_REGION", "de"))));

        AppInventory inventory = Inventories.of(SPIN, List.of(), variables);

        assertThat(inventory.triggers())
                .extracting(
                        AppInventory.Trigger::source, AppInventory.Trigger::executor, AppInventory.Trigger::component)
                .containsExactly(
                        tuple("/cart/:id", "http", "cart"),
                        tuple(null, "http", "cart"),
                        tuple("/health", "static", ""));
        assertThat(inventory.variables())
                .containsExactly(
                        new AppInventory.Variable("greeting", false, false, true, "hello"),
                        new AppInventory.Variable("token", true, true, false, null),
                        new AppInventory.Variable("hidden", false, true, true, null),
                        new AppInventory.Variable("region", false, false, false, null));
        assertThat(inventory.toString()).doesNotContain("t0ken", "s3cret", "de,");
    }
}
