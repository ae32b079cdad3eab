package dev.polder.wasm.capability;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.component.HostInterface;
import dev.polder.wasm.component.HostResource;
import dev.polder.wasm.component.Result;
import dev.polder.wasm.component.Wit;
import dev.polder.wasm.engine.CallMemory;
import dev.polder.wasm.engine.GuestExecutor;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** {@code fermyon:spin/key-value@2.0.0} of one instance. */
public final class SpinKeyValue {

    /** How the linker finds it. */
    public static final HostInterface INTERFACE = HostInterface.of(
                    "fermyon:spin/key-value", "2.0.0", SpinKeyValue.class)
            .resource("store", Store.class);

    private static final int MAX_OPEN = 256;

    /** {@code variant error}. */
    public sealed interface Failure {
        record StoreTableFull() implements Failure {}

        record NoSuchStore() implements Failure {}

        record AccessDenied() implements Failure {}

        record Other(String message) implements Failure {}
    }

    private final KeyValueStores stores;
    private final Set<String> granted;
    private int open;

    /** @param granted the labels of the component's {@code key_value_stores} */
    public SpinKeyValue(KeyValueStores stores, Set<String> granted) {
        this.stores = stores;
        this.granted = Set.copyOf(granted);
    }

    @Wit("[static]store.open")
    public Result<Store, Failure> open(String label) {
        if (!granted.contains(label)) {
            return Result.err(new Failure.AccessDenied());
        }
        if (open >= MAX_OPEN) {
            return Result.err(new Failure.StoreTableFull());
        }
        return attempt(() -> {
            Store store = new Store(stores.backend(label), label);
            open++;
            return store;
        });
    }

    private static <T extends @Nullable Object> Result<T, Failure> attempt(Supplier<T> work) {
        try {
            return Result.ok(GuestExecutor.blocking(work::get));
        } catch (Problem e) {
            return Result.err(new Failure.Other(e.detail()));
        }
    }

    private static Result<@Nullable Void, Failure> done(Runnable work) {
        return SpinKeyValue.<@Nullable Void>attempt(() -> {
            work.run();
            return null;
        });
    }

    /** {@code resource store}. */
    public final class Store implements HostResource {
        private final KeyValueBackend backend;
        private final String label;
        private boolean dropped;

        private Store(KeyValueBackend backend, String label) {
            this.backend = backend;
            this.label = label;
        }

        @Wit("get")
        public Result<Optional<byte[]>, Failure> get(String key) {
            return attempt(() -> backend.get(label, key));
        }

        @Wit("set")
        public Result<@Nullable Void, Failure> set(String key, byte[] value) {
            return done(() -> backend.set(label, key, value));
        }

        @Wit("delete")
        public Result<@Nullable Void, Failure> delete(String key) {
            return done(() -> backend.delete(label, key));
        }

        @Wit("exists")
        public Result<Boolean, Failure> exists(String key) {
            return attempt(() -> backend.exists(label, key));
        }

        @Wit("get-keys")
        public Result<List<String>, Failure> getKeys() {
            return attempt(() -> allKeys(backend, label, stores.limits().listed()));
        }

        @Override
        public void drop() {
            if (!dropped) {
                dropped = true;
                open--;
            }
        }
    }

    /** What a key takes in the heap, beside its characters. */
    private static final int HELD_KEY = 100;

    static List<String> allKeys(KeyValueBackend backend, String label, int most) {
        Set<String> keys = new LinkedHashSet<>(); // a listing in pages may name a key twice
        Optional<String> cursor = Optional.empty();
        do {
            KeyValueBackend.Page page = backend.keys(label, cursor);
            for (String key : page.keys()) {
                CallMemory.hold(2L * key.length() + HELD_KEY);
                keys.add(key);
            }
            cursor = page.cursor();
            if (keys.size() > most) {
                throw Problem.tooLarge("more than " + most + " keys (expected: fewer, or a listing in pages)");
            }
        } while (cursor.isPresent());
        return List.copyOf(keys);
    }
}
