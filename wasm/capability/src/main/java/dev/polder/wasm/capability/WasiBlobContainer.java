package dev.polder.wasm.capability;

import dev.polder.wasm.component.HostInterface;
import dev.polder.wasm.component.Result;
import dev.polder.wasm.component.Wit;
import dev.polder.wasm.wasi.p2.io.GuestIo;
import dev.polder.wasm.wasi.p2.io.Resource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code wasi:blobstore/container@0.2.0-draft} of one instance. */
public final class WasiBlobContainer {

    /** How the linker finds it. */
    public static final HostInterface INTERFACE = HostInterface.of(
                    "wasi:blobstore/container", WasiBlobTypes.VERSION, WasiBlobContainer.class)
            .resource("container", Container.class)
            .resource("stream-object-names", Names.class);

    private static final int MOST_NAMES = 10_000;

    /** {@code record container-metadata}; the time in seconds since 1970. */
    public record ContainerMetadata(String name, long createdAt) {}

    /** {@code record object-metadata}; the time in seconds since 1970, the size in bytes. */
    public record ObjectMetadata(String name, String container, long createdAt, long size) {}

    /** Names, and whether these were the last ones. */
    public record SomeNames(List<String> names, boolean end) {}

    /** How many names, and whether these were the last ones. */
    public record Skipped(long count, boolean end) {}

    /** {@code resource container}. */
    public static final class Container extends Resource {

        private final BlobStores stores;
        private final BlobBackend backend;
        private final String name;

        Container(GuestIo io, BlobStores stores, String name) {
            super(io);
            this.stores = stores;
            this.backend = stores.backend(name);
            this.name = name;
        }

        @Wit("name")
        public Result<String, String> name() {
            return Result.ok(name);
        }

        @Wit("info")
        public Result<ContainerMetadata, String> info() {
            return WasiBlobTypes.attempt(() -> new ContainerMetadata(
                    name,
                    backend.container(name)
                            .orElseThrow(() -> EmbeddedBlobs.noContainer(name))
                            .getEpochSecond()));
        }

        /** @param end the last byte; past the end of the object is its end */
        @Wit("get-data")
        public Result<WasiBlobTypes.IncomingValue, String> getData(String object, long start, long end) {
            if (Long.compareUnsigned(start, end) > 0) {
                return Result.err("bytes " + Long.toUnsignedString(start) + " to " + Long.toUnsignedString(end)
                        + " (expected: a range that holds one)");
            }
            io().checkRoom();
            return WasiBlobTypes.attempt(() -> {
                stores.limits().checkName("an object", object);
                long from = start < 0 ? Long.MAX_VALUE : start;
                long length = end < 0 || end == Long.MAX_VALUE ? Long.MAX_VALUE : end - from + 1;
                return new WasiBlobTypes.IncomingValue(io(), backend.get(name, object, from, length));
            });
        }

        /** The value becomes the object when it is finished. */
        @Wit("write-data")
        public Result<@Nullable Void, String> writeData(String object, WasiBlobTypes.OutgoingValue data) {
            return WasiBlobTypes.done(() -> {
                stores.limits().checkName("an object", object);
                data.writeTo(backend, name, object);
            });
        }

        @Wit("list-objects")
        public Result<Names, String> listObjects() {
            io().checkRoom();
            return WasiBlobTypes.attempt(() -> new Names(io(), backend, name, backend.list(name, Optional.empty())));
        }

        @Wit("delete-object")
        public Result<@Nullable Void, String> deleteObject(String object) {
            return deleteObjects(List.of(object));
        }

        @Wit("delete-objects")
        public Result<@Nullable Void, String> deleteObjects(List<String> objects) {
            return WasiBlobTypes.done(() -> {
                objects.forEach(object -> stores.limits().checkName("an object", object));
                backend.delete(name, objects);
            });
        }

        @Wit("has-object")
        public Result<Boolean, String> hasObject(String object) {
            return WasiBlobTypes.attempt(() -> info(object).isPresent());
        }

        private Optional<BlobBackend.Stat> info(String object) {
            stores.limits().checkName("an object", object);
            return backend.info(name, object);
        }

        @Wit("object-info")
        public Result<ObjectMetadata, String> objectInfo(String object) {
            return WasiBlobTypes.attempt(() -> {
                BlobBackend.Stat info = info(object).orElseThrow(() -> EmbeddedBlobs.noObject(name, object));
                return new ObjectMetadata(object, name, info.createdAt().getEpochSecond(), info.size());
            });
        }

        @Wit("clear")
        public Result<@Nullable Void, String> clear() {
            return WasiBlobTypes.done(() -> {
                for (BlobBackend.Page page = backend.list(name, Optional.empty());
                        !page.names().isEmpty();
                        page = backend.list(name, Optional.empty())) {
                    backend.delete(name, page.names());
                }
            });
        }
    }

    /** {@code resource stream-object-names}: page after page, as it is read. */
    public static final class Names extends Resource {

        private final BlobBackend backend;
        private final String container;
        private final ArrayDeque<String> ahead = new ArrayDeque<>();
        private @Nullable String last;
        private boolean end;

        Names(GuestIo io, BlobBackend backend, String container, BlobBackend.Page first) {
            super(io);
            this.backend = backend;
            this.container = container;
            take(first);
        }

        private void take(BlobBackend.Page page) {
            ahead.addAll(page.names());
            end = page.last();
            if (!page.names().isEmpty()) {
                last = page.names().getLast();
            }
        }

        private boolean atEnd() {
            while (ahead.isEmpty() && !end) {
                take(backend.list(container, Optional.ofNullable(last)));
            }
            return ahead.isEmpty();
        }

        /** At most as many as one answer holds; less than asked for is not the end. */
        @Wit("read-stream-object-names")
        public Result<SomeNames, String> read(long len) {
            return WasiBlobTypes.attempt(() -> {
                List<String> names = new ArrayList<>();
                long most = len < 0 ? MOST_NAMES : Math.min(len, MOST_NAMES);
                while (names.size() < most && !atEnd()) {
                    names.add(ahead.remove());
                }
                return new SomeNames(names, atEnd());
            });
        }

        @Wit("skip-stream-object-names")
        public Result<Skipped, String> skip(long num) {
            return WasiBlobTypes.attempt(() -> {
                long skipped = 0;
                while ((num < 0 || skipped < num) && !atEnd()) {
                    ahead.remove();
                    skipped++;
                }
                return new Skipped(skipped, atEnd());
            });
        }
    }
}
