package dev.polder.wasm.service;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.engine.GuestExecutor;
import dev.polder.wasm.engine.GuestLimit;
import java.util.ArrayDeque;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The requests of one app on their way to the guest threads: at most {@code width} run at once, so that an app whose
 * guests hang cannot take every thread from its neighbours; the others wait in order, up to a limit in number and time.
 */
final class RequestLane {

    private record Waiting<T>(Callable<T> task, CompletableFuture<T> result, long sinceNanos, long maxWaitNanos) {}

    private final String name;
    private final GuestExecutor executor;
    private final int width;
    private final ArrayDeque<Waiting<?>> queue = new ArrayDeque<>();
    private int running;
    private boolean closed;

    RequestLane(String name, GuestExecutor executor, int width) {
        this.name = name;
        this.executor = executor;
        this.width = width;
    }

    /**
     * Runs a task on a guest thread, now or when one of this lane's places is free.
     *
     * @param limit how many may run or wait
     * @param maxWaitNanos how long it may wait
     */
    <T> CompletableFuture<T> submit(Callable<T> task, int limit, long maxWaitNanos) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Waiting<T> waiting = new Waiting<>(task, result, System.nanoTime(), maxWaitNanos);
        Problem refusal = null;
        boolean start = false;
        synchronized (this) {
            if (closed) {
                refusal = Problem.unavailable(name + ": it is being stopped", null);
            } else if (running < width) {
                running++;
                start = true;
            } else if (running + queue.size() >= limit) {
                refusal = Problem.unavailable(
                                name + ": " + running + " requests running and " + queue.size()
                                        + " waiting (expected: fewer than " + limit + " in all)",
                                null)
                        .with(GuestLimit.MEMBER, GuestLimit.CONCURRENCY.id());
            } else {
                queue.addLast(waiting);
            }
        }
        if (refusal != null) {
            result.completeExceptionally(refusal);
        } else if (start) {
            start(waiting);
        }
        return result;
    }

    synchronized int running() {
        return running;
    }

    synchronized int waiting() {
        return queue.size();
    }

    /** Refuses new requests; those that run or wait are finished. */
    synchronized void close() {
        closed = true;
    }

    private <T> void start(Waiting<T> waiting) {
        CompletableFuture<T> _ = executor.submit(waiting.task()).whenComplete((value, failure) -> {
            next();
            if (failure != null) {
                waiting.result().completeExceptionally(failure);
            } else {
                waiting.result().complete(value);
            }
        });
    }

    /** Gives the free place to the first one that has not waited too long. */
    private void next() {
        while (true) {
            @Nullable Waiting<?> waiting;
            synchronized (this) {
                waiting = queue.pollFirst();
                if (waiting == null) {
                    running--;
                    return;
                }
            }
            long waited = System.nanoTime() - waiting.sinceNanos();
            if (waited <= waiting.maxWaitNanos()) {
                start(waiting);
                return;
            }
            waiting.result()
                    .completeExceptionally(Problem.unavailable(
                                    name + ": the request waited " + waited / 1_000_000
                                            + " ms for a thread (expected: at most "
                                            + waiting.maxWaitNanos() / 1_000_000 + ")",
                                    null)
                            .with(GuestLimit.MEMBER, GuestLimit.CONCURRENCY.id()));
        }
    }
}
