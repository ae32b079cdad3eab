package dev.polder.mesh.proxy.internal.transport;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Everything on one event loop that has to look at the clock now and then, asked once a second. */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write or close shows as the end of the connection
public final class Sweep {

    private final Set<Swept> members = new HashSet<>();
    private @Nullable ScheduledFuture<?> timer;
    private boolean draining;

    /** Starts the clock; on the loop. */
    public void start(EventLoop loop) {
        timer = loop.scheduleAtFixedRate(this::run, 1, 1, TimeUnit.SECONDS);
    }

    public void add(Swept member) {
        members.add(member);
        if (draining) {
            member.drain();
        }
    }

    public void remove(Swept member) {
        members.remove(member);
    }

    /** How many members have something under way. */
    public int busy() {
        int busy = 0;
        for (Swept member : members) {
            busy += member.isBusy() ? 1 : 0;
        }
        return busy;
    }

    /** Asks all members, present and future, to end. */
    public void drain() {
        draining = true;
        for (Swept member : new ArrayList<>(members)) {
            member.drain();
        }
    }

    /** Ends all members at once. */
    public void abandon() {
        for (Swept member : new ArrayList<>(members)) {
            member.abandon();
        }
    }

    public void stop() {
        if (timer != null) {
            timer.cancel(false);
        }
    }

    private void run() {
        long now = System.nanoTime();
        for (Swept member : new ArrayList<>(members)) {
            member.sweep(now);
        }
    }
}
