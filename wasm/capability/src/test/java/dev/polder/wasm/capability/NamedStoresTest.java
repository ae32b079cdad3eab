package dev.polder.wasm.capability;

import static dev.polder.wasm.capability.Results.ok;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NamedStoresTest {

    @Test
    void whatIsOpenedByOneEntryIsNotWhatIsOpenedByAnother(@TempDir Path folder) {
        try (KeyValueStores stores = KeyValueStores.in(folder, KeyValueLimits.DEFAULT, Map.of())) {
            ok(open(stores.of("cache"), "default").set("k", "kept".getBytes(StandardCharsets.UTF_8)));
            assertThat(get(stores.of("cache"), "default")).contains("kept");
            assertThat(get(stores.of("sessions"), "default")).isEmpty();
            assertThat(get(stores, "default")).isEmpty();
            assertThat(get(stores, "cache_default"))
                    .as("the label by which an operator puts it elsewhere")
                    .contains("kept");
        }
    }

    private static WasiKeyValue.Bucket open(KeyValueStores stores, String identifier) {
        return ok(new WasiKeyValue(stores, Set.of(KeyValueStores.ANY)).open(identifier));
    }

    private static Optional<String> get(KeyValueStores stores, String identifier) {
        return ok(open(stores, identifier).get("k")).map(bytes -> new String(bytes, StandardCharsets.UTF_8));
    }
}
