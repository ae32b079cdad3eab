package dev.polder.wasm.engine;

import dev.polder.kernel.model.Problem;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The bounded pool of platform threads that guests run on, with the stack they need. Native frames would pin a virtual
 * thread to its carrier, and a guest that computes would hold it, so guests never run on virtual threads.
 *
 * <p>A guest's wall time starts when its store is made inside the task, so waiting in the queue does not count.
 */
public final class GuestExecutor implements AutoCloseable {

    /** Room for the 512 KiB that the native engine grants a guest, host functions on top of it, and deep Java code. */
    private static final long STACK_BYTES = 4L << 20;

    private static final long IDLE_SECONDS = 30;

    /** Guests that may wait for a thread by default. */
    public static final int QUEUE = 1_024;

    private final ThreadPoolExecutor pool;
    private final int threads;
    private final int queueLimit;

    /**
     * @param threads guests that run at the same time
     * @param queueLimit guests that may wait for a thread
     */
    public GuestExecutor(int threads, int queueLimit) {
        if (threads < 1 || queueLimit < 1) {
            throw Problem.invalid(
                    "guest threads: " + threads + ", queue: " + queueLimit + " (expected: one or more of each)");
        }
        this.threads = threads;
        this.queueLimit = queueLimit;
        AtomicLong number = new AtomicLong();
        pool = new ThreadPoolExecutor(
                threads,
                threads,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(queueLimit),
                task -> newThread("guest-" + number.incrementAndGet(), task));
        pool.allowCoreThreadTimeOut(true);
    }

    /** A thread with the stack that guests need, for one that runs for long and would hold one of the pool. */
    public static Thread newThread(String name, Runnable task) {
        Thread thread = new Thread(null, task, name, STACK_BYTES);
        thread.setDaemon(true);
        return thread;
    }

    /** Four threads a processor, since guests also wait for I/O, and {@link #QUEUE} waiting. */
    public static GuestExecutor withDefaults() {
        return new GuestExecutor(Math.max(8, 4 * Runtime.getRuntime().availableProcessors()), QUEUE);
    }

    /**
     * Runs a task on a guest thread. The future fails with {@link Problem}: a {@link WasmTrap} is turned into one, and
     * when queue and threads are full it is UNAVAILABLE at once. Cancelling the future does not stop a guest that runs:
     * {@link WasmStore#cancel} does.
     */
    public <T> CompletableFuture<T> submit(Callable<T> task) {
        CompletableFuture<T> result = new CompletableFuture<>();
        try {
            pool.execute(() -> run(task, result));
        } catch (RejectedExecutionException e) {
            String why = pool.isShutdown()
                    ? "guests: the pool is closed"
                    : "guests: " + threads + " running and " + queueLimit + " waiting (expected: a free place)";
            result.completeExceptionally(Problem.unavailable(why, e));
        }
        return result;
    }

    private static <T> void run(Callable<T> task, CompletableFuture<T> result) {
        if (result.isCancelled()) {
            return;
        }
        try {
            result.complete(task.call());
        } catch (WasmTrap trap) {
            result.completeExceptionally(trap.toProblem());
        } catch (Problem problem) {
            result.completeExceptionally(problem);
        } catch (Throwable failure) {
            result.completeExceptionally(Problem.internal("a guest's task failed: " + failure, failure));
        }
    }

    /** Guests that run now. */
    public int running() {
        return pool.getActiveCount();
    }

    /** Guests that wait for a thread. */
    public int waiting() {
        return pool.getQueue().size();
    }

    /** Takes no more tasks, and waits up to five seconds for those that run. */
    @Override
    public void close() {
        pool.shutdown();
        try {
            if (!pool.awaitTermination(5, TimeUnit.SECONDS)) {
                pool.shutdownNow();
            }
        } catch (InterruptedException e) {
            pool.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
