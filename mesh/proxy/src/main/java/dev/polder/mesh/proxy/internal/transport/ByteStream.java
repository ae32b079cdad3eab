package dev.polder.mesh.proxy.internal.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Bytes in both directions: a TCP socket, with or without TLS, or one stream of a tunnel. All calls on its event loop.
 */
public interface ByteStream {

    EventLoop loop();

    /** Who hears what arrives; replaces the one before. */
    void sink(ByteSink sink);

    /** Queues bytes; takes them over whatever happens. */
    void write(ByteBuf bytes);

    /** Sends what is queued. */
    void flush();

    /** Ends our direction after what is queued; the other direction stays open. */
    void finish();

    /** Closes both directions after what is queued was sent. */
    void close();

    /** Closes both directions at once and tells the peer that it was not a normal end. */
    void abort();

    /** False while more is queued than should be. */
    boolean isWritable();

    /** Turns reading on or off; bytes already on their way may still arrive. */
    void reading(boolean on);

    boolean isOpen();

    /** The peer's address as the socket below knows it. */
    @Nullable
    InetSocketAddress remoteAddress();
}
