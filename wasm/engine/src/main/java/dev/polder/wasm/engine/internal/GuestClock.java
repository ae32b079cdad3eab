package dev.polder.wasm.engine.internal;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends guests in time. One daemon thread looks at every thread that runs guests, every few milliseconds, and only while
 * there are any.
 */
public final class GuestClock {

    /** How late an end may come, in nanoseconds. */
    public static final long TICK_NANOS = 5_000_000;

    /** Ticks without any guest before the thread goes to sleep: waking it costs more than a few idle ticks. */
    private static final int IDLE_TICKS = 40;

    private static final Logger LOG = LoggerFactory.getLogger(GuestClock.class);

    static final GuestClock SHARED = new GuestClock();

    private final Set<GuestStack> stacks = ConcurrentHashMap.newKeySet();
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final Thread thread;
    private volatile boolean awake = true;

    private GuestClock() {
        thread = Thread.ofPlatform().daemon().name("guest-clock").start(this::run);
    }

    public static GuestClock shared() {
        return SHARED;
    }

    /** Runs {@code onTick} on every tick, on the clock's thread; must be short. */
    public void addListener(Runnable onTick) {
        listeners.add(onTick);
    }

    public void removeListener(Runnable onTick) {
        listeners.remove(onTick);
    }

    void add(GuestStack stack) {
        stacks.add(stack);
    }

    void wake() {
        if (!awake) {
            LockSupport.unpark(thread);
        }
    }

    private void run() {
        int idle = 0;
        while (true) {
            LockSupport.parkNanos(TICK_NANOS);
            boolean any = tick();
            idle = any ? 0 : idle + 1;
            if (idle > IDLE_TICKS) {
                awake = false;
                // A guest that entered before it could see awake == false is seen here.
                if (!tick()) {
                    LockSupport.park(this);
                }
                awake = true;
                idle = 0;
            }
        }
    }

    private boolean tick() {
        boolean any = false;
        stacks.removeIf(GuestStack::isDead);
        for (GuestStack stack : stacks) {
            any |= stack.tick();
        }
        if (any) {
            for (Runnable listener : listeners) {
                try {
                    listener.run();
                } catch (RuntimeException e) {
                    LOG.error("a listener of the guest clock failed; deadlines of its engine may be late", e);
                }
            }
        }
        return any;
    }
}
