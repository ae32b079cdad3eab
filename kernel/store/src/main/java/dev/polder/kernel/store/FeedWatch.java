package dev.polder.kernel.store;

import dev.polder.kernel.model.Problem;
import dev.polder.kernel.store.ResourceStore.ResourceEvent;
import dev.polder.kernel.store.ResourceStore.Watch;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One reader of the change feed, with its position. */
final class FeedWatch implements Watch {

    private static final Logger LOG = LoggerFactory.getLogger(FeedWatch.class);
    private static final int BATCH = 200;
    private static final long RETRY_MILLIS = 1_000;

    private record Batch(List<ResourceEvent> events, long last) {}

    private final ChangeFeed feed;
    private final Database database;
    private final String group;
    private final String kind;
    private final Consumer<ResourceEvent> consumer;
    private final Thread thread;
    private final Object telling = new Object();
    private volatile long position;
    private volatile boolean closed;

    FeedWatch(
            ChangeFeed feed,
            Database database,
            String group,
            String kind,
            long from,
            Consumer<ResourceEvent> consumer) {
        this.feed = feed;
        this.database = database;
        this.group = group;
        this.kind = kind;
        this.position = from;
        this.consumer = consumer;
        this.thread = Thread.ofVirtual().name("watch " + kind).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    @Override
    public long position() {
        return position;
    }

    private void run() {
        try {
            while (!closed) {
                feed.awaitBeyond(position);
                if (!closed) {
                    tellNext();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).addKeyValue("kind", kind).log("a watch ended because its consumer failed");
        } finally {
            closed = true;
            feed.ended(this);
        }
    }

    private void tellNext() throws InterruptedException {
        long from = position;
        Batch batch;
        try {
            batch = database.read(connection ->
                    new Batch(ChangeRows.after(connection, group, kind, from, BATCH), ChangeRows.last(connection)));
        } catch (Problem e) {
            if (!e.retryable()) {
                throw e;
            }
            if (closed) {
                return;
            }
            LOG.atWarn()
                    .setCause(e)
                    .addKeyValue("kind", kind)
                    .log("a watch could not read the change feed; it tries again");
            Thread.sleep(RETRY_MILLIS);
            return;
        }
        for (ResourceEvent event : batch.events()) {
            synchronized (telling) {
                if (closed) {
                    return;
                }
                consumer.accept(event);
            }
            position = event.resource().metadata().resourceVersion();
        }
        // A batch that is not full was all there is up to the feed's end, read in the same snapshot.
        if (batch.events().size() < BATCH) {
            position = Math.max(position, batch.last());
        }
    }

    /** Waits for an event that is being told, unless the consumer itself closes the watch. */
    @Override
    public void close() {
        closed = true;
        if (Thread.currentThread() == thread) {
            return;
        }
        synchronized (telling) {
            // Nobody is being told anything now, and nobody will be: the interrupt cannot hit the consumer.
            thread.interrupt();
        }
    }
}
