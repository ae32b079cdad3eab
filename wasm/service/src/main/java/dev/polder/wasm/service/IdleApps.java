package dev.polder.wasm.service;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.engine.GuestExecutor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets apps that nobody asks for go of their compiled code, and sees to it that they wake quickly: what is left of the last
 * ones is held, so that their files are not read again, and what wakes an app is run until the JVM has compiled it, for in a
 * Polder where all sleeps it hardly ever runs. A thread of its own.
 */
final class IdleApps implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(IdleApps.class);

    /** More than what is left of a component of the usual size, so that all that is held is an eighth of the heap at most. */
    private static final long BYTES_LEFT = 64 * 1024;

    private static final long HELD = Runtime.getRuntime().maxMemory() / 8 / BYTES_LEFT;

    /** In all: from there on the compiler finds nothing more to do. */
    private static final int REHEARSALS = 400;

    /** Of an app that fell asleep, so that several get their turn, which differ in what they are made of. */
    private static final int REHEARSALS_OF_ONE = 100;

    /** In all, too. */
    private static final long LONGEST_NANOS = 3_000_000_000L;

    private static final Duration CLOSING = Duration.ofSeconds(5);

    private final Collection<App> apps;
    private final GuestExecutor executor;
    private final long idleNanos;
    private final Thread thread;
    private volatile boolean closed;

    /** The last ones that fell asleep at the end. */
    private final SequencedMap<App, List<Reloadable.Dormant<?>>> held = new LinkedHashMap<>();

    private int rehearsals;
    private long rehearsedNanos;

    /**
     * @param apps all there are, at any time; read by a thread of its own
     * @param executor has the threads that may run guests
     * @param idle without a request after which an app lets go of its code
     */
    IdleApps(Collection<App> apps, GuestExecutor executor, Duration idle) {
        this.apps = apps;
        this.executor = executor;
        this.idleNanos = idle.toNanos();
        this.thread = Thread.ofVirtual().name("idle-apps").start(this::run);
    }

    private void run() {
        long pause = Math.clamp(idleNanos / 4, 10_000_000, 60_000_000_000L);
        while (!closed) {
            LockSupport.parkNanos(pause);
            List<App> asleep = new ArrayList<>();
            for (App app : apps) {
                if (fellAsleep(app)) {
                    asleep.add(app);
                }
            }
            held.keySet().retainAll(Set.copyOf(apps));
            while (held.size() > HELD) {
                held.pollFirstEntry();
            }
            asleep.forEach(this::rehearse);
        }
    }

    private boolean fellAsleep(App app) {
        try {
            List<Reloadable.Dormant<?>> left = app.releaseIdle(idleNanos);
            if (left.isEmpty()) {
                return false;
            }
            held.remove(app);
            held.put(app, left);
            return true;
        } catch (RuntimeException e) {
            LOG.error("workload {}: it cannot let go of its code; it is tried again", app.workload(), e);
            return false;
        }
    }

    private void rehearse(App app) {
        for (int i = 0; i < REHEARSALS_OF_ONE && mayRehearse(); i++) {
            long began = System.nanoTime();
            boolean woke = false;
            try {
                woke = executor.submit(app::rehearse).join();
            } catch (CompletionException | Problem e) {
                LOG.debug("workload {} could not be woken for nobody", app.workload(), e);
            }
            if (!woke) {
                return;
            }
            rehearsals++;
            rehearsedNanos += System.nanoTime() - began;
        }
    }

    private boolean mayRehearse() {
        return !closed && rehearsals < REHEARSALS && rehearsedNanos < LONGEST_NANOS;
    }

    /** Lets no app go to sleep any more, and waits a while for a rehearsal under way. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        try {
            var _ = thread.join(CLOSING);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
