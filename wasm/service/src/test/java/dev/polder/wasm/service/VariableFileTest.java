package dev.polder.wasm.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polder.wasm.capability.VariableProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VariableFileTest {

    @TempDir
    Path folder;

    private VariableProvider read(String text) throws IOException {
        Path file = Files.writeString(folder.resolve("values.toml"), text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return VariableFile.read(file);
    }

    @Test
    void hasATextForEachName() throws IOException {
        VariableProvider values = read("token = \"s3cret\"\n# why\nurl = 'https://x'\n");
        assertThat(values.value("token")).contains("s3cret");
        assertThat(values.value("url")).contains("https://x");
        assertThat(values.value("other")).isEmpty();
    }

    @Test
    void everyMistakeHasItsLineAndNoValue() {
        assertThatThrownBy(() -> read("token = \"s3cret\"\nport = 80\n"))
                .hasMessageContaining("values.toml:2")
                .hasMessageContaining("port: no text")
                .hasMessageNotContaining("s3cret");
        assertThatThrownBy(() -> read("Token = \"s3cret\"\n"))
                .hasMessageContaining("variable name \"Token\"")
                .hasMessageNotContaining("s3cret");
        assertThatThrownBy(() -> read("token = s3cret\n"))
                .hasMessageContaining("values.toml:1")
                .hasMessageNotContaining("s3cret");
    }

    @Test
    void othersMayNotReadIt() throws IOException {
        read("token = \"s3cret\"\n");
        Path file = folder.resolve("values.toml");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        assertThatThrownBy(() -> VariableFile.read(file))
                .hasMessageContaining("its permissions are rw-r----- (expected: rw-------");
    }

    @Test
    void aPersonMayNameAnyFileAndJsonToo() throws IOException {
        Path toml = Files.writeString(folder.resolve("given.toml"), "token = 's3cret'\n");
        assertThat(VariableFile.given(toml)).containsExactly(Map.entry("token", "s3cret"));
        Path json = folder.resolve("given.json");
        Files.writeString(json, "{\"token\": \"s3cret\", \"url\": \"https://x\"}");
        assertThat(VariableFile.given(json))
                .containsExactly(Map.entry("token", "s3cret"), Map.entry("url", "https://x"));
        for (String wrong : List.of("{\"token\": 7}", "{\"Token\": \"s3cret\"}", "[\"s3cret\"]", "s3cret")) {
            Files.writeString(json, wrong);
            assertThatThrownBy(() -> VariableFile.given(json))
                    .hasMessageContaining("given.json")
                    .hasMessageNotContaining("s3cret");
        }
        assertThatThrownBy(() -> VariableFile.given(folder.resolve("none.json")))
                .hasMessageContaining("cannot be read");
    }
}
