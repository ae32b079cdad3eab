package dev.polder.wasm.engine.internal;

import dev.polder.wasm.engine.GuestLimit;
import dev.polder.wasm.engine.HostMemory;
import dev.polder.wasm.engine.InstanceLimits;
import dev.polder.wasm.engine.TrapCode;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The time side of a store: when its guests must end. Stores extend it.
 *
 * <p>Processor time is read by the clock, of the thread that the run is on: a thread cannot use more of it than passes on
 * the wall, so after the first look the next one is due when the rest could be used up, and short requests are never
 * looked at.
 */
public abstract class GuestRun {

    static final Duration VERY_LONG = Duration.ofDays(36_500);

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final long NO_THREAD = -1;

    private final long wallNanos;
    private final long cpuNanos;
    private volatile long deadline;
    private volatile boolean cancelled;
    private volatile boolean cpuOver;

    /** The thread that the clock saw this run on. */
    private volatile long cpuThread = NO_THREAD;

    // The clock's:
    private long cpuStart;
    private long nextLook;

    private final InstanceLimits limits;

    /** What a host function holds; there while one of those runs that hold something. */
    private HostMemory.@Nullable Account inCall;

    /** The run that this one was started from, on the same thread; kept by {@link GuestStack}. */
    @Nullable
    GuestRun outer;

    protected GuestRun(InstanceLimits limits) {
        this.limits = limits;
        // A limit beyond a century is no limit; it also keeps the sum below from running over.
        wallNanos = limits.wallTime()
                .map(t -> t.compareTo(VERY_LONG) >= 0 ? -1L : t.toNanos())
                .orElse(-1L);
        cpuNanos = limits.cpuTime().map(Duration::toNanos).orElse(-1L);
        startDeadline();
    }

    /** Starts the time anew. */
    public void restartDeadline() {
        startDeadline();
    }

    /**
     * Called by the clock, every tick, for a run that is over or was started from one that is: makes its guest end.
     * {@link GuestStack#exit} waits for it.
     */
    protected void stop() {
        // An engine that ends its guests by interrupts of the thread needs no more.
    }

    /** See {@link dev.polder.wasm.engine.CallMemory}. */
    public final void hold(long bytes) {
        HostMemory.Account account = inCall;
        if (account == null) {
            account = limits.hostMemory().account();
            inCall = account;
        }
        if (!account.tryHold(bytes)) {
            limits.refusals().passed(GuestLimit.HOST_MEMORY);
            throw account.refused(bytes);
        }
    }

    /** A host function returns to the guest. */
    public final void callEnded() {
        HostMemory.Account account = inCall;
        if (account != null) {
            inCall = null;
            account.close();
        }
    }

    private void startDeadline() {
        deadline = System.nanoTime() + Math.max(0, wallNanos);
        cpuThread = NO_THREAD;
        cpuOver = false;
    }

    /** Called by the clock while the run is on a thread. */
    final void charge(Thread thread, long now) {
        if (cpuNanos < 0 || isOver()) {
            return; // what was over first stays the reason, however late the clock looks
        }
        long id = thread.threadId();
        if (cpuThread != id) {
            cpuStart = THREADS.getThreadCpuTime(id);
            nextLook = now + cpuNanos;
            cpuThread = id;
        } else if (now - nextLook >= 0) {
            long left = cpuNanos - (THREADS.getThreadCpuTime(id) - cpuStart);
            cpuOver = left <= 0;
            nextLook = now + left;
        }
    }

    public final void cancel() {
        cancelled = true;
    }

    public final Duration remaining() {
        if (cancelled || cpuOver) {
            return Duration.ZERO;
        }
        return wallNanos < 0 ? VERY_LONG : Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
    }

    /** Whether the guest has to end now. */
    public final boolean isOver() {
        return cancelled || cpuOver || (wallNanos >= 0 && System.nanoTime() - deadline >= 0);
    }

    /** Why it had to end. */
    public final TrapCode reason() {
        return cancelled ? TrapCode.CANCELLED : cpuOver ? TrapCode.CPU_TIME : TrapCode.DEADLINE;
    }
}
