package dev.polder.mesh.proxy.internal.http;

import dev.polder.mesh.proxy.internal.transport.Sweep;
import dev.polder.mesh.proxy.internal.transport.Swept;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
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
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The server side of an HTTP/2 connection of a client. Each stream becomes one exchange; header names and values are
 * checked again before they can become HTTP/1.1 lines. Limits: 128 streams, 64 KiB of headers, 200 resets in 30 s
 * (rapid reset), 256 KiB of a body not yet taken by the upstream. The window of the connection is larger and refilled as data
 * comes: what one body may have on its way over a long line is bounded by its own window alone.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write or close shows as the end of the connection
public final class Http2ServerConnection extends Http2EventAdapter implements Swept {

    private static final int STREAMS = 128;
    private static final int WINDOW = 256 << 10;
    private static final int CONNECTION_WINDOW = 1 << 20;
    private static final int RESETS = 200;
    private static final int RESET_SECONDS = 30;
    private static final long IDLE = 300_000_000_000L;

    final Channel channel;
    final boolean secure;
    private final Sweep sweep;
    private final HttpLimits limits;
    private final Scratch scratch;
    private final Supplier<RequestHandler> handlers;
    private final Http2Connection connection = new DefaultHttp2Connection(true, 0);
    private final Http2Connection.PropertyKey key = connection.newKey();
    private final Handler handler;
    private final Runnable flush = this::flushNow;
    private @Nullable ChannelHandlerContext ctx;
    private boolean flushScheduled;
    private boolean closed;
    private long idleSince = System.nanoTime();

    public Http2ServerConnection(
            Channel channel, Worker worker, HttpLimits limits, boolean secure, Supplier<RequestHandler> handlers) {
        this.channel = channel;
        this.secure = secure;
        this.sweep = worker.sweep();
        this.scratch = worker.scratch();
        this.limits = limits;
        this.handlers = handlers;
        connection.local().flowController(new DefaultHttp2LocalFlowController(connection, 0.5f, true));
        connection.remote().flowController(new RemoteFlowControl(connection, stream -> {
            Http2ServerStream exchange = exchange(stream);
            if (exchange != null) {
                exchange.writabilityChanged();
            }
        }));
        connection.addListener(this);
        handler = new Builder(this).build();
    }

    /** Starts HTTP/2 at the end of the channel's pipeline. */
    public void start() {
        channel.pipeline().addLast(handler);
        sweep.add(this);
    }

    Scratch scratch() {
        return scratch;
    }

    ChannelHandlerContext context() {
        ChannelHandlerContext context = ctx;
        if (context == null) {
            throw new IllegalStateException("HTTP/2 connection: not started");
        }
        return context;
    }

    Http2ConnectionEncoder encoder() {
        return handler.encoder();
    }

    Http2Connection http2() {
        return connection;
    }

    boolean isOpen() {
        return !closed;
    }

    private @Nullable Http2ServerStream exchange(Http2Stream stream) {
        Http2ServerStream exchange = stream.getProperty(key);
        return exchange;
    }

    /** Flushes at the end of this turn of the event loop. */
    void flush() {
        if (!flushScheduled) {
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

    @Override
    public void onHeadersRead(
            ChannelHandlerContext context,
            int streamId,
            Http2Headers headers,
            int dependency,
            short weight,
            boolean exclusive,
            int padding,
            boolean end) {
        onHeadersRead(context, streamId, headers, padding, end);
    }

    @Override
    public void onHeadersRead(
            ChannelHandlerContext context, int streamId, Http2Headers headers, int padding, boolean end) {
        Http2Stream stream = connection.stream(streamId);
        if (stream == null) {
            return;
        }
        Http2ServerStream known = exchange(stream);
        if (known != null) {
            known.trailers(headers);
            return;
        }
        Head head = scratch.request;
        try {
            Http2Heads.request(headers, head, end, limits);
        } catch (BadMessage bad) {
            Http2ServerStream refused = new Http2ServerStream(this, stream, handlers.get(), end);
            refused.refuse(bad);
            return;
        }
        Http2ServerStream exchange = new Http2ServerStream(this, stream, handlers.get(), end);
        stream.setProperty(key, exchange);
        exchange.begin(head);
    }

    @Override
    public int onDataRead(ChannelHandlerContext context, int streamId, ByteBuf data, int padding, boolean end) {
        Http2Stream stream = connection.stream(streamId);
        Http2ServerStream exchange = stream == null ? null : exchange(stream);
        return exchange == null ? data.readableBytes() + padding : exchange.received(data, end) + padding;
    }

    @Override
    public void onStreamClosed(Http2Stream stream) {
        idleSince = System.nanoTime();
        Http2ServerStream exchange = exchange(stream);
        if (exchange != null) {
            exchange.gone();
        }
    }

    @Override
    public void sweep(long now) {
        if (connection.numActiveStreams() == 0 && now - idleSince > IDLE) {
            drain();
            return;
        }
        for (Http2Stream stream : streams()) {
            Http2ServerStream exchange = exchange(stream);
            if (exchange != null) {
                exchange.sweep(now);
            }
        }
    }

    private List<Http2Stream> streams() {
        List<Http2Stream> streams = new ArrayList<>();
        try {
            connection.forEachActiveStream(streams::add);
        } catch (Http2Exception e) {
            throw new IllegalStateException("visiting streams", e);
        }
        return streams;
    }

    @Override
    public void drain() {
        if (!closed) {
            // closing the channel passes through the codec, which says GOAWAY and waits for the streams
            handler.gracefulShutdownTimeoutMillis(-1);
            channel.close();
        }
    }

    @Override
    public void abandon() {
        context().close();
    }

    @Override
    public boolean isBusy() {
        return !closed && connection.numActiveStreams() > 0;
    }

    private static final class Handler extends Http2ConnectionHandler {

        private final Http2ServerConnection owner;

        Handler(
                Http2ConnectionDecoder decoder,
                Http2ConnectionEncoder encoder,
                Http2Settings settings,
                Http2ServerConnection owner) {
            super(decoder, encoder, settings);
            this.owner = owner;
        }

        @Override
        public void handlerAdded(ChannelHandlerContext context) throws Exception {
            owner.ctx = context;
            super.handlerAdded(context);
            connection()
                    .local()
                    .flowController()
                    .incrementWindowSize(
                            connection().connectionStream(), CONNECTION_WINDOW - Http2CodecUtil.DEFAULT_WINDOW_SIZE);
            context.flush();
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) throws Exception {
            owner.closed = true;
            owner.sweep.remove(owner);
            List<Http2Stream> streams = owner.streams();
            super.channelInactive(context);
            for (Http2Stream stream : streams) {
                Http2ServerStream exchange = owner.exchange(stream);
                if (exchange != null) {
                    exchange.gone();
                }
            }
        }
    }

    private static final class Builder extends AbstractHttp2ConnectionHandlerBuilder<Handler, Builder> {

        private final Http2ServerConnection owner;

        Builder(Http2ServerConnection owner) {
            this.owner = owner;
            connection(owner.connection);
            initialSettings(Http2Settings.defaultSettings()
                    .maxConcurrentStreams(STREAMS)
                    .initialWindowSize(WINDOW)
                    .maxHeaderListSize(owner.limits.headBytes()));
            frameListener(owner);
            decoderEnforceMaxRstFramesPerWindow(RESETS, RESET_SECONDS);
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
