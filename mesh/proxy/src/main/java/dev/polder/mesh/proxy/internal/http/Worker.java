package dev.polder.mesh.proxy.internal.http;

import dev.polder.mesh.proxy.internal.transport.Sweep;
import io.netty.channel.EventLoop;
import java.util.concurrent.RejectedExecutionException;

/** What belongs to one event loop and is shared by all its connections. */
public final class Worker {

    private final EventLoop loop;
    private final Scratch scratch = new Scratch();
    private final Sweep sweep = new Sweep();

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
