package dev.polder.wasm.capability;

import dev.polder.wasm.capability.WasiKeyValue.Bucket;
import dev.polder.wasm.capability.WasiKeyValue.Failure;
import dev.polder.wasm.capability.WasiKeyValueBatch.KeyValue;
import dev.polder.wasm.component.HostInterface;
import dev.polder.wasm.component.Result;
import dev.polder.wasm.component.Wit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code wasi:keyvalue/store@0.2.0-draft} of one instance: the version of wasmCloud's components. */
public final class WasiKeyValueDraft {

    private static final String VERSION = "0.2.0-draft";

    /** How the linker finds {@code store}, {@code atomics} and {@code batch}. */
    public static final List<HostInterface> INTERFACES = List.of(
            HostInterface.of("wasi:keyvalue/store", VERSION, WasiKeyValueDraft.class)
                    .resource("bucket", Counted.class),
            HostInterface.of("wasi:keyvalue/atomics", VERSION, Atomics.class),
            HostInterface.of("wasi:keyvalue/batch", VERSION, Batch.class));

    /** {@code record key-response}. */
    public record KeyResponse(List<String> keys, Optional<Long> cursor) {}

    private final KeyValueStores stores;
    private final Set<String> granted;

    /** @param granted as {@link WasiKeyValue#WasiKeyValue} */
    public WasiKeyValueDraft(KeyValueStores stores, Set<String> granted) {
        this.stores = stores;
        this.granted = Set.copyOf(granted);
    }

    @Wit("open")
    public Result<Counted, Failure> open(String identifier) {
        return WasiKeyValue.open(stores, granted, identifier, Counted::new);
    }

    /** {@code resource bucket}; a cursor is the number of keys before it. */
    public static final class Counted extends Bucket {
        private Counted(KeyValueBackend backend, String store) {
            super(backend, store);
        }

        @Wit("list-keys")
        public Result<KeyResponse, Failure> listKeys(Optional<Long> cursor) {
            long from = cursor.orElse(0L);
            return from < 0
                    ? Result.err(new Failure.Other("cursor: more than there can be keys"))
                    : WasiKeyValue.attempt(() -> listed(from));
        }

        private KeyResponse listed(long from) {
            long seen = 0;
            Optional<String> at = Optional.empty();
            do {
                KeyValueBackend.Page page = backend.keys(store, at);
                long after = seen + page.keys().size();
                if (after > from) {
                    return new KeyResponse(
                            page.keys()
                                    .subList(
                                            (int) Math.max(0, from - seen),
                                            page.keys().size()),
                            page.cursor().map(_ -> after));
                }
                seen = after;
                at = page.cursor();
            } while (at.isPresent());
            return new KeyResponse(List.of(), Optional.empty());
        }
    }

    /** {@code wasi:keyvalue/atomics@0.2.0-draft}. */
    public static final class Atomics {

        @Wit("increment")
        public Result<Long, Failure> increment(Bucket bucket, String key, long delta) {
            return WasiKeyValue.attempt(() -> bucket.backend.increment(bucket.store, key, delta));
        }
    }

    /** {@code wasi:keyvalue/batch@0.2.0-draft}. */
    public static final class Batch {

        private final WasiKeyValueBatch newer = new WasiKeyValueBatch();

        @Wit("get-many")
        public Result<List<Optional<KeyValue>>, Failure> getMany(Bucket bucket, List<String> keys) {
            return WasiKeyValue.attempt(() -> {
                List<Optional<byte[]>> values = bucket.getMany(keys);
                List<Optional<KeyValue>> found = new ArrayList<>(keys.size());
                for (int i = 0; i < keys.size(); i++) {
                    String key = keys.get(i);
                    found.add(values.get(i).map(value -> new KeyValue(key, value)));
                }
                return found;
            });
        }

        @Wit("set-many")
        public Result<@Nullable Void, Failure> setMany(Bucket bucket, List<KeyValue> keyValues) {
            return newer.setMany(bucket, keyValues);
        }

        @Wit("delete-many")
        public Result<@Nullable Void, Failure> deleteMany(Bucket bucket, List<String> keys) {
            return newer.deleteMany(bucket, keys);
        }
    }
}
