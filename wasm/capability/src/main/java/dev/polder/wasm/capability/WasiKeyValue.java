package dev.polder.wasm.capability;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.component.HostInterface;
import dev.polder.wasm.component.HostResource;
import dev.polder.wasm.component.Result;
import dev.polder.wasm.component.Wit;
import dev.polder.wasm.engine.GuestExecutor;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** {@code wasi:keyvalue/store@0.2.0-draft2} of one instance. */
public final class WasiKeyValue {

    static final String VERSION = "0.2.0-draft2";

    /** How the linker finds it. */
    public static final HostInterface INTERFACE =
            HostInterface.of("wasi:keyvalue/store", VERSION, WasiKeyValue.class).resource("bucket", Bucket.class);

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
    public Result<Bucket, Failure> open(String identifier) {
        return granted.contains(identifier) || granted.contains(KeyValueStores.ANY)
                ? attempt(() -> new Bucket(stores.backend(stores.label(identifier)), stores.label(identifier)))
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

    /** {@code resource bucket}. */
    public static final class Bucket implements HostResource {
        final KeyValueBackend backend;
        final String store;

        private Bucket(KeyValueBackend backend, String store) {
            this.backend = backend;
            this.store = store;
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

        @Wit("list-keys")
        public Result<KeyResponse, Failure> listKeys(Optional<String> cursor) {
            return attempt(() -> {
                KeyValueBackend.Page page = backend.keys(store, cursor);
                return new KeyResponse(page.keys(), page.cursor());
            });
        }
    }
}
