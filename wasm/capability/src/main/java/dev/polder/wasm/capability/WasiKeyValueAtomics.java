package dev.polder.wasm.capability;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.capability.WasiKeyValue.Bucket;
import dev.polder.wasm.component.HostInterface;
import dev.polder.wasm.component.HostResource;
import dev.polder.wasm.component.Result;
import dev.polder.wasm.component.Wit;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code wasi:keyvalue/atomics@0.2.0-draft2}. */
public final class WasiKeyValueAtomics {

    /** How the linker finds it. */
    public static final HostInterface INTERFACE = HostInterface.of(
                    "wasi:keyvalue/atomics", WasiKeyValue.VERSION, WasiKeyValueAtomics.class)
            .resource("cas", Cas.class);

    /** {@code variant cas-error}. */
    public sealed interface CasError {
        record StoreError(WasiKeyValue.Failure error) implements CasError {}

        /** The value changed; the new handle has the latest one. */
        record CasFailed(Cas cas) implements CasError {}
    }

    /** {@code resource cas}: a key of a bucket and the value that it had. */
    public static final class Cas implements HostResource {
        private final Bucket bucket;
        private final String key;
        private final Optional<byte[]> seen;

        private Cas(Bucket bucket, String key) {
            this.bucket = bucket;
            this.key = key;
            this.seen = bucket.backend.get(bucket.store, key);
        }

        @Wit("current")
        public Result<Optional<byte[]>, WasiKeyValue.Failure> current() {
            return Result.ok(seen);
        }
    }

    @Wit("[static]cas.new")
    public Result<Cas, WasiKeyValue.Failure> newCas(Bucket bucket, String key) {
        return WasiKeyValue.attempt(() -> new Cas(bucket, key));
    }

    @Wit("increment")
    public Result<Long, WasiKeyValue.Failure> increment(Bucket bucket, String key, long delta) {
        return WasiKeyValue.attempt(() -> bucket.backend.increment(bucket.store, key, delta));
    }

    @Wit("swap")
    public Result<@Nullable Void, CasError> swap(Cas cas, byte[] value) {
        try {
            if (cas.bucket.backend.swap(cas.bucket.store, cas.key, cas.seen, value)) {
                return Result.ok(null);
            }
            return Result.err(new CasError.CasFailed(new Cas(cas.bucket, cas.key)));
        } catch (Problem e) {
            return Result.err(new CasError.StoreError(new WasiKeyValue.Failure.Other(e.detail())));
        }
    }
}
