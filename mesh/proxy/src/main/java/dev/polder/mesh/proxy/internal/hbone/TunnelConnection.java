package dev.polder.mesh.proxy.internal.hbone;

import dev.polder.mesh.proxy.internal.http.RemoteFlowControl;
import dev.polder.mesh.proxy.internal.transport.Sweep;
import dev.polder.mesh.proxy.internal.transport.Swept;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http2.AbstractHttp2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.DefaultHttp2LocalFlowController;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2EventAdapter;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP/2 connection that carries tunnels, either side. Streams are plain objects on top of Netty's HTTP/2 codec: no
 * channel and no pipeline per stream. What many streams write in one turn of the event loop is flushed once.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write or close shows as the end of the connection
abstract class TunnelConnection extends Http2EventAdapter implements Swept {

    final Channel channel;
    final Sweep sweep;
    private final Http2Connection connection;
    private final Http2Connection.PropertyKey key;
    private final Handler handler;
    private final Runnable flush = this::flushNow;

    private @Nullable ChannelHandlerContext ctx;
    private boolean flushScheduled;
    private boolean reading;
    private long pingSent;
    private long pingUnanswered;
    private boolean closed;

    TunnelConnection(Channel channel, boolean server, Sweep sweep) {
        this.channel = channel;
        this.sweep = sweep;
        this.connection = new DefaultHttp2Connection(server, 0);
        this.key = connection.newKey();
        // the connection's window is refilled as data comes: a stream that is not read stops itself, not the others
        connection.local().flowController(new DefaultHttp2LocalFlowController(connection, 0.5f, true));
        connection.remote().flowController(new RemoteFlowControl(connection, this::writabilityChanged));
        connection.addListener(this);
        this.handler = new Builder(this, server).build();
        this.pingSent = System.nanoTime();
    }

    /** Starts HTTP/2; the handshake must be done. */
    void start() {
        channel.pipeline().addLast(handler);
        sweep.add(this);
    }

    /** A CONNECT came in (server), or the answer to ours (client). */
    abstract void headers(Http2Stream stream, Http2Headers headers, boolean endOfStream);

    /** The connection is gone. */
    abstract void gone(@Nullable Throwable cause);

    /** A stream is gone. */
    abstract void streamGone();

    EventLoop loop() {
        return channel.eventLoop();
    }

    Http2Connection http2() {
        return connection;
    }

    Http2ConnectionEncoder encoder() {
        return handler.encoder();
    }

    ChannelHandlerContext context() {
        ChannelHandlerContext context = ctx;
        if (context == null) {
            throw new IllegalStateException("tunnel connection: not started");
        }
        return context;
    }

    boolean isOpen() {
        return !closed && channel.isActive();
    }

    @Nullable
    InetSocketAddress remoteAddress() {
        return channel.remoteAddress() instanceof InetSocketAddress address ? address : null;
    }

    void attach(Http2Stream stream, TunnelStream tunnel) {
        stream.setProperty(key, tunnel);
    }

    @Nullable
    TunnelStream tunnel(Http2Stream stream) {
        TunnelStream tunnel = stream.getProperty(key);
        return tunnel;
    }

    /** Flushes at the end of this turn of the event loop. */
    void flush() {
        if (!flushScheduled && !reading) {
            flushScheduled = true;
            channel.eventLoop().execute(flush);
        }
    }

    private void flushNow() {
        flushScheduled = false;
        if (!closed) {
            handler.flush(context());
        }
    }

    void reset(Http2Stream stream, Http2Error error) {
        if (!closed) {
            handler.resetStream(context(), stream.id(), error.code(), context().newPromise());
            flush();
        }
    }

    /** Says GOAWAY and closes once the streams have ended. */
    @Override
    public void drain() {
        if (!closed) {
            // closing the channel passes through the codec, which says GOAWAY and waits for the streams
            handler.gracefulShutdownTimeoutMillis(-1);
            channel.close();
        }
    }

    /** Closes at once; from below the codec, which would wait for the streams. */
    void abort() {
        ChannelHandlerContext context = ctx;
        if (context == null) {
            channel.close();
        } else {
            context.close();
        }
    }

    @Override
    public void abandon() {
        abort();
    }

    // ---- events of the codec

    @Override
    public void onHeadersRead(
            ChannelHandlerContext context,
            int streamId,
            Http2Headers headers,
            int streamDependency,
            short weight,
            boolean exclusive,
            int padding,
            boolean endOfStream) {
        onHeadersRead(context, streamId, headers, padding, endOfStream);
    }

