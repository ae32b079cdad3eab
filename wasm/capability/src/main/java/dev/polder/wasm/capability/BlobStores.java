package dev.polder.wasm.capability;

import dev.polder.kernel.model.Problem;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The containers of blobs of one app: those that the operator put elsewhere, and the embedded store for all others. Safe
 * for any thread.
 */
public final class BlobStores implements AutoCloseable {

    private final Map<String, BlobBackend> elsewhere;
    private final Supplier<EmbeddedBlobs> embedded;
    private final BlobLimits limits;
    private final ConcurrentHashMap<String, EmbeddedBlobs> opened;
    private final AtomicLong incoming;
    private final String prefix;

    private BlobStores(
            Map<String, BlobBackend> elsewhere,
            Supplier<EmbeddedBlobs> embedded,
            BlobLimits limits,
            ConcurrentHashMap<String, EmbeddedBlobs> opened,
            AtomicLong incoming,
            String prefix) {
        this.elsewhere = Map.copyOf(elsewhere);
        this.embedded = embedded;
        this.limits = limits;
        this.opened = opened;
        this.incoming = incoming;
        this.prefix = prefix;
    }

    /**
     * Containers in a folder of the app's own, which is made when one is first used.
     *
     * @param elsewhere back ends by the container's name, closed with this
     */
    public static BlobStores in(Path folder, BlobLimits limits, Map<String, BlobBackend> elsewhere) {
        return new BlobStores(
                elsewhere,
                () -> EmbeddedBlobs.open(folder, limits),
                limits,
                new ConcurrentHashMap<>(),
                new AtomicLong(),
                "");
    }

    /**
     * The same store, but with containers apart from those of other entries of a manifest: {@code ENTRY_CONTAINER}, by which
     * the operator may put them elsewhere. Whoever closes these closes those of all entries.
     */
    BlobStores of(String entry) {
        return new BlobStores(elsewhere, embedded, limits, opened, incoming, entry + "_");
    }

    /** @throws Problem UNAVAILABLE when the embedded store cannot be opened */
    BlobBackend backend(String container) {
        @Nullable BlobBackend other = elsewhere.get(prefix + container);
        BlobBackend all = other != null ? other : embedded();
        return prefix.isEmpty() ? all : new NamedBlobs(all, prefix);
    }

    /** Where values are written until they are finished: the disk of the app. */
    EmbeddedBlobs embedded() {
        return opened.computeIfAbsent("", _ -> embedded.get());
    }

    BlobLimits limits() {
        return limits;
    }

    /**
     * Counts bytes that guests wrote and did not finish.
     *
     * @throws Problem TOO_LARGE when they would be more than the app may keep
     */
    void incoming(long bytes) {
        if (incoming.addAndGet(bytes) > limits.totalBytes()) {
            incoming.addAndGet(-bytes);
            throw Problem.tooLarge(
                    "unfinished blobs of the app (expected: at most " + limits.totalBytes() + " bytes together)");
        }
    }

    void done(long bytes) {
        incoming.addAndGet(-bytes);
    }

    @Override
    public void close() {
        opened.values().forEach(BlobBackend::close);
        elsewhere.values().forEach(BlobBackend::close);
    }
}
