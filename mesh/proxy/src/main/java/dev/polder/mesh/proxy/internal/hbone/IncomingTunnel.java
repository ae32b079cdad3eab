package dev.polder.mesh.proxy.internal.hbone;

import dev.polder.mesh.proxy.internal.transport.ByteStream;
import io.netty.buffer.ByteBufAllocator;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** A CONNECT that waits for its answer: one of the two, now or later. All calls on its event loop. */
public interface IncomingTunnel {

    /** {@code ip:port} of the application. */
    String authority();

    /** Where the peer connected from. */
    @Nullable
    InetSocketAddress peerAddress();

    ByteBufAllocator alloc();

    /** Answers 200; null when the peer is gone by now. */
    @Nullable
    ByteStream accept();

    /** Answers with a status and ends the stream. */
    void refuse(int status);
}