    @Override
    public void onHeadersRead(
            ChannelHandlerContext context, int streamId, Http2Headers headers, int padding, boolean endOfStream) {
        Http2Stream stream = connection.stream(streamId);
        if (stream != null) {
            headers(stream, headers, endOfStream);
        }
    }

    @Override
    public int onDataRead(ChannelHandlerContext context, int streamId, ByteBuf data, int padding, boolean endOfStream) {
        Http2Stream stream = connection.stream(streamId);
        TunnelStream tunnel = stream == null ? null : tunnel(stream);
        if (tunnel == null) {
            return data.readableBytes() + padding;
        }
        return tunnel.received(data, endOfStream) + padding;
    }

    @Override
    public void onStreamClosed(Http2Stream stream) {
        MemoryTunnels ends = MemoryTunnels.of(channel);
        if (ends != null) {
            ends.take(stream.id());
        }
        TunnelStream tunnel = tunnel(stream);
        if (tunnel != null) {
            tunnel.gone();
        }
        streamGone();
    }

    @Override
    public void onRstStreamRead(ChannelHandlerContext context, int streamId, long errorCode) {
        Http2Stream stream = connection.stream(streamId);
        TunnelStream tunnel = stream == null ? null : tunnel(stream);
        if (tunnel != null) {
            tunnel.reset(errorCode);
        }
    }

    @Override
    public void onPingAckRead(ChannelHandlerContext context, long data) {
        pingUnanswered = 0;
    }

    private void writabilityChanged(Http2Stream stream) {
        TunnelStream tunnel = tunnel(stream);
        if (tunnel != null) {
            tunnel.writabilityChanged();
        }
    }

    @Override
    public void sweep(long now) {
        if (pingUnanswered != 0 && now - pingUnanswered > Hbone.PING_TIMEOUT) {
            abort();
        } else if (now - pingSent > Hbone.PING_EVERY) {
            pingSent = now;
            if (pingUnanswered == 0) {
                pingUnanswered = now;
            }
            encoder().writePing(context(), false, now, context().newPromise());
            handler.flush(context());
        }
    }

    /** The codec with our turn-taking around it. */
    private static final class Handler extends Http2ConnectionHandler {

        private final TunnelConnection owner;
        private @Nullable Throwable cause;

        Handler(
                Http2ConnectionDecoder decoder,
                Http2ConnectionEncoder encoder,
                Http2Settings settings,
                TunnelConnection owner) {
            super(decoder, encoder, settings);
            this.owner = owner;
            // a frame of data is longer than a TLS record: its parts are taken as they came, not copied together
            setCumulator(COMPOSITE_CUMULATOR);
        }

        @Override
        public void handlerAdded(ChannelHandlerContext context) throws Exception {
            owner.ctx = context;
            super.handlerAdded(context);
            connection()
                    .local()
                    .flowController()
                    .incrementWindowSize(
                            connection().connectionStream(),
                            Hbone.CONNECTION_WINDOW - Http2CodecUtil.DEFAULT_WINDOW_SIZE);
            context.flush();
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
            owner.reading = true;
            super.channelRead(context, message);
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) throws Exception {
            owner.reading = false;
            super.channelReadComplete(context);
        }

        @Override
        protected void onConnectionError(
                ChannelHandlerContext context, boolean outbound, Throwable failure, @Nullable Http2Exception http2) {
            cause = failure;
            super.onConnectionError(context, outbound, failure, http2);
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) throws Exception {
            owner.closed = true;
            owner.sweep.remove(owner);
            super.channelInactive(context);
            for (Http2Stream stream : streams()) {
                TunnelStream tunnel = owner.tunnel(stream);
                if (tunnel != null) {
                    tunnel.gone();
                }
            }
            owner.gone(cause);
        }

        private List<Http2Stream> streams() throws Http2Exception {
            List<Http2Stream> streams = new ArrayList<>();
            connection().forEachActiveStream(streams::add);
            return streams;
        }
    }

    private static final class Builder extends AbstractHttp2ConnectionHandlerBuilder<Handler, Builder> {

        private final TunnelConnection owner;

        Builder(TunnelConnection owner, boolean server) {
            this.owner = owner;
            connection(owner.connection);
            initialSettings(server ? Hbone.serverSettings() : Hbone.clientSettings());
            frameListener(owner);
            decoupleCloseAndGoAway(false);
        }

        @Override
        public Handler build() {
            return super.build();
        }

        @Override
        protected Handler build(
                Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings) {
            return new Handler(decoder, encoder, settings, owner);
        }
    }
}
