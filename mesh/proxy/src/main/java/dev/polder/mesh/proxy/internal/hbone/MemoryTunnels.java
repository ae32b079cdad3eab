package dev.polder.mesh.proxy.internal.hbone;

import dev.polder.mesh.proxy.internal.transport.Pipe;
import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the two ends of one connection share when both are in this process, and may hand the bytes of their tunnels over
 * in memory. It hangs on their channels, so nobody who comes by a socket can have it. All calls on their one event loop.
 */
final class MemoryTunnels {

    private static final AttributeKey<MemoryTunnels> KEY = AttributeKey.valueOf(MemoryTunnels.class, "ends");

    private final Map<Integer, Pipe> accepted = new HashMap<>();

    /** Lets both ends of a connection know each other; before either starts. */
    static void join(Channel client, Channel server) {
        MemoryTunnels ends = new MemoryTunnels();
        client.attr(KEY).set(ends);
        server.attr(KEY).set(ends);
    }

    /** Null for a connection that leaves the process. */
    static @Nullable MemoryTunnels of(Channel channel) {
        return channel.attr(KEY).get();
    }

    /** The server's end says yes to the CONNECT of this stream. */
    void accept(int streamId, Pipe pipe) {
        accepted.put(streamId, pipe);
    }

    /** What was accepted for this stream, once; null when it has ended. */
    @Nullable
    Pipe take(int streamId) {
        return accepted.remove(streamId);
    }
}
