package dev.polder.wasm.service;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.engine.GuestExecutor;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;

/**
 * The calls of one app to itself on threads of their own, which are made as they are needed. A call runs at once or is
 * refused: callers hold a thread while they wait for it, so a queue of them could wait for itself.
 */
final class InnerCalls {

    /** Calls of all apps that run at once. */
    static final int THREADS = 750;

    private static final int PER_APP = 500;

    private final String name;
    private final GuestExecutor executor;
    private final Semaphore places = new Semaphore(PER_APP);

    /** @param executor has {@link #THREADS} */
    InnerCalls(String name, GuestExecutor executor) {
        this.name = name;
        this.executor = executor;
    }

    /** Whether any runs. */
    boolean isBusy() {
        return places.availablePermits() < PER_APP;
    }

    <T> CompletableFuture<T> submit(Callable<T> task) {
        if (!places.tryAcquire()) {
            return CompletableFuture.failedFuture(Problem.unavailable(
                    name + ": " + PER_APP + " calls of the app to itself running (expected: fewer)", null));
        }
        CompletableFuture<T> done = executor.submit(task);
        var _ = done.whenComplete((_, _) -> places.release());
        return done;
    }
}
