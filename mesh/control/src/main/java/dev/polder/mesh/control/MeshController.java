package dev.polder.mesh.control;

import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.Resource;
import dev.polder.kernel.model.ResourceKey;
import dev.polder.kernel.store.ResourceStore;
import dev.polder.mesh.config.Compilation;
import dev.polder.mesh.config.MeshCompiler;
import dev.polder.mesh.config.MeshKinds;
import dev.polder.mesh.config.MeshSnapshot;
import dev.polder.mesh.config.SnapshotSource;
import dev.polder.mesh.config.Subscription;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Keeps the snapshot in step with the store: declare → resource → snapshot.
 *
 * <p>All work happens on one thread: watch events put a resource into a map and ask for a compilation, which runs once
 * per {@code debounce} however many changes came. The snapshot is published first, statuses are written after it. A
 * compilation that fails keeps the last good snapshot.
 *
 * <p>Why statuses do not loop: the compiler answers an unchanged status for an unchanged mesh, only a status that
 * differs from the stored one is written, and the event of our own write is recognised and compiles nothing.
 */
public final class MeshController implements SnapshotSource, AutoCloseable {

    /** How long changes are collected unless told otherwise. */
    public static final Duration DEBOUNCE = Duration.ofMillis(20);

    /** How often a compilation is put off, by {@code debounce}, while some kind has not told all of its changes. */
    private static final int PATIENCE = 25;

    private static final Logger LOG = LoggerFactory.getLogger(MeshController.class);

    private final ResourceStore store;
    private final MeshCompiler compiler;
    private final Duration debounce;
    private final ScheduledExecutorService thread;
    private final Listeners<MeshSnapshot> listeners = new Listeners<>();
    private final List<ResourceStore.Watch> watches = new ArrayList<>();
    private final LongAdder compilations = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private final LongAdder statusWrites = new LongAdder();

    // of the one thread
    private final Map<ResourceKey, Resource> resources = new HashMap<>();
    private final Map<ResourceKey, ObjectNode> written = new HashMap<>();
    private @Nullable Future<?> scheduled;
    private long newest;
    private int putOff;
    private boolean isRead;

    private volatile MeshSnapshot current;

    /** A controller that does nothing until {@link #start}. */
    public MeshController(ResourceStore store, MeshCompiler compiler, Duration debounce) {
        this.store = store;
        this.compiler = compiler;
        this.debounce = debounce;
        this.current = MeshSnapshot.empty(compiler.options().trustDomain());
        this.thread = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("mesh-controller").factory());
    }

    /** Reads the store, publishes the first snapshot, and watches from there. Blocks until the snapshot is there. */
    public void start() {
        for (MeshKinds.Kind kind : MeshKinds.ALL) {
            ResourceStore.Listing listing = store.list(kind.group(), kind.name(), null);
            onThread(() -> listing.items().forEach(resource -> resources.put(resource.key(), resource)));
            watches.add(store.watch(kind.group(), kind.name(), listing.version(), this::changed));
        }
        onThread(() -> {
            isRead = true;
            compile();
        });
    }

    private void onThread(Runnable work) {
        try {
            thread.submit(work).get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Problem.unavailable("interrupted while the mesh was being compiled", e);
        } catch (ExecutionException e) {
            throw Problem.internal("the mesh controller failed to start: " + e.getCause(), e.getCause());
        }
    }

    private void changed(ResourceStore.ResourceEvent event) {
        try {
            thread.execute(() -> apply(event));
        } catch (RejectedExecutionException e) {
            LOG.debug("a change came after the controller was closed");
        }
    }

    private void apply(ResourceStore.ResourceEvent event) {
        Resource resource = event.resource();
        ResourceKey key = resource.key();
        if (event.type() == ResourceStore.ResourceEvent.Type.DELETED) {
            resources.remove(key);
            written.remove(key);
        } else {
            Resource before = resources.put(key, resource);
            boolean ownWrite = before != null
                    && resource.status().equals(written.get(key))
                    && before.fields().equals(resource.fields())
                    && before.metadata().generation() == resource.metadata().generation()
                    && before.metadata().labels().equals(resource.metadata().labels())
                    && before.metadata()
                            .annotations()
                            .equals(resource.metadata().annotations());
            if (ownWrite) {
                return;
            }
        }
        newest = Math.max(newest, resource.metadata().resourceVersion());
        if (scheduled == null && isRead) {
            compileLater();
        }
    }

    private void compileLater() {
        scheduled = thread.schedule(this::compileWhole, debounce.toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * Each kind is told by a watch of its own. What was stored in one transaction is compiled when all of it was told: a
     * route whose Service is still on its way would be without a backend for a moment, and say so.
     */
    private void compileWhole() {
        long upTo = newest;
        boolean isTold = watches.stream().allMatch(watch -> watch.position() >= upTo);
        thread.execute(
                () -> { // after what was told until then
                    if ((isTold && newest == upTo) || putOff == PATIENCE) {
                        putOff = 0;
                        compile();
                    } else {
                        putOff++;
                        compileLater();
                    }
                });
    }

    private void compile() {
        scheduled = null;
        try {
            Compilation compilation = compiler.compile(List.copyOf(resources.values()), current.version() + 1);
            compilations.increment();
            current = compilation.snapshot();
            listeners.tell(current);
            compilation.statuses().forEach(this::writeStatus);
        } catch (RuntimeException e) {
            failures.increment();
            LOG.error("the mesh could not be compiled; snapshot {} stays in force", current.version(), e);
        }
    }

    private void writeStatus(ResourceKey key, ObjectNode status) {
        Resource seen = resources.get(key);
        if (seen == null || seen.status().equals(status)) {
            return;
        }
        try {
            Resource stored = store.get(key).orElse(null);
            if (stored == null || !stored.status().equals(seen.status())) {
                // somebody else wrote meanwhile: its event is on the way and compiles again
                return;
            }
            written.put(key, status);
            store.applyStatus(key, status);
            statusWrites.increment();
        } catch (Problem e) {
            written.remove(key);
            if (e.code() != Problem.Code.NOT_FOUND) {
                failures.increment();
                LOG.warn("the status of {} could not be written; tried again with the next change", key, e);
            }
        }
    }

    @Override
    public MeshSnapshot current() {
        return current;
    }

    @Override
    public Subscription subscribe(Consumer<MeshSnapshot> listener) {
        Subscription subscription = listeners.add(listener);
        Listeners.tell(listener, current);
        return subscription;
    }

    /** How it has been going. */
    public Counters counters() {
        return new Counters(compilations.sum(), failures.sum(), statusWrites.sum(), current.version());
    }

    /**
     * Counts for metrics.
     *
     * @param failures compilations and status writes that failed
     * @param version of the snapshot in force
     */
    public record Counters(long compilations, long failures, long statusWrites, long version) {}

    @Override
    public void close() {
        watches.forEach(ResourceStore.Watch::close);
        thread.shutdownNow();
    }
}
