package dev.polder.wasm.engine;

import dev.polder.kernel.model.Problem;
import java.util.ArrayDeque;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The tasks of one owner, say one app, on their way to the threads of a {@link GuestExecutor}: only some compute at once,
 * so that guests that hang cannot take every thread from their neighbours; guests that wait do not count. The others are begun
 * in order, up to a limit in number and time. For any thread.
 */
public final class GuestLane {

    /** @param sinceNanos when it was submitted, as {@link System#nanoTime()} */
    record Task<T>(GuestLane lane, Callable<T> work, CompletableFuture<T> result, long sinceNanos, long maxWaitNanos) {

        void run(long now) {
            long waited = now - sinceNanos;
            if (waited > maxWaitNanos) {
                result.completeExceptionally(lane.refused("the request waited " + waited / 1_000_000
                        + " ms for a thread (expected: at most " + maxWaitNanos / 1_000_000 + ")"));
            } else if (!result.isDone()) {
                complete();
            }
        }

        private void complete() {
            try {
                result.complete(work.call());
            } catch (WasmTrap trap) {
                result.completeExceptionally(trap.toProblem());
            } catch (Problem problem) {
                result.completeExceptionally(problem);
            } catch (Throwable failure) {
                result.completeExceptionally(Problem.internal("a guest's task failed: " + failure, failure));
            }
        }
    }

    private final String name;
    private final GuestExecutor executor;
    private final ReentrantLock lock;
    private final int width;
    private final int most;

    // Guarded by the executor's lock.
    final ArrayDeque<Task<?>> queue = new ArrayDeque<>();
    final ArrayDeque<GuestExecutor.Worker> back = new ArrayDeque<>();
    boolean inTurns;
    int computing;
    int begun;
    private long usualNanos = Long.MAX_VALUE;
    private boolean closed;

    /**
     * @param width how many compute at once
     * @param most how many may have begun, those that wait among them
     */
    GuestLane(String name, GuestExecutor executor, int width, int most) {
        this.name = name;
        this.executor = executor;
        this.lock = executor.lock();
        this.width = width;
        this.most = most;
    }

    /** Whether there is a task to begin or to go on with. */
    boolean isWanting() {
        return !back.isEmpty() || !queue.isEmpty();
    }

    /** Whether one of those may do so. */
    boolean mayCompute() {
        return computing < width && (!back.isEmpty() || (!queue.isEmpty() && begun < most));
    }

    /** Is told how long a task took, waits included. */
    void took(long nanos) {
        usualNanos = usualNanos == Long.MAX_VALUE ? nanos : usualNanos + (nanos - usualNanos) / 4;
    }

    /** Whether its tasks are short, as far as is known. */
    boolean isBrisk() {
        return usualNanos < GuestExecutor.TOGETHER_NANOS;
    }

    /**
     * Runs a task on a guest thread, now or when there is a place for it. The future fails with {@link Problem}: a
     * {@link WasmTrap} is turned into one; UNAVAILABLE when it is refused.
     *
     * @param limit how many may have begun or wait to begin
     * @param maxWaitNanos how long it may wait to begin
     */
    public <T> CompletableFuture<T> submit(Callable<T> work, int limit, long maxWaitNanos) {
        CompletableFuture<T> result = new CompletableFuture<>();
        @Nullable Problem refusal = null;
        lock.lock();
        try {
            if (closed || executor.isClosed()) {
                refusal = Problem.unavailable(name + ": it is being stopped", null);
            } else if (begun + queue.size() >= limit) {
                refusal = refused(begun + " running and " + queue.size() + " waiting (expected: fewer than " + limit
                        + " in all)");
            } else {
                queue.addLast(new Task<>(this, work, result, System.nanoTime(), maxWaitNanos));
                executor.wanted(this);
            }
        } finally {
            lock.unlock();
        }
        if (refusal != null) {
            result.completeExceptionally(refusal);
        }
        return result;
    }

    private Problem refused(String why) {
        return Problem.unavailable(name + ": " + why, null).with(GuestLimit.MEMBER, GuestLimit.CONCURRENCY.id());
    }

    /** Tasks that have begun and are not finished, those that wait for something among them. */
    public int running() {
        lock.lock();
        try {
            return begun;
        } finally {
            lock.unlock();
        }
    }

    /** Tasks that have not begun. */
    public int waiting() {
        lock.lock();
        try {
            return queue.size();
        } finally {
            lock.unlock();
        }
    }

    /** Refuses new tasks; those that it has are finished. */
    public void close() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
    }
}
