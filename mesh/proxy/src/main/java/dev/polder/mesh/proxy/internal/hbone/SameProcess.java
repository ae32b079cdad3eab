package dev.polder.mesh.proxy.internal.hbone;

import dev.polder.kernel.model.SpiffeId;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;

/** Opens tunnels to workloads of this process without a connection. */
public interface DirectHop {

    /** For those who want every tunnel to be one of HBONE. */
    DirectHop NONE = (loop, source, expected, application, opened) -> false;

    /**
     * Opens a tunnel in memory.
     *
     * @param loop both ends will be on it; the caller is, too
     * @param source who asks, as its certificate would say
     * @param expected who must answer
     * @return false when the workload is not served by this process, or is somebody else: {@code opened} was not called
     */
    boolean open(
            EventLoop loop, SpiffeId source, SpiffeId expected, InetSocketAddress application, TunnelOpened opened);
}
