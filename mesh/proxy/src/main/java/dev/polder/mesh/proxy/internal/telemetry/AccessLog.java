package dev.polder.mesh.proxy.internal.telemetry;

import dev.polder.mesh.proxy.AccessLogMode;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what ended to the logger {@code access}, on a thread of its own: an event loop only puts an event into a queue,
 * and when that is full the event is counted as lost instead of waited for.
 */
public final class AccessLog implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("access");
    private static final Logger OWN = LoggerFactory.getLogger(AccessLog.class);
    private static final int QUEUE = 8192;

    private final AccessLogMode mode;
    private final int oneIn;
    private final ArrayBlockingQueue<AccessEvent> queue = new ArrayBlockingQueue<>(QUEUE);
    private final LongAdder lost = new LongAdder();
    private final Thread writer;
    private volatile boolean closing;

    /**
     * @param oneIn 1 logs every successful request, N one in N of them; what failed is always logged
     */
    public AccessLog(AccessLogMode mode, int oneIn) {
        this.mode = mode;
        this.oneIn = Math.max(1, oneIn);
        this.writer = Thread.ofVirtual().name("access-log").unstarted(this::write);
        if (mode != AccessLogMode.OFF) {
            writer.start();
        }
    }

    /** Whether an event with this status should be made at all. */
    public boolean wants(int status, long count) {
        return mode != AccessLogMode.OFF && (status >= 500 || oneIn == 1 || count % oneIn == 0);
    }

    public boolean isOn() {
        return mode != AccessLogMode.OFF;
    }

    public void add(AccessEvent event) {
        if (!queue.offer(event)) {
            lost.increment();
        }
    }

    private void write() {
        try {
            while (!closing || !queue.isEmpty()) {
                AccessEvent event = queue.poll(200, TimeUnit.MILLISECONDS);
                if (event != null) {
                    LOG.info(mode == AccessLogMode.JSON ? event.json() : event.text());
                }
                long dropped = lost.sumThenReset();
                if (dropped > 0) {
                    OWN.warn("access log: {} events lost, more came than could be written", dropped);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closing = true;
        if (mode == AccessLogMode.OFF) {
            return;
        }
        try {
            writer.join(java.time.Duration.ofSeconds(2));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
