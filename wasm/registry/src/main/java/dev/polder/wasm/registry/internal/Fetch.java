package dev.polder.wasm.registry.internal;

import dev.polder.kernel.model.Digest;
import dev.polder.kernel.model.Problem;
import dev.polder.kernel.store.BlobStore;
import dev.polder.wasm.registry.PullLimits;
import dev.polder.wasm.registry.PullOptions;
import dev.polder.wasm.registry.PullPolicy;
import dev.polder.wasm.registry.TransferEvent;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Brings verified blobs into the store, from the registry when they are not there and the policy allows it. */
public final class Fetch {

    private static final int PARALLEL = 4;

    private final Api api;
    private final BlobStore blobs;
    private final PullOptions options;
    private final List<byte[]> documents = new ArrayList<>();

    public Fetch(Api api, BlobStore blobs, PullOptions options) {
        this.api = api;
        this.blobs = blobs;
        this.options = options;
    }

    PullLimits limits() {
        return options.limits();
    }

    BlobStore blobs() {
        return blobs;
    }

    /** Whether the store has it; a store that has it in another size shows that the manifest lies. */
    boolean isPresent(Descriptor blob) {
        long size = blobs.size(blob.digest()).orElse(blob.size());
        if (size != blob.size()) {
            throw Api.upstream("blob " + blob.digest() + ": " + blob.size() + " bytes, says the manifest (expected: "
                    + size + ", as these bytes are known here)");
        }
        return blobs.size(blob.digest()).isPresent();
    }

    /** Remembers bytes for {@link #keepDocuments}. */
    void document(byte[] bytes) {
        documents.add(bytes);
    }

    /** Stores the manifests and configs that were looked at: last, so that a store that has them has it all. */
    public void keepDocuments() {
        documents.forEach(blobs::put);
    }

    /**
     * A small blob in memory, for a look at it; stored by {@link #keepDocuments}.
     *
     * @throws Problem TOO_LARGE before anything is fetched
     */
    byte[] bytes(Descriptor blob, int max, String what) {
        requireAtMost(blob, max, what);
        if (isPresent(blob)) {
            return blobs.read(blob.digest());
        }
        requireNetwork(blob.digest());
        try (BlobDownload download = new BlobDownload(api, blob, options.listener())) {
            byte[] bytes = download.readNBytes((int) blob.size());
            if (download.read() >= 0) {
                throw new IllegalStateException("a blob longer than its descriptor was not refused");
            }
            document(bytes);
            return bytes;
        } catch (IOException e) {
            throw new IllegalStateException("a download ends in bytes or a Problem", e);
        }
    }

    /** Brings blobs into the store, several at once; when one fails, the others are stopped and waited for. */
    void store(Collection<Descriptor> wanted) {
        Map<Digest, Descriptor> missing = new LinkedHashMap<>();
        for (Descriptor blob : wanted) {
            requireAtMost(blob, limits().blobBytes(), "layer");
            if (isPresent(blob)) {
                options.listener()
                        .on(new TransferEvent(TransferEvent.Kind.PRESENT, blob.digest(), blob.size(), blob.size()));
            } else {
                requireNetwork(blob.digest());
                missing.put(blob.digest(), blob);
            }
        }
        try (ExecutorService threads = Executors.newFixedThreadPool(
                PARALLEL, Thread.ofVirtual().name("registry-pull-", 0).factory())) {
            CompletionService<Descriptor> transfers = new ExecutorCompletionService<>(threads);
            missing.values().forEach(blob -> transfers.submit(() -> store(blob), blob));
            try {
                for (int i = 0; i < missing.size(); i++) {
                    transfers.take().get();
                }
            } catch (ExecutionException e) {
                threads.shutdownNow();
                throw e.getCause() instanceof Problem problem
                        ? problem
                        : Problem.internal("a blob could not be fetched: " + e.getCause(), e.getCause());
            } catch (InterruptedException e) {
                threads.shutdownNow();
                Thread.currentThread().interrupt();
                throw api.deadline().cancelled(e);
            }
        }
    }

    private void store(Descriptor blob) {
        try (BlobDownload download = new BlobDownload(api, blob, options.listener())) {
            blobs.put(download, blob.size());
        }
    }

    /** A blob in a file that is not the store's. */
    void toFile(Descriptor blob, Path file) throws IOException {
        requireAtMost(blob, limits().blobBytes(), "layer");
        requireNetwork(blob.digest());
        try (BlobDownload download = new BlobDownload(api, blob, options.listener());
                OutputStream out = Files.newOutputStream(file)) {
            download.transferTo(out);
        }
    }

    void requireNetwork(Object what) {
        if (options.policy() == PullPolicy.NEVER) {
            throw Problem.notFound(what + ": not in the store, and the pull policy is NEVER (expected: IF_NOT_PRESENT"
                    + " or ALWAYS to ask the registry)");
        }
    }

    private static void requireAtMost(Descriptor blob, long max, String what) {
        if (blob.size() > max) {
            throw new Problem(
                    Problem.Code.TOO_LARGE,
                    Problem.WhoFailed.UPSTREAM,
                    false,
                    what + " " + blob.digest() + ": " + blob.size() + " bytes (expected: at most " + max + ")",
                    null,
                    null);
        }
    }
}
