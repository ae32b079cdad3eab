package dev.polder.mesh.proxy.internal.http;

import dev.polder.mesh.proxy.internal.transport.Sweep;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.AbstractEventExecutor;
import java.util.concurrent.RejectedExecutionException;

/** What belongs to one event loop and is shared by all its connections. */
public final class Worker {

    private final EventLoop loop;
    private final Scratch scratch = new Scratch();
    private final Sweep sweep = new Sweep();
    private final Runnable wake = this::wakeUp;

    /**
     * Runs a task on an event loop: at once when called on it.
     *
     * @return false when the loop has ended and the task is dropped
     */
    static boolean run(EventLoop loop, Runnable task) {
        if (loop.inEventLoop()) {
            task.run();
            return true;
        }
        return later(loop, task);
    }

    /** Runs a task on an event loop in a later turn; false when the loop has ended and the task is dropped. */
    static boolean later(EventLoop loop, Runnable task) {
        try {
            loop.execute(task);
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        }
    }

    /** As {@link #run(EventLoop, Runnable)}, on this worker's loop. */
    public boolean run(Runnable task) {
        return run(loop, task);
    }

    /** As {@link #later(EventLoop, Runnable)}, on this worker's loop. */
    public boolean later(Runnable task) {
        return later(loop, task);
    }

    /**
     * As {@link #run(Runnable)}, but a loop that sleeps runs it only when it wakes up.
     *
     * @see #wake()
     */
    public void runLazily(Runnable task) {
        if (!loop.inEventLoop() && loop instanceof AbstractEventExecutor lazy) {
            try {
                lazy.lazyExecute(task);
            } catch (RejectedExecutionException e) {
                // the loop has ended, and with it whoever waited
            }
        } else {
            run(task);
        }
    }

    private void wakeUp() {
        later(() -> {
            // that it woke up is all
        });
    }

    /** Wakes the loop; for any thread, and always the same object. */
    public Runnable wake() {
        return wake;
    }

    public Worker(EventLoop loop) {
        this.loop = loop;
        sweep.start(loop);
    }

    public EventLoop loop() {
        return loop;
    }

    public Scratch scratch() {
        return scratch;
    }

    public Sweep sweep() {
        return sweep;
    }
}
