package dev.polder.wasm.capability;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.component.HostInterface;
import dev.polder.wasm.component.Result;
import dev.polder.wasm.component.Wit;
import dev.polder.wasm.wasi.p2.io.GuestIo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code wasi:blobstore/blobstore@0.2.0-draft} of one instance. */
public final class WasiBlobstore {

    /** How the linker finds it. */
    public static final HostInterface INTERFACE =
            HostInterface.of("wasi:blobstore/blobstore", WasiBlobTypes.VERSION, WasiBlobstore.class);

    /** Grants every name of a container. */
    public static final String ANY = "*";

    private static final int PART = 256 * 1024;

    /** {@code record object-id}. */
    public record ObjectId(String container, String object) {}

    private final GuestIo io;
    private final BlobStores stores;
    private final Set<String> granted;

    /** @param granted names of containers, or {@link #ANY} */
    public WasiBlobstore(GuestIo io, BlobStores stores, Set<String> granted) {
        this.io = io;
        this.stores = stores;
        this.granted = Set.copyOf(granted);
    }

    private void check(String container) {
        if (!granted.contains(container) && !granted.contains(ANY)) {
            throw new Problem(
                    Problem.Code.FORBIDDEN,
                    Problem.WhoFailed.GUEST,
                    false,
                    "container \"" + container + "\": not granted (expected: one of blob_containers)",
                    null,
                    null);
        }
        stores.limits().checkName("a container", container);
    }

    @Wit("create-container")
    public Result<WasiBlobContainer.Container, String> createContainer(String name) {
        io.checkRoom();
        return WasiBlobTypes.attempt(() -> {
            check(name);
            stores.backend(name).create(name);
            return new WasiBlobContainer.Container(io, stores, name);
        });
    }

    @Wit("get-container")
    public Result<WasiBlobContainer.Container, String> getContainer(String name) {
        io.checkRoom();
        return WasiBlobTypes.attempt(() -> {
            check(name);
            if (stores.backend(name).container(name).isEmpty()) {
                throw EmbeddedBlobs.noContainer(name);
            }
            return new WasiBlobContainer.Container(io, stores, name);
        });
    }

    @Wit("delete-container")
    public Result<@Nullable Void, String> deleteContainer(String name) {
        return WasiBlobTypes.done(() -> {
            check(name);
            stores.backend(name).deleteContainer(name);
        });
    }

    @Wit("container-exists")
    public Result<Boolean, String> containerExists(String name) {
        return WasiBlobTypes.attempt(() -> {
            check(name);
            return stores.backend(name).container(name).isPresent();
        });
    }

    @Wit("copy-object")
    public Result<@Nullable Void, String> copyObject(ObjectId src, ObjectId dest) {
        return WasiBlobTypes.done(() -> copy(src, dest));
    }

    @Wit("move-object")
    public Result<@Nullable Void, String> moveObject(ObjectId src, ObjectId dest) {
        return WasiBlobTypes.done(() -> {
            copy(src, dest);
            if (!src.equals(dest)) {
                stores.backend(src.container).delete(src.container, List.of(src.object));
            }
        });
    }

    private void copy(ObjectId from, ObjectId to) {
        check(from.container);
        check(to.container);
        stores.limits().checkName("an object", from.object);
        stores.limits().checkName("an object", to.object);
        BlobBackend source = stores.backend(from.container);
        BlobBackend target = stores.backend(to.container);
        if (target.container(to.container).isEmpty()) {
            throw EmbeddedBlobs.noContainer(to.container);
        }
        if (source.equals(target)) {
            source.copy(from.container, from.object, to.container, to.object);
            return;
        }
        try {
            Path file = stores.embedded().incoming();
            try (BlobBackend.Content content = source.get(from.container, from.object, 0, Long.MAX_VALUE)) {
                for (byte[] part = content.read(PART); part.length > 0; part = content.read(PART)) {
                    Files.write(file, part, StandardOpenOption.APPEND);
                }
                target.put(to.container, to.object, file);
            } finally {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw Problem.unavailable("blob store: " + e.getMessage(), e);
        }
    }
}
