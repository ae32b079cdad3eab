package dev.polder.wasm.service;

import dev.polder.kernel.model.WorkloadRef;
import dev.polder.wasm.capability.KeyValueLimits;
import dev.polder.wasm.capability.KeyValueStores;
import dev.polder.wasm.capability.SqliteDatabases;
import dev.polder.wasm.capability.SqliteLimits;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What an app keeps over its versions and over restarts: its key-value stores and its databases. For any thread. */
record AppStorage(KeyValueStores stores, SqliteDatabases databases) implements AutoCloseable {

    /** @param folder holds a folder for each namespace, and in it one for each app; made when something is kept */
    static AppStorage of(Path folder, WorkloadRef workload) {
        Path own = folder.resolve(workload.namespace()).resolve(workload.name());
        return new AppStorage(
                KeyValueStores.in(own, KeyValueLimits.DEFAULT, Map.of()),
                new SqliteDatabases(own.resolve("sqlite"), SqliteLimits.DEFAULT));
    }

    /** What stands in the stores and databases that the components are granted. */
    List<StorageUse> use(AppInventory inventory) {
        List<StorageUse> list = new ArrayList<>();
        inventory.components().stream()
                .flatMap(part -> part.stores().stream())
                .distinct()
                .map(label -> stores.use(label)
                        .map(use -> new StorageUse("key-value", label, use.keys(), use.bytes()))
                        .orElse(new StorageUse("key-value", label, -1, -1)))
                .forEach(list::add);
        inventory.components().stream()
                .flatMap(part -> part.databases().stream())
                .distinct()
                .map(label -> new StorageUse("sqlite", label, -1, databases.bytes(label)))
                .forEach(list::add);
        return list;
    }

    @Override
    public void close() {
        stores.close();
    }
}
