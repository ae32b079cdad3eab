package dev.polder.wasm.service;

import dev.polder.kernel.model.WorkloadRef;
import dev.polder.wasm.capability.KeyValueLimits;
import dev.polder.wasm.capability.KeyValueStores;
import dev.polder.wasm.capability.SqliteDatabases;
import dev.polder.wasm.capability.SqliteLimits;
import java.nio.file.Path;
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

    @Override
    public void close() {
        stores.close();
    }
}
