package dev.polder.wasm.capability;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The containers of one entry of a manifest within those of the app, each under a prefix that its guests do not see. */
record NamedBlobs(BlobBackend all, String prefix) implements BlobBackend {

    @Override
    public void create(String container) {
        all.create(prefix + container);
    }

    @Override
    public Optional<Instant> container(String container) {
        return all.container(prefix + container);
    }

    @Override
    public void deleteContainer(String container) {
        all.deleteContainer(prefix + container);
    }

    @Override
    public void put(String container, String name, Path file) {
        all.put(prefix + container, name, file);
    }

    @Override
    public Optional<Stat> info(String container, String name) {
        return all.info(prefix + container, name);
    }

    @Override
    public Content get(String container, String name, long start, long length) {
        return all.get(prefix + container, name, start, length);
    }

    @Override
    public Page list(String container, Optional<String> after) {
        return all.list(prefix + container, after);
    }

    @Override
    public void delete(String container, List<String> names) {
        all.delete(prefix + container, names);
    }

    @Override
    public void copy(String container, String name, String toContainer, String toName) {
        all.copy(prefix + container, name, prefix + toContainer, toName);
    }

    /** Nothing: whoever has all of them closes them. */
    @Override
    public void close() {}
}
