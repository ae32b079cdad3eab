package dev.polder.mesh.proxy.internal.http;

import dev.polder.mesh.proxy.internal.transport.Sweep;
import io.netty.channel.EventLoop;

/** What belongs to one event loop and is shared by all its connections. */
public final class Worker {

    private final EventLoop loop;
    private final Scratch scratch = new Scratch();
    private final Sweep sweep = new Sweep();

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
