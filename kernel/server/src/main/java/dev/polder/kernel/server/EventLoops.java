package dev.polder.kernel.server;

import com.linecorp.armeria.common.util.ThreadFactories;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Event loops of HTTP servers. All servers of the process share {@link #shared()} for moving bytes; it lives as long as
 * the process, on daemon threads. Each server accepts on a loop of its own, which ends with it.
 */
final class EventLoops extends MultiThreadIoEventLoopGroup {

    private static final int SHARED_LOOPS = 2;
    private static final int SHUTDOWN_SECONDS = 5;

    private static final class Holder {
        static final EventLoops SHARED = new EventLoops(SHARED_LOOPS, "polder-http");
    }

    private EventLoops(int loops, String name) {
        super(loops, ThreadFactories.newEventLoopThreadFactory(name, true), transport());
    }

    private static IoHandlerFactory transport() {
        return Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    }

    static EventLoops shared() {
        return Holder.SHARED;
    }

    static EventLoops acceptor() {
        return new EventLoops(1, "polder-accept");
    }

    /** At once, without the two quiet seconds that Netty waits by default and that make every stop slow. */
    @Override
    public Future<?> shutdownGracefully() {
        return shutdownGracefully(0, SHUTDOWN_SECONDS, TimeUnit.SECONDS);
    }
}
