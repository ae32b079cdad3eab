package dev.polder.wasm.capability;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.component.HostInterface;
import dev.polder.wasm.component.HostResource;
import dev.polder.wasm.component.Result;
import dev.polder.wasm.component.Wit;
import dev.polder.wasm.engine.CallMemory;
import dev.polder.wasm.engine.GuestExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** {@code wasi:keyvalue/store@0.2.0-draft2} of one instance. */
public final class WasiKeyValue {

    static final String VERSION = "0.2.0-draft2";

    /** Of what one call reads; Spin allows more, and the usual memory of a guest does not. */
    static final long RESULT_BYTES = 32L << 20;

    private static final int VALUE_OVERHEAD = 64;
    private static final int AT_ONCE = 32;

    /** How the linker finds it. */
    public static final HostInterface INTERFACE =
            HostInterface.of("wasi:keyvalue/store", VERSION, WasiKeyValue.class).resource("bucket", Listed.class);

    /** {@code variant error}. */
    public sealed interface Failure {
        record NoSuchStore() implements Failure {}

        record AccessDenied() implements Failure {}

        record Other(String message) implements Failure {}
    }

    /** {@code record key-response}. */
    public record KeyResponse(List<String> keys, Optional<String> cursor) {}

    private final KeyValueStores stores;
    private final Set<String> granted;

    /** @param granted the labels of the component's {@code key_value_stores}; {@link KeyValueStores#ANY} for all */
    public WasiKeyValue(KeyValueStores stores, Set<String> granted) {
        this.stores = stores;
        this.granted = Set.copyOf(granted);
    }

    @Wit("open")
    public Result<Listed, Failure> open(String identifier) {
        return open(stores, granted, identifier, Listed::new);
    }

    static <B> Result<B, Failure> open(
            KeyValueStores stores, Set<String> granted, String identifier, BiFunction<KeyValueBackend, String, B> of) {
        return granted.contains(identifier) || granted.contains(KeyValueStores.ANY)
                ? attempt(() -> of.apply(stores.backend(stores.label(identifier)), stores.label(identifier)))
                : Result.err(new Failure.AccessDenied());
    }

    static <T extends @Nullable Object> Result<T, Failure> attempt(Supplier<T> work) {
        try {
            return Result.ok(GuestExecutor.blocking(work::get));
        } catch (Problem e) {
            return Result.err(new Failure.Other(e.detail()));
        }
    }

    static Result<@Nullable Void, Failure> done(Runnable work) {
        return WasiKeyValue.<@Nullable Void>attempt(() -> {
            work.run();
            return null;
        });
    }

    /** {@code resource bucket}, without what differs between versions. */
    public abstract static class Bucket implements HostResource {
        final KeyValueBackend backend;
        final String store;

        Bucket(KeyValueBackend backend, String store) {
            this.backend = backend;
            this.store = store;
        }

        /** The values of keys, read so many at a time that a guest cannot ask for more than there is memory for. */
        List<Optional<byte[]>> getMany(List<String> keys) {
            List<Optional<byte[]>> values = new ArrayList<>();
            long bytes = 0;
            for (int from = 0; from < keys.size(); from += AT_ONCE) {
                List<String> some = keys.subList(from, Math.min(from + AT_ONCE, keys.size()));
                for (Optional<byte[]> value : backend.getMany(store, some)) {
                    int size = VALUE_OVERHEAD + value.map(found -> found.length).orElse(0);
                    bytes += size;
                    CallMemory.hold(size);
                    values.add(value);
                }
                if (bytes > RESULT_BYTES) {
                    throw Problem.tooLarge("query result exceeds limit of " + RESULT_BYTES
                            + " bytes (expected: fewer keys at a time)");
                }
            }
            return values;
        }

        @Wit("get")
        public Result<Optional<byte[]>, Failure> get(String key) {
            return attempt(() -> backend.get(store, key));
        }

        @Wit("set")
        public Result<@Nullable Void, Failure> set(String key, byte[] value) {
            return done(() -> backend.set(store, key, value));
        }

        @Wit("delete")
        public Result<@Nullable Void, Failure> delete(String key) {
            return done(() -> backend.delete(store, key));
        }

        @Wit("exists")
        public Result<Boolean, Failure> exists(String key) {
            return attempt(() -> backend.exists(store, key));
        }
    }

    /** {@code resource bucket}. */
    public static final class Listed extends Bucket {
        private Listed(KeyValueBackend backend, String store) {
            super(backend, store);
        }

        @Wit("list-keys")
        public Result<KeyResponse, Failure> listKeys(Optional<String> cursor) {
            return attempt(() -> {
                KeyValueBackend.Page page = backend.keys(store, cursor);
                return new KeyResponse(page.keys(), page.cursor());
            });
        }
    }
}
