package dev.polder.mesh.proxy.internal.http;

import dev.polder.mesh.proxy.internal.transport.ByteStream;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * The client's side of one exchange, whichever version of HTTP it speaks. All calls on its event loop; heads given to it
 * are read during the call.
 */
public interface Downstream extends BodyPeer {

    EventLoop loop();

    @Nullable
    InetSocketAddress remoteAddress();

    /** Whether the client's connection is encrypted. */
    boolean secure();

    /** {@code HTTP/1.0}, {@code HTTP/1.1} or {@code HTTP/2}. */
    String protocol();

    /** Passes a 1xx response on. */
    void interim(Head head);

    /** Sends the head of the response; without a body the exchange still needs {@link #end}. */
    void respond(Head head, boolean hasBody);

    /** The response cannot be completed: makes that visible to the client. */
    void cut();

    /**
     * Answers 101 and gives the bare connection; null when this client cannot switch protocols.
     *
     * @param head the upstream's 101 response
     */
    @Nullable
    ByteStream upgrade(Head head);
}
