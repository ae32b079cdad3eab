package dev.polder.wasm.capability;

import dev.polder.wasm.capability.WasiKeyValue.Bucket;
import dev.polder.wasm.component.HostInterface;
import dev.polder.wasm.component.Result;
import dev.polder.wasm.component.Wit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code wasi:keyvalue/batch@0.2.0-draft2}. */
public final class WasiKeyValueBatch {

    /** How the linker finds it. */
    public static final HostInterface INTERFACE =
            HostInterface.of("wasi:keyvalue/batch", WasiKeyValue.VERSION, WasiKeyValueBatch.class);

    /** {@code tuple<string, option<list<u8>>>}. */
    public record Found(String key, Optional<byte[]> value) {}

    /** {@code tuple<string, list<u8>>}. */
    @SuppressWarnings("ArrayRecordComponent") // a value is bytes; never compared
    public record KeyValue(String key, byte[] value) {}

    @Wit("get-many")
    public Result<List<Found>, WasiKeyValue.Failure> getMany(Bucket bucket, List<String> keys) {
        return WasiKeyValue.attempt(() -> {
            List<Optional<byte[]>> values = bucket.getMany(keys);
            List<Found> found = new ArrayList<>(keys.size());
            for (int i = 0; i < keys.size(); i++) {
                found.add(new Found(keys.get(i), values.get(i)));
            }
            return found;
        });
    }

    @Wit("set-many")
    public Result<@Nullable Void, WasiKeyValue.Failure> setMany(Bucket bucket, List<KeyValue> keyValues) {
        return WasiKeyValue.done(() -> bucket.backend.setMany(
                bucket.store,
                keyValues.stream()
                        .map(pair -> new KeyValueBackend.Entry(pair.key(), pair.value()))
                        .toList()));
    }

    @Wit("delete-many")
    public Result<@Nullable Void, WasiKeyValue.Failure> deleteMany(Bucket bucket, List<String> keys) {
        return WasiKeyValue.done(() -> bucket.backend.deleteMany(bucket.store, keys));
    }
}
