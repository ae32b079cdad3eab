package dev.polder.wasm.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polder.kernel.model.WorkloadRef;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
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

        assertThat(new AppVariables(folder).of(SHOP).value("token")).contains("s3cret");
        assertThat(variables.of(SHOP).value("colour")).contains("blue");
        assertThat(variables.of(OTHER).value("token")).isEmpty();
        Map<String, String> away = new HashMap<>();
        away.put("token", null);
        variables.set(SHOP, away);
        assertThat(variables.names(SHOP)).containsExactly("colour");
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
        assertThatThrownBy(() -> variables.of(SHOP)).hasMessageContaining("rw-r--r-- (expected: rw-------");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        Files.writeString(file, "[1]");
        assertThatThrownBy(() -> variables.of(SHOP))
                .hasMessageContaining("not a JSON object of texts")
                .hasMessageNotContaining("s3cret");
    }
}
