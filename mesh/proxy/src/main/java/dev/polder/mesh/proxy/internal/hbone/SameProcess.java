package dev.polder.mesh.proxy.internal.hbone;

import dev.polder.kernel.model.SpiffeId;
import io.netty.channel.ChannelHandler;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** The shorter ways to workloads of this process. */
public interface SameProcess {

    /** For those who have none. */
    SameProcess NONE = new SameProcess() {
        @Override
        public boolean open(
                EventLoop loop,
                SpiffeId source,
                SpiffeId expected,
                InetSocketAddress application,
                TunnelOpened opened) {
            return false;
        }

        @Override
        public @Nullable ChannelHandler listener(InetSocketAddress address) {
            return null;
        }
    };

    /**
     * Opens a tunnel in memory, where that is set: without HBONE, judged by the same policies.
     *
     * @param loop both ends will be on it; the caller is, too
     * @param source who asks, as its certificate would say
     * @param expected who must answer
     * @return false when the workload is not served by this process, or is somebody else: {@code opened} was not called
     */
    boolean open(
            EventLoop loop, SpiffeId source, SpiffeId expected, InetSocketAddress application, TunnelOpened opened);

    /**
     * What an HBONE listener of this process does with a connection that it accepts: who adds it to a channel's pipeline is
     * connected to it as by a socket. Any thread.
     *
     * @param address where a connection would go
     * @return null when nobody here listens there
     */
    @Nullable
    ChannelHandler listener(InetSocketAddress address);
}
