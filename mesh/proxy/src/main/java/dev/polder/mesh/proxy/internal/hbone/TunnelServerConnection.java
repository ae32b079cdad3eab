package dev.polder.mesh.proxy.internal.hbone;

import dev.polder.mesh.proxy.internal.transport.ByteStream;
import dev.polder.mesh.proxy.internal.transport.NoSink;
import dev.polder.mesh.proxy.internal.transport.Pipe;
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

        /** A CONNECT. Answer it by {@link IncomingTunnel#accept} or {@link IncomingTunnel#refuse}, now or later. */
        void onConnect(IncomingTunnel incoming);

        /** Something other than CONNECT, or one without a usable authority; already answered 400. */
        void onMalformed(String what);

        /** The connection is gone. */
        void onConnectionGone();
    }

    private final class Incoming implements IncomingTunnel {

        private final Http2Stream stream;
        private final Http2Headers headers;
        private final boolean ended;

        private Incoming(Http2Stream stream, Http2Headers headers, boolean ended) {
            this.stream = stream;
            this.headers = headers;
            this.ended = ended;
        }

        @Override
        public String authority() {
            return String.valueOf(headers.authority());
        }

        @Override
        public @Nullable InetSocketAddress peerAddress() {
            return remoteAddress();
        }

        @Override
        public ByteBufAllocator alloc() {
            return channel.alloc();
        }

        @Override
        public @Nullable ByteStream accept() {
            TunnelStream tunnel = isOpen() && http2().stream(stream.id()) != null ? tunnel(stream) : null;
            if (tunnel == null) {
                return null;
            }
            encoder()
                    .writeHeaders(
                            context(),
                            stream.id(),
                            status(200),
                            0,
                            false,
                            context().newPromise());
            flush();
            MemoryTunnels ends = MemoryTunnels.of(channel);
            if (ends == null) {
                return tunnel;
            }
            Pipe pipe = new Pipe(loop());
            ends.accept(stream.id(), pipe);
            return new MemoryTunnel(tunnel, pipe.server());
        }

        @Override
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

    private final Acceptor acceptor;

    public TunnelServerConnection(Channel channel, Sweep sweep, Acceptor acceptor) {
        super(channel, true, sweep);
        this.acceptor = acceptor;
    }

    /** Starts HTTP/2; the handshake must be done. */
    public void begin() {
        start();
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
