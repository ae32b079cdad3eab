package dev.polder.app.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class SchemaTest {

    private static final Path COMMITTED = Path.of("..", "docs", "polder.schema.json");

    @Test
    void describesEveryKey() {
        ObjectNode schema = PolderConfig.schema();
        JsonNode portal = schema.at("/properties/ports/properties/portal");
        assertThat(portal.path("default").asInt()).isEqualTo(7007);
        assertThat(portal.path("maximum").asInt()).isEqualTo(65535);
        assertThat(schema.at("/properties/wasm/properties/engine/enum").toString())
                .isEqualTo("[\"auto\",\"wasmtime\",\"endive\"]");
        assertThat(schema.at("/properties/auth/properties/tokens/items/required")
                        .toString())
                .isEqualTo("[\"name\",\"subject\"]");
        assertThat(schema.path("additionalProperties").asBoolean(true)).isFalse();
    }

    /** Made anew by {@code mvn test -pl app -Dtest=SchemaTest -Dtest.jvm=-Dpolder.schema.write=true}. */
    @Test
    void theCommittedSchemaIsFresh() throws Exception {
        String fresh = PolderConfig.schema().toPrettyString() + "\n";
        if (Boolean.getBoolean("polder.schema.write")) {
            Files.writeString(COMMITTED, fresh);
        }
        assertThat(COMMITTED).hasContent(fresh);
    }
}
