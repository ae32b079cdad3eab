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
import io.netty.util.AsciiString;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The client side of an HTTP/2 connection to an upstream (RFC 9113). Each exchange is a stream; no more are open than the
 * peer's settings let, and none before they came.
 *
 * <pre>
 *   OPENING ──settings──▶ READY ──GOAWAY, drain, idle──▶ LEAVING ──last stream ends──▶ CLOSED
 *       └──── none in 10 s, not HTTP/2 ──────────────────────────────────────────────────▲
 * </pre>
 *
 * <p>A body is read ahead by one window of a stream at most: {@value #WINDOW} bytes. Nothing is pushed to us. Header
 * lists are as long as the limits say; what many CONTINUATION, SETTINGS, PING or empty frames could do to us is limited by
 * Netty's codec.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write or close shows as the end of the connection
public final class Http2ClientConnection extends Http2EventAdapter implements Swept {

    /** Hears of a connection; on its event loop. */
    public interface Owner {
        /** Streams may be opened: the settings came, or a stream ended. */
        void hasRoom(Http2ClientConnection connection);

        /** No stream may be opened any more; those that are may still end well. Once, before {@link #gone}. */
        void leaves(Http2ClientConnection connection);

        /** It is closed. */
        void gone(Http2ClientConnection connection);
    }

    private enum State {
        OPENING,
        READY,
        LEAVING,
        CLOSED
    }

    private static final int WINDOW = 1 << 20;
    private static final int CONNECTION_WINDOW = 4 << 20;
    private static final long OPENING_TIMEOUT = 10_000_000_000L;
    private static final long PING_TIMEOUT = 10_000_000_000L;

    /** A connection on which nothing was heard for so long is asked whether it still stands, with the next request. */
    private static final long QUIET = 5_000_000_000L;

    /** Most servers close after 60 s or more. */
    private static final long MOST_REST = 30_000_000_000L;

    /** Our own heads are not limited by what we take from others. */
    private static final HttpLimits OWN = new HttpLimits(1 << 20, 1 << 20, 10_000);

    private final Channel channel;
    private final String scheme;
    private final Sweep sweep;
    private final Scratch scratch;
    private final Owner owner;
    private final HeadParser parser = new HeadParser(OWN);
    private final Head request = new Head();
    private final Http2Connection connection = new DefaultHttp2Connection(false, 0);
    private final Http2Connection.PropertyKey key = connection.newKey();
    private final Handler handler;
    private final Runnable flush = this::flushNow;
    private final List<Http2ClientStream> read = new ArrayList<>();

    private State state = State.OPENING;
    private @Nullable ChannelHandlerContext ctx;
    private @Nullable Throwable cause;
    private long most;
    private int streams;
    private boolean used;
    private boolean flushScheduled;
    private long changedAt = System.nanoTime();
    private long heardAt = changedAt;
    private long pinged;

    /**
     * @param channel with TLS below where there is any
     * @param scheme of the requests: {@code http} or {@code https}
     * @param limits of responses
     */
    public Http2ClientConnection(Channel channel, String scheme, Worker worker, HttpLimits limits, Owner owner) {
        this.channel = channel;
        this.scheme = scheme;
        this.sweep = worker.sweep();
        this.scratch = worker.scratch();
        this.owner = owner;
        // the connection's window is refilled as data comes: a stream that is not read stops itself, not the others
        connection.local().flowController(new DefaultHttp2LocalFlowController(connection, 0.5f, true));
        connection.remote().flowController(new RemoteFlowControl(connection, stream -> {
            Http2ClientStream exchange = exchange(stream);
            if (exchange != null) {
                exchange.writabilityChanged();
            }
        }));
        connection.addListener(this);
        handler = new Builder(this, limits).build();
    }

    /** Starts HTTP/2 at the end of the channel's pipeline. */
    public void start() {
        sweep.add(this);
        channel.pipeline().addLast(handler);
    }

    /** Whether one more stream may be opened. */
    public boolean hasRoom() {
        return state == State.READY
                && streams < most
                && connection.local().lastStreamCreated() < Integer.MAX_VALUE - 2 * Short.MAX_VALUE;
    }

    /** Takes room for one exchange; {@link #hasRoom} must hold. */
    public UpstreamExchange exchange() {
        Http2ClientStream exchange = new Http2ClientStream(this, used);
        streams++;
        return exchange;
    }

    /** Whether the peer takes any streams at all. */
    public boolean takesStreams() {
        return state == State.READY && most > 0;
    }

    /** Why it ended, if that is known. */
    public @Nullable Throwable cause() {
        return cause;
    }

    private @Nullable Http2ClientStream exchange(Http2Stream stream) {
        Http2ClientStream exchange = stream.getProperty(key);
        return exchange;
    }

    private ChannelHandlerContext context() {
        ChannelHandlerContext context = ctx;
        if (context == null) {
            throw new IllegalStateException("HTTP/2 connection: not started");
        }
        return context;
    }

    private boolean isOpen() {
        return state != State.CLOSED && channel.isActive();
    }

    // ---- from the streams

    /** The fields of a head in HTTP/1.1 form. */
    Http2Headers headers(RequestWriter head) {
        if (request.bytes.length < head.length()) {
            request.bytes = new byte[head.length()];
        }
        System.arraycopy(head.bytes(), 0, request.bytes, 0, head.length());
        parser.request(request, head.length());
        return Http2Heads.request(request, scheme);
    }

    Head responseHead() {
        return scratch.response;
    }

    /** Opens a stream; null when it could not be opened. */
    @Nullable
    Http2Stream open(Http2ClientStream exchange, Http2Headers headers, boolean end) {
        if (state != State.READY || !channel.isActive()) {
            return null;
        }
        long now = System.nanoTime();
        if (pinged == 0 && used && now - heardAt > QUIET) {
            pinged = now;
            handler.encoder().writePing(context(), false, now, context().newPromise());
        }
        used = true;
        int id = connection.local().incrementAndGetNextStreamId();
        write(id, headers, end);
        Http2Stream stream = connection.stream(id);
        if (stream != null) {
            stream.setProperty(key, exchange);
        }
        return stream;
    }

    void write(int id, Http2Headers headers, boolean end) {
        handler.encoder().writeHeaders(context(), id, headers, 0, end, context().newPromise());
    }

    void data(Http2Stream stream, ByteBuf bytes, boolean end) {
        if (isOpen()) {
            handler.encoder()
                    .writeData(context(), stream.id(), bytes, 0, end, context().newPromise());
        } else {
            bytes.release();
        }
    }

    boolean isWritable(Http2Stream stream) {
        return isOpen() && connection.remote().flowController().isWritable(stream);
    }

    void credit(Http2Stream stream, int bytes) {
        try {
            if (isOpen() && connection.local().flowController().consumeBytes(stream, bytes)) {
                flush();
            }
        } catch (Http2Exception e) {
            reset(stream, Http2Error.INTERNAL_ERROR);
        }
    }

    void reset(Http2Stream stream, Http2Error error) {
        if (isOpen()) {
            handler.resetStream(context(), stream.id(), error.code(), context().newPromise());
            flush();
        }
    }

    /** An exchange ended, or came to nothing before it had a stream. */
    void released() {
        streams--;
        changedAt = System.nanoTime();
        if (state == State.READY) {
            owner.hasRoom(this);
        } else if (state == State.LEAVING && streams == 0) {
            channel.close();
        }
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
        if (isOpen()) {
            handler.flush(context());
        }
    }

    // ---- from the codec

    @Override
    public void onSettingsRead(ChannelHandlerContext context, Http2Settings settings) {
        Long limit = settings.maxConcurrentStreams();
        if (limit != null) {
            most = limit;
        } else if (state == State.OPENING) {
            most = Integer.MAX_VALUE;
        }
        if (state == State.OPENING) {
            state = State.READY;
        }
        if (state == State.READY) {
            owner.hasRoom(this);
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
            boolean end)
            throws Http2Exception {
        onHeadersRead(context, streamId, headers, padding, end);
    }

    @Override
    public void onHeadersRead(
            ChannelHandlerContext context, int streamId, Http2Headers headers, int padding, boolean end)
            throws Http2Exception {
        Http2Stream stream = connection.stream(streamId);
        Http2ClientStream exchange = stream == null ? null : exchange(stream);
        if (exchange == null) {
            throw Http2Exception.connectionError(
                    Http2Error.PROTOCOL_ERROR, "a response on stream %d, on which nothing was asked", streamId);
        }
        exchange.headers(headers, end);
    }

    @Override
    public int onDataRead(ChannelHandlerContext context, int streamId, ByteBuf data, int padding, boolean end) {
        Http2Stream stream = connection.stream(streamId);
        Http2ClientStream exchange = stream == null ? null : exchange(stream);
        if (exchange == null) {
            return data.readableBytes() + padding;
        }
        if (read.isEmpty() || read.getLast() != exchange) {
            read.add(exchange);
        }
        return exchange.received(data, end) + padding;
    }

    private void readComplete() {
        heardAt = System.nanoTime();
        if (!read.isEmpty()) {
            List<Http2ClientStream> told = List.copyOf(read);
            read.clear();
            told.forEach(Http2ClientStream::readComplete);
        }
    }

    @Override
    public void onRstStreamRead(ChannelHandlerContext context, int streamId, long errorCode) {
        Http2Stream stream = connection.stream(streamId);
        Http2ClientStream exchange = stream == null ? null : exchange(stream);
        if (exchange != null) {
            exchange.reset(errorCode);
        }
    }

    @Override
    public void onPingAckRead(ChannelHandlerContext context, long data) {
        pinged = 0;
    }

    /** Streams behind the last one that the peer looked at are closed by the codec after this. */
    @Override
    public void onGoAwayReceived(int lastStreamId, long errorCode, ByteBuf debugData) {
        for (Http2Stream stream : streams()) {
            Http2ClientStream exchange = stream.id() > lastStreamId ? exchange(stream) : null;
            if (exchange != null) {
                exchange.unprocessed();
            }
        }
        leave();
    }

    @Override
    public void onStreamClosed(Http2Stream stream) {
        Http2ClientStream exchange = exchange(stream);
        if (exchange != null) {
            exchange.gone();
            released();
        }
    }

    private List<Http2Stream> streams() {
        List<Http2Stream> open = new ArrayList<>();
        try {
            connection.forEachActiveStream(open::add);
        } catch (Http2Exception e) {
            throw new IllegalStateException("visiting streams", e);
        }
        return open;
    }

    private void leave() {
        if (state == State.OPENING || state == State.READY) {
            state = State.LEAVING;
            owner.leaves(this);
            if (streams == 0) {
                channel.close();
            }
        }
    }

    // ---- time and ends

    @Override
    public void sweep(long now) {
        if (state == State.OPENING && now - changedAt > OPENING_TIMEOUT) {
            cause = new IOException("no HTTP/2 settings within " + OPENING_TIMEOUT / 1_000_000_000 + " s");
            abandon();
        } else if (pinged != 0 && now - pinged > PING_TIMEOUT) {
            cause = new IOException("no answer to a PING within " + PING_TIMEOUT / 1_000_000_000 + " s");
            abandon();
        } else if (streams == 0 && now - changedAt > MOST_REST) {
            leave();
        }
    }

    @Override
    public void drain() {
        leave();
    }

    /** Closes at once; from below the codec, which would wait for the streams. */
    @Override
    public void abandon() {
        ChannelHandlerContext context = ctx;
        if (context == null) {
            channel.close();
        } else {
            context.close();
        }
    }

    @Override
    public boolean isBusy() {
        return state != State.CLOSED && streams > 0;
    }

    /** The codec, which tells us when it has read all there is and why it fails. */
    private static final class Handler extends Http2ConnectionHandler {

        private final Http2ClientConnection of;

        Handler(
                Http2ConnectionDecoder decoder,
                Http2ConnectionEncoder encoder,
                Http2Settings settings,
                Http2ClientConnection of) {
            super(decoder, encoder, settings);
            this.of = of;
            gracefulShutdownTimeoutMillis(-1);
        }

        @Override
        public void handlerAdded(ChannelHandlerContext context) throws Exception {
            of.ctx = context;
            super.handlerAdded(context);
            connection()
                    .local()
                    .flowController()
                    .incrementWindowSize(
                            connection().connectionStream(), CONNECTION_WINDOW - Http2CodecUtil.DEFAULT_WINDOW_SIZE);
            context.flush();
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) throws Exception {
            of.readComplete();
            super.channelReadComplete(context);
        }

        @Override
        protected void onConnectionError(
                ChannelHandlerContext context, boolean outbound, Throwable failure, @Nullable Http2Exception http2) {
            if (of.cause == null) {
                of.cause = failure;
            }
            super.onConnectionError(context, outbound, failure, http2);
        }

        @Override
        protected void onStreamError(
                ChannelHandlerContext context,
                boolean outbound,
                Throwable failure,
                Http2Exception.StreamException http2) {
            Http2Stream stream = connection().stream(http2.streamId());
            Http2ClientStream exchange = stream == null ? null : of.exchange(stream);
            if (exchange != null && !outbound) {
                boolean tooLong = http2 instanceof Http2Exception.HeaderListSizeException;
                exchange.broken(
                        tooLong
                                ? BadMessage.tooLongResponse("response head: " + failure.getMessage())
                                : new BadMessage(502, String.valueOf(failure.getMessage())));
            }
            super.onStreamError(context, outbound, failure, http2);
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) throws Exception {
            boolean told = of.state == State.LEAVING;
            of.state = State.CLOSED;
            of.sweep.remove(of);
            if (!told) {
                of.owner.leaves(of);
            }
            // closes the streams that are left
            super.channelInactive(context);
            of.owner.gone(of);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable failure) throws Exception {
            if (Http2CodecUtil.getEmbeddedHttp2Exception(failure) != null) {
                super.exceptionCaught(context, failure);
                return;
            }
            if (of.cause == null) {
                of.cause = failure;
            }
            context.close();
        }
    }

    private static final class Builder extends AbstractHttp2ConnectionHandlerBuilder<Handler, Builder> {

        private final Http2ClientConnection of;

        Builder(Http2ClientConnection of, HttpLimits limits) {
            this.of = of;
            connection(of.connection);
            initialSettings(Http2Settings.defaultSettings()
                    .pushEnabled(false)
                    .initialWindowSize(WINDOW)
                    .maxHeaderListSize(limits.headBytes()));
            headerSensitivityDetector((name, _) -> isSecret(name));
            frameListener(of);
        }

        /** What must not be guessed by how well it is compressed (RFC 7541, 7.1). */
        private static boolean isSecret(CharSequence name) {
            return AsciiString.contentEquals(name, "authorization") || AsciiString.contentEquals(name, "cookie");
        }

        @Override
        public Handler build() {
            return super.build();
        }

        @Override
        protected Handler build(
                Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings) {
            return new Handler(decoder, encoder, settings, of);
        }
    }
}
