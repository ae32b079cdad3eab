package dev.polder.wasm.service;

import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.WorkloadRef;
import dev.polder.wasm.capability.BlobBackend;
import dev.polder.wasm.capability.BlobLimits;
import dev.polder.wasm.capability.BlobStores;
import dev.polder.wasm.capability.KeyValueBackend;
import dev.polder.wasm.capability.KeyValueLimits;
import dev.polder.wasm.capability.KeyValueStores;
import dev.polder.wasm.capability.SqliteDatabases;
import dev.polder.wasm.capability.SqliteLimits;
import dev.polder.wasm.capability.StoreLocation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What an app keeps over its versions and over restarts: its key-value stores, databases and blobs. For any thread.
 *
 * @param volumes the folder of ephemeral volumes, which live as long as the process and the app do
 */
record AppStorage(KeyValueStores stores, SqliteDatabases databases, BlobStores blobs, Path volumes)
        implements AutoCloseable {

    /**
     * @param folder holds a folder for each namespace, and in it one for each app; made when something is kept
     * @param elsewhere stores and containers that the operator put elsewhere, by name
     */
    static AppStorage of(Path folder, WorkloadRef workload, Map<String, StoreLocation> elsewhere) {
        Path own = folder.resolve(workload.namespace()).resolve(workload.name());
        Map<String, KeyValueBackend> stores = new HashMap<>();
        Map<String, BlobBackend> containers = new HashMap<>();
        elsewhere.forEach((name, location) -> {
            if (location.isForBlobs()) {
                put(containers, name, location.blobs(workload, name, BlobLimits.DEFAULT));
            } else {
                put(stores, name, location.keyValue(workload, name, KeyValueLimits.DEFAULT));
            }
        });
        AppStorage storage = new AppStorage(
                KeyValueStores.in(own, KeyValueLimits.DEFAULT, stores),
                new SqliteDatabases(own.resolve("sqlite"), SqliteLimits.DEFAULT),
                BlobStores.in(own.resolve("blobs"), BlobLimits.DEFAULT, containers),
                own.resolve("volumes"));
        storage.forgetVolumes(); // what a process left that ended
        return storage;
    }

    /** The folder of an ephemeral volume, made when it is not there. */
    Path volume(String name) {
        try {
            return Files.createDirectories(volumes.resolve(name));
        } catch (IOException e) {
            throw Problem.unavailable("volume " + name + ": " + e.getMessage() + " (expected: a folder)", e);
        }
    }

    /** Deletes every ephemeral volume: the workload has ended. */
    void forgetVolumes() {
        if (!Files.exists(volumes)) {
            return;
        }
        try (Stream<Path> inner = Files.walk(volumes)) {
            for (Path path : inner.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw Problem.unavailable("volumes " + volumes + ": " + e.getMessage() + " (expected: to be deleted)", e);
        }
    }

    private static <T> void put(Map<String, T> all, String name, @Nullable T backend) {
        if (backend != null) {
            all.put(name, backend);
        }
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
        blobs.close();
    }
}
