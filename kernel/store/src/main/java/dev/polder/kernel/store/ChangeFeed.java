package dev.polder.kernel.store;

import dev.polder.kernel.model.Problem;
import dev.polder.kernel.store.ResourceStore.ResourceEvent;
import dev.polder.kernel.store.ResourceStore.Watch;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells watches of changes.
 *
 * <p>A writer of this process says how far the feed goes after its commit. On PostgreSQL other processes write too: one
 * thread listens for their notifications and looks for itself every two seconds, so that a lost notification only costs
 * time. Each watch reads the table from its own position on a virtual thread; it can therefore be slow without holding
 * up anybody, and misses nothing.
 */
final class ChangeFeed implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ChangeFeed.class);
    private static final int LOOK_MILLIS = 2_000;

    private final Database database;
    private final FeedLimits limits;
    private final Set<FeedWatch> watches = ConcurrentHashMap.newKeySet();
    private final Object moved = new Object();
    private long last;
    private long trimmedAt;
    private volatile boolean closed;
    private @Nullable Thread listener;

    private ChangeFeed(Database database, FeedLimits limits, long last) {
        this.database = database;
        this.limits = limits;
        this.last = last;
        this.trimmedAt = last;
    }

    static ChangeFeed start(Database database, FeedLimits limits) {
        ChangeFeed feed = new ChangeFeed(database, limits, database.read(ChangeRows::last));
        if (database instanceof PostgresDatabase postgres) {
            feed.listener = Thread.ofVirtual().name("change-listener").start(() -> feed.listen(postgres));
        }
        return feed;
    }

    /** Says that the feed reaches this version. */
    void advance(long version) {
        boolean trim = false;
        synchronized (moved) {
            if (version > last) {
                last = version;
                moved.notifyAll();
                if (version - trimmedAt >= limits.every()) {
                    trimmedAt = version;
                    trim = true;
                }
            }
        }
        if (trim) {
            compact(version);
        }
    }

    /** Waits until the feed is beyond a version, and returns how far it is. */
    long awaitBeyond(long version) throws InterruptedException {
        synchronized (moved) {
            while (last <= version && !closed) {
                moved.wait();
            }
            return last;
        }
    }

    /** A change must not vanish before the watches of this process have seen it. */
    private void compact(long version) {
        long seen = watches.stream().mapToLong(FeedWatch::position).min().orElse(Long.MAX_VALUE);
        long upTo = Math.min(version - limits.changes(), seen);
        long before = System.currentTimeMillis() - limits.age().toMillis();
        try {
            database.write(connection -> {
                ChangeRows.compact(connection, upTo, before);
                return true;
            });
        } catch (Problem e) {
            LOG.atWarn().setCause(e).log("the change feed could not be trimmed; it will be tried again");
        }
    }

    Watch watch(String group, String kind, long from, Consumer<ResourceEvent> consumer) {
        FeedWatch watch = new FeedWatch(this, database, group, kind, from, consumer);
        // Registered before the check, so that no compaction can come between.
        watches.add(watch);
        long compacted = database.read(ChangeRows::compacted);
        if (from < compacted) {
            watches.remove(watch);
            throw Problem.invalid("watch from version " + from + ": the change feed begins after " + compacted
                    + " (expected: list again and watch from that version)");
        }
        watch.start();
        return watch;
    }

    void ended(FeedWatch watch) {
        watches.remove(watch);
    }

    private void listen(PostgresDatabase postgres) {
        boolean warned = false;
        while (!closed) {
            try (Connection connection = postgres.listener()) {
                try (var statement = connection.createStatement()) {
                    statement.execute("LISTEN " + ChangeRows.CHANNEL);
                }
                warned = false;
                PGConnection notifications = connection.unwrap(PGConnection.class);
                while (!closed) {
                    advance(ChangeRows.last(connection));
                    notifications.getNotifications(LOOK_MILLIS);
                }
            } catch (SQLException e) {
                if (!closed && !warned) {
                    warned = true;
                    LOG.atWarn().setCause(e).log("the change feed lost PostgreSQL; watches wait until it is back");
                }
                pause();
            }
        }
    }

    /** Ended early by the interrupt of {@link #close}. */
    private static void pause() {
        try {
            Thread.sleep(LOOK_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed = true;
        synchronized (moved) {
            moved.notifyAll();
        }
        watches.forEach(FeedWatch::close);
        Thread thread = listener;
        if (thread != null) {
            thread.interrupt();
            try {
                thread.join(LOOK_MILLIS * 2L);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
