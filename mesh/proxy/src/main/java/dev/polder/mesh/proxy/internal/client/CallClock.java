package dev.polder.mesh.proxy.internal.client;

import dev.polder.mesh.proxy.ClientTimeouts;
import dev.polder.mesh.proxy.HttpFailure;
import dev.polder.mesh.proxy.internal.http.IncomingBody;
import dev.polder.mesh.proxy.internal.http.OutgoingBody;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The clocks of one call. One timer runs at a time besides that of the whole call; it is not moved with every byte, but
 * looks when it fires how long nothing moved and runs again for the rest. All calls on one event loop.
 */
final class CallClock {

    /** What the clocks look at. */
    interface Watched {
        void onTooLate(HttpFailure failure);

        /** Whether there is not even an address yet. */
        boolean isResolving();

        OutgoingBody outgoing();

        @Nullable
        IncomingBody incoming();
    }

    private final EventLoop loop;
    private final ClientTimeouts timeouts;
    private final Watched call;
    private @Nullable ScheduledFuture<?> phase;
    private @Nullable ScheduledFuture<?> total;
    private long quietSince;
    private long seen;

    CallClock(EventLoop loop, ClientTimeouts timeouts, Watched call) {
        this.loop = loop;
        this.timeouts = timeouts;
        this.call = call;
    }

    void connecting() {
        if (timeouts.total().isPositive()) {
            total = after(
                    timeouts.total().toNanos(),
                    () -> late(HttpFailure.Kind.HTTP_RESPONSE_TIMEOUT, "call", timeouts.total()));
        }
        start(timeouts.connect(), () -> {
            boolean resolving = call.isResolving();
            late(
                    resolving ? HttpFailure.Kind.DNS_TIMEOUT : HttpFailure.Kind.CONNECTION_TIMEOUT,
                    resolving ? "name resolution" : "connecting",
                    timeouts.connect());
        });
    }

    void waiting() {
        quietSince = System.nanoTime();
        seen = 0;
        start(timeouts.firstByte(), this::lookForHead);
    }

    private void lookForHead() {
        long written = call.outgoing().written();
        if (written != seen || call.outgoing().isStarved()) {
            seen = written;
            quietSince = System.nanoTime();
        }
        long left = timeouts.firstByte().toNanos() - (System.nanoTime() - quietSince);
        if (left <= 0) {
            late(HttpFailure.Kind.HTTP_RESPONSE_TIMEOUT, "the head of the response", timeouts.firstByte());
        } else {
            phase = after(left, this::lookForHead);
        }
    }

    void answering() {
        start(timeouts.betweenBytes(), this::lookForBytes);
    }

    private void lookForBytes() {
        IncomingBody body = call.incoming();
        long limit = timeouts.betweenBytes().toNanos();
        long left = body == null || !body.isAwaited() ? limit : limit - (System.nanoTime() - body.movedAt());
        if (left <= 0) {
            late(HttpFailure.Kind.CONNECTION_READ_TIMEOUT, "the next bytes of the response", timeouts.betweenBytes());
        } else {
            phase = after(left, this::lookForBytes);
        }
    }

    void stop() {
        cancel(phase);
        cancel(total);
        phase = null;
        total = null;
    }

    private void start(Duration time, Runnable action) {
        cancel(phase);
        phase = time.isPositive() ? after(time.toNanos(), action) : null;
    }

    private ScheduledFuture<?> after(long nanos, Runnable action) {
        return loop.schedule(action, nanos, TimeUnit.NANOSECONDS);
    }

    private static void cancel(@Nullable ScheduledFuture<?> timer) {
        if (timer != null) {
            timer.cancel(false);
        }
    }

    private void late(HttpFailure.Kind kind, String what, Duration limit) {
        call.onTooLate(new HttpFailure(kind, what + ": not within " + limit.toMillis() + " ms"));
    }
}
