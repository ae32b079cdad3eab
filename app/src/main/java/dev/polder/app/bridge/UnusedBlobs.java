package dev.polder.app.bridge;

import com.linecorp.armeria.common.HttpResponse;
import dev.polder.kernel.model.Digest;
import dev.polder.kernel.model.Problem;
import dev.polder.kernel.server.Accounts;
import dev.polder.kernel.server.ErrorBody;
import dev.polder.kernel.server.Request;
import dev.polder.kernel.server.Responses;
import dev.polder.kernel.server.Routes;
import dev.polder.kernel.store.BlobStore;
import dev.polder.kernel.store.BlobUse;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Deletes stored files that nothing needs any more: no version that serves or is kept, no document of a release. They are
 * spared for a time after the last use, so that a deployment under way finds what it stored; when it cannot be told what
 * is needed, nothing is deleted.
 *
 * <p>{@code GET /api/polder/blobs} looks only, {@code POST /api/polder/blobs/collect} collects; both are the
 * administrator's. {@code polder_blobs}, {@code polder_blob_bytes}, {@code polder_blobs_unused} and {@code
 * polder_blob_unused_bytes} are as of the last look, {@code polder_blobs_deleted_total} and {@code
 * polder_blob_deleted_bytes_total} since the start.
 */
public final class UnusedBlobs implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(UnusedBlobs.class);
    private static final Duration FIRST = Duration.ofMinutes(1);
    private static final int LOOKS = 8;

    private final BlobStore blobs;
    private final List<Supplier<Set<Digest>>> needed;
    private final Duration spared;
    private final Counter deleted;
    private final Counter deletedBytes;
    private final ReentrantLock one = new ReentrantLock();
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile @Nullable BlobUse last;
    private @Nullable Thread thread;

    /**
     * Does nothing until it is asked or {@link #start}ed.
     *
     * @param needed each says what some part needs, or throws
     * @param spared how long a file is kept after its last use; zero keeps all
     */
    public UnusedBlobs(BlobStore blobs, List<Supplier<Set<Digest>>> needed, Duration spared, MeterRegistry registry) {
        this.blobs = blobs;
        this.needed = List.copyOf(needed);
        this.spared = spared;
        this.deleted = Counter.builder("polder.blobs.deleted")
                .description("Stored files that were deleted because nothing needed them.")
                .register(registry);
        this.deletedBytes = Counter.builder("polder.blob.deleted.bytes")
                .description("Bytes of the stored files that were deleted.")
                .register(registry);
        gauge("polder.blobs", "Stored files.", BlobUse::blobsLeft, registry);
        gauge("polder.blob.bytes", "Bytes of the stored files.", BlobUse::bytesLeft, registry);
        gauge("polder.blobs.unused", "Stored files that nothing needs, deleted later.", BlobUse::unusedLeft, registry);
        gauge("polder.blob.unused.bytes", "Bytes of those.", BlobUse::unusedBytesLeft, registry);
    }

    private void gauge(String name, String what, ToDoubleFunction<BlobUse> figure, MeterRegistry registry) {
        Gauge.builder(name, this, it -> {
                    BlobUse use = it.last;
                    return use == null ? Double.NaN : figure.applyAsDouble(use);
                })
                .description(what)
                .register(registry);
    }

    /** Collects from now on, a few times in the time that files are spared. */
    public void start() {
        if (!spared.isZero()) {
            thread = Thread.ofVirtual().name("unused-blobs").start(this::run);
        }
    }

    private void run() {
        try {
            Duration pause = FIRST;
            while (!closed.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                pause = spared.dividedBy(LOOKS);
                try {
                    collect(false);
                } catch (Problem e) {
                    LOG.warn("no stored file was deleted; it is tried again in {}: {}", pause, e.getMessage());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Looks, and deletes what is due.
     *
     * @throws Problem when it cannot be told what is needed; nothing is deleted then
     */
    public BlobUse collect(boolean dryRun) {
        one.lock();
        try {
            BlobUse use = blobs.collect(this::needed, spared, dryRun || spared.isZero());
            last = use;
            if (use.deleted()) {
                deleted.increment((double) use.due());
                deletedBytes.increment((double) use.dueBytes());
            }
            if (use.deleted() && use.due() > 0) {
                LOG.info(
                        "deleted {} stored files ({} bytes) that nothing needs; {} ({} bytes) are there, {} of them spared",
                        use.due(),
                        use.dueBytes(),
                        use.blobsLeft(),
                        use.bytesLeft(),
                        use.unusedLeft());
            }
            if (use.missing() > 0) {
                LOG.warn(
                        "{} stored files that are needed are not there (expected: restored from a backup)",
                        use.missing());
            }
            return use;
        } finally {
            one.unlock();
        }
    }

    private Set<Digest> needed() {
        Set<Digest> all = new HashSet<>();
        needed.forEach(part -> all.addAll(part.get()));
        return all;
    }

    public Routes routes() {
        return new Routes("/api/polder", ErrorBody.problem())
                .get("/blobs", request -> answer(request, true))
                .post("/blobs/collect", request -> answer(request, false));
    }

    private HttpResponse answer(Request request, boolean dryRun) {
        if (!request.caller().ref().equals(Accounts.ADMIN)) {
            throw new Problem(
                    Problem.Code.FORBIDDEN,
                    Problem.WhoFailed.CALLER,
                    false,
                    "stored files are looked after by " + Accounts.ADMIN + " (you are "
                            + request.caller().ref() + ")",
                    null,
                    null);
        }
        BlobUse use = collect(dryRun);
        return Responses.json(JsonNodeFactory.instance
                .objectNode()
                .put("blobs", use.blobs())
                .put("bytes", use.bytes())
                .put("unused", use.unused())
                .put("unusedBytes", use.unusedBytes())
                .put("due", use.due())
                .put("dueBytes", use.dueBytes())
                .put("missing", use.missing())
                .put("sparedHours", spared.toHours())
                .put("deleted", use.deleted()));
    }

    @Override
    public void close() {
        closed.countDown();
        Thread started = thread;
        if (started != null) {
            try {
                started.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
