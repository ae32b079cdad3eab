package dev.polder.wasm.engine.internal;

import dev.polder.wasm.engine.InstanceLimits;
import dev.polder.wasm.engine.TrapCode;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The time side of a store: when its guests must end. Stores extend it. */
public abstract class GuestRun {

    static final Duration VERY_LONG = Duration.ofDays(36_500);

    private final long wallNanos;
    private volatile long deadline;
    private volatile boolean cancelled;

    /** The run that this one was started from, on the same thread; kept by {@link GuestStack}. */
    @Nullable
    GuestRun outer;

    protected GuestRun(InstanceLimits limits) {
        // A limit beyond a century is no limit; it also keeps the sum below from running over.
        wallNanos = limits.wallTime()
                .map(t -> t.compareTo(VERY_LONG) >= 0 ? -1L : t.toNanos())
                .orElse(-1L);
        restartDeadline();
    }

    public final void restartDeadline() {
        deadline = System.nanoTime() + Math.max(0, wallNanos);
    }

    public final void cancel() {
        cancelled = true;
    }

    public final Duration remaining() {
        if (cancelled) {
            return Duration.ZERO;
        }
        return wallNanos < 0 ? VERY_LONG : Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
    }

    /** Whether the guest has to end now. */
    public final boolean isOver() {
        return cancelled || (wallNanos >= 0 && System.nanoTime() - deadline >= 0);
    }

    /** Why it had to end. */
    public final TrapCode reason() {
        return cancelled ? TrapCode.CANCELLED : TrapCode.DEADLINE;
    }
}
