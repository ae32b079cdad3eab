package dev.polder.wasm.service;

import dev.polder.kernel.model.Digest;
import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.Resource;
import dev.polder.kernel.model.WorkloadRef;
import dev.polder.kernel.store.BlobStore;
import dev.polder.kernel.store.ResourceStore;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is durable of the apps: blobs for wasm files and manifests, one {@code WasmApp} resource for each workload. */
final class AppStore {

    private static final Logger LOG = LoggerFactory.getLogger(AppStore.class);

    private final ResourceStore resources;
    private final BlobStore blobs;

    AppStore(ResourceStore resources, BlobStore blobs) {
        this.resources = resources;
        this.blobs = blobs;
    }

    /** All that can be read; the rest is reported in the log. */
    List<AppRecord> list() {
        List<AppRecord> records = new ArrayList<>();
        for (Resource resource :
                resources.list(AppRecord.GROUP, AppRecord.KIND, null).items()) {
            try {
                records.add(AppRecord.of(resource));
            } catch (Problem e) {
                LOG.warn("{} cannot be read and is not served: {}", resource.key(), e.getMessage());
            }
        }
        return records;
    }

    /**
     * What every stored version is made of that serves or may be served again, the mounted files included.
     *
     * @param more versions that are not stored yet
     * @throws Problem when one cannot be read, so that what it needs is not known
     */
    Set<Digest> blobs(Stream<VersionParts> more) {
        Set<Digest> used = new HashSet<>();
        Set<Digest> trees = new HashSet<>();
        Consumer<VersionParts> add = parts -> {
            used.add(parts.manifest());
            used.addAll(parts.components().values());
            trees.addAll(parts.files().values());
        };
        for (Resource resource :
                resources.list(AppRecord.GROUP, AppRecord.KIND, null).items()) {
            try {
                AppRecord.of(resource).parts().forEach(add);
            } catch (Problem e) {
                throw e.reworded(e.code(), resource.key() + ": " + e.detail());
            }
        }
        more.forEach(add);
        for (Digest tree : trees) {
            used.add(tree);
            used.addAll(FileTree.parse(blobs.read(tree)).files().values());
        }
        return used;
    }

    Optional<AppRecord> get(WorkloadRef workload) {
        return resources.get(AppRecord.key(workload)).map(AppRecord::of);
    }

    /** Stores what a version is made of. */
    VersionParts putParts(BuiltApp built, Map<String, Digest> trees) {
        Map<String, Digest> components = new LinkedHashMap<>();
        for (BuiltApp.Component component : built.components()) {
            components.put(component.id(), blobs.put(component.wasm()));
        }
        return new VersionParts(blobs.put(built.manifest().getBytes(StandardCharsets.UTF_8)), components, trees);
    }

    /** Stores which version is about to serve; after this a restart serves it. */
    void put(WorkloadRef workload, VersionParts parts, DeployInfo info) {
        put(AppRecord.of(workload, parts, info));
    }

    /** Stores mounted files and their listings; the digests of those, by component id. */
    Map<String, Digest> putFiles(BuiltApp built) {
        Map<String, Digest> trees = new LinkedHashMap<>();
        built.files().forEach((id, byPath) -> {
            if (!byPath.isEmpty()) {
                Map<String, Digest> files = new LinkedHashMap<>();
                byPath.forEach((path, bytes) -> files.put(path, blobs.put(bytes)));
                trees.put(id, blobs.put(new FileTree(files).listing()));
            }
        });
        return trees;
    }

    /** Stores the fields; the status stays as it is. */
    void put(AppRecord record) {
        resources.apply(record.toResource());
    }

    void putStatus(AppState state) {
        resources.applyStatus(AppRecord.key(state.workload()), AppRecord.status(state));
    }

    boolean delete(WorkloadRef workload) {
        return resources.delete(AppRecord.key(workload), 0);
    }

    String manifest(Digest digest) {
        return new String(blobs.read(digest), StandardCharsets.UTF_8);
    }

    List<BuiltApp.Component> components(AppRecord record) {
        List<BuiltApp.Component> components = new ArrayList<>();
        record.components()
                .forEach((id, digest) -> components.add(new BuiltApp.Component(id, blobs.read(digest), digest)));
        return components;
    }
}
