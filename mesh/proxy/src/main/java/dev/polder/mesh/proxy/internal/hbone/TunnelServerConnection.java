package dev.polder.mesh.proxy.internal.hbone;

import dev.polder.kernel.model.SpiffeId;
import dev.polder.mesh.proxy.internal.transport.NoSink;
import dev.polder.mesh.proxy.internal.transport.Sweep;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** The server's end of a connection with tunnels: the peer is known, each CONNECT is judged by its owner. */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write or close shows as the end of the connection
public final class TunnelServerConnection extends TunnelConnection {

    /** Decides about tunnels. */
    public interface Acceptor {

        /** A CONNECT. Answer it by {@link Incoming#accept} or {@link Incoming#refuse}, now or later. */
        void onConnect(Incoming incoming);

        /** Something other than CONNECT, or one without a usable authority; already answered 400. */
        void onMalformed(String what);

        /** The connection is gone. */
        void onConnectionGone();
    }

    /** A CONNECT that waits for its answer. */
    public final class Incoming {

        private final Http2Stream stream;
        private final Http2Headers headers;
        private final boolean ended;

        private Incoming(Http2Stream stream, Http2Headers headers, boolean ended) {
            this.stream = stream;
            this.headers = headers;
            this.ended = ended;
        }

        public String authority() {
            return String.valueOf(headers.authority());
        }

        public SpiffeId peer() {
            return peer;
        }

        /** A header of the CONNECT, or null. */
        public @Nullable String header(String name) {
            CharSequence value = headers.get(name);
            return value == null ? null : value.toString();
        }

        public TunnelServerConnection connection() {
            return TunnelServerConnection.this;
        }

        /** Answers 200; null when the peer is gone by now. */
        public @Nullable TunnelStream accept() {
            if (!isOpen() || http2().stream(stream.id()) == null) {
                return null;
            }
            TunnelStream tunnel = tunnel(stream);
            encoder()
                    .writeHeaders(
                            context(),
                            stream.id(),
                            status(200),
                            0,
                            false,
                            context().newPromise());
            flush();
            return tunnel;
        }

        /** Answers with a status and ends the stream. */
        public void refuse(int status) {
            if (isOpen() && http2().stream(stream.id()) != null) {
                TunnelStream tunnel = tunnel(stream);
                if (tunnel != null) {
                    tunnel.sink(NoSink.INSTANCE);
                }
                encoder()
                        .writeHeaders(
                                context(),
                                stream.id(),
                                status(status),
                                0,
                                true,
                                context().newPromise());
                flush();
            }
        }
    }

    private final SpiffeId peer;
    private final Acceptor acceptor;

    public TunnelServerConnection(Channel channel, Sweep sweep, SpiffeId peer, Acceptor acceptor) {
        super(channel, true, sweep);
        this.peer = peer;
        this.acceptor = acceptor;
    }

    /** Starts HTTP/2; the handshake must be done. */
    public void begin() {
        start();
    }

    /** Where the peer connected from. */
    public @Nullable InetSocketAddress peerAddress() {
        return remoteAddress();
    }

    public ByteBufAllocator alloc() {
        return channel.alloc();
    }

    @Override
    void headers(Http2Stream stream, Http2Headers headers, boolean endOfStream) {
        TunnelStream open = tunnel(stream);
        if (open != null) {
            if (endOfStream) {
                open.endReceived();
            }
            return;
        }
        TunnelStream tunnel = new TunnelStream(this, stream);
        Incoming incoming = new Incoming(stream, headers, endOfStream);
        CharSequence method = headers.method();
        if (method == null || !"CONNECT".contentEquals(method)) {
            incoming.refuse(400);
            acceptor.onMalformed("method: " + method + " (expected: CONNECT)");
            return;
        }
        if (headers.authority() == null) {
            incoming.refuse(400);
            acceptor.onMalformed("CONNECT: no authority");
            return;
        }
        if (incoming.ended) {
            tunnel.endReceived();
        }
        acceptor.onConnect(incoming);
    }

    @Override
    void streamGone() {
        // the codec counts them
    }

    @Override
    void gone(@Nullable Throwable cause) {
        acceptor.onConnectionGone();
    }

    private static Http2Headers status(int code) {
        return new DefaultHttp2Headers(false).status(Integer.toString(code));
    }
}
