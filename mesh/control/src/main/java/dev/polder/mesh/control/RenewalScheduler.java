package dev.polder.mesh.control;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one timer of all renewals: every few seconds it asks each source to renew what is due by the source's own clock.
 *
 * <p>Asking by clock instead of one timer per certificate means that a machine that slept renews at once when it wakes.
 */
public final class RenewalScheduler implements AutoCloseable {

    /** Something that renews what is due. */
    public interface Renewing {
        /** Renews everything that is due now; called by one thread at a time. */
        void renewDue();
    }

    private static final Logger LOG = LoggerFactory.getLogger(RenewalScheduler.class);

    private final List<Renewing> sources = new CopyOnWriteArrayList<>();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("certificate-renewal").factory());

    /** Starts the timer. */
    public RenewalScheduler(Duration period) {
        var _ = timer.scheduleWithFixedDelay(this::run, period.toMillis(), period.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Adds a source. */
    public void add(Renewing source) {
        sources.add(source);
    }

    private void run() {
        for (Renewing source : sources) {
            try {
                source.renewDue();
            } catch (RuntimeException e) {
                LOG.error("renewal failed, trying again at the next turn", e);
            }
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
