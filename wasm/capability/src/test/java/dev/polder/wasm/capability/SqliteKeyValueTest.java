package dev.polder.wasm.capability;

import static dev.polder.wasm.capability.Results.err;
import static dev.polder.wasm.capability.Results.ok;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteKeyValueTest extends KeyValueContract {

    @TempDir
    Path folder;

    private KeyValueStores stores;

    @BeforeEach
    void open() {
        stores = KeyValueStores.in(folder, LIMITS, Map.of());
    }

    @AfterEach
    void close() {
        stores.close();
    }

    @Override
    KeyValueStores stores() {
        return stores;
    }

    @Test
    void labelsAreApartAndSurvive() {
        SpinKeyValue spin = new SpinKeyValue(stores, Set.of("default", "other"));
        ok(ok(spin.open("default")).set("k", new byte[] {1}));
        assertThat(ok(ok(spin.open("other")).get("k"))).isEmpty();
        stores.close();
        stores = KeyValueStores.in(folder, LIMITS, Map.of());

        SpinKeyValue again = new SpinKeyValue(stores, Set.of("default"));
        assertThat(ok(ok(again.open("default")).get("k")).orElseThrow()).containsExactly(1);
    }

    @Test
    void whatIsKeptIsCountedWithoutMakingAnything() throws IOException {
        SqliteDatabases databases = new SqliteDatabases(folder.resolve("sqlite"), SqliteLimits.DEFAULT);
        assertThat(stores.use("default")).contains(new KeyValueBackend.Use(0, 0));
        assertThat(databases.bytes("orders")).isZero();
        assertThat(databases.bytes("../key-value")).isZero();
        assertThat(folder).isEmptyDirectory();

        ok(ok(new SpinKeyValue(stores, Set.of("default")).open("default")).set("key", new byte[10]));
        SqliteConnection orders = databases.open("orders");
        assertThat(databases.bytes("orders")).isEqualTo(Files.size(folder.resolve("sqlite/orders.db")));
        orders.close();
        assertThat(stores.use("default")).contains(new KeyValueBackend.Use(1, 13));
        assertThat(stores.use("other")).contains(new KeyValueBackend.Use(0, 0));
    }

    @Test
    void aFullAppIsToldSoAndCanMakeRoom() {
        SpinKeyValue.Store store = ok(new SpinKeyValue(stores, Set.of("default")).open("default"));
        int stored = 0;
        SpinKeyValue.Failure failure = null;
        while (failure == null) {
            var result = store.set("key-" + stored, new byte[10_000]);
            if (result instanceof dev.polder.wasm.component.Result.Ok) {
                stored++;
            } else {
                failure = err(result);
            }
        }

        assertThat(failure).asString().contains("are full", "of 1048576)");
        assertThat(stored).isEqualTo(104);
        assertThat(ok(store.exists("key-104"))).isFalse();
        ok(store.set("key-0", new byte[0]));
        ok(store.set("key-104", new byte[9_000]));
        for (int i = 0; i <= 104; i++) {
            ok(store.delete("key-" + i));
        }
        for (int i = 0; i < 104; i++) {
            ok(store.set("again-" + i, new byte[10_000]));
        }
    }
}
