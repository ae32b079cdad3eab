package dev.polder.mesh.proxy.internal.telemetry;

import dev.polder.mesh.proxy.AccessLogMode;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what ended to the logger {@code access}, on a thread of its own: an event loop only puts an event into a queue,
 * and when that is full the event is counted as lost instead of waited for. The thread looks from time to time and writes
 * all lines it finds at once: an event loop that had to wake it would pay for that with every request.
 */
public final class AccessLog implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("access");
    private static final Logger OWN = LoggerFactory.getLogger(AccessLog.class);
    private static final int QUEUE = 8192;
    private static final long SOON_MILLIS = 10;
    private static final long LATER_MILLIS = 100;

    /** Characters after which lines are handed on. */
    private static final int BATCH = 64 * 1024;

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
                boolean found = writeWhatIsThere();
                long dropped = lost.sumThenReset();
                if (dropped > 0) {
                    OWN.warn("access log: {} events lost, more came than could be written", dropped);
                }
                if (!closing) {
                    Thread.sleep(found ? SOON_MILLIS : LATER_MILLIS);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean writeWhatIsThere() {
        if (queue.isEmpty()) {
            return false;
        }
        StringBuilder lines = new StringBuilder();
        AccessEvent event;
        while ((event = queue.poll()) != null) {
            if (!lines.isEmpty()) {
                lines.append('\n');
            }
            if (mode == AccessLogMode.JSON) {
                event.json(lines);
            } else {
                event.text(lines);
            }
            if (lines.length() >= BATCH) {
                LOG.info(lines.toString());
                lines.setLength(0);
            }
        }
        if (!lines.isEmpty()) {
            LOG.info(lines.toString());
        }
        return true;
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
