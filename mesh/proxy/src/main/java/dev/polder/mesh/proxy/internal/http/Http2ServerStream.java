package dev.polder.mesh.proxy.internal.http;

import dev.polder.mesh.proxy.internal.transport.ByteStream;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** One stream of a client's HTTP/2 connection: one exchange. */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write or close shows as the end of the connection
final class Http2ServerStream implements Downstream {

    private final Http2ServerConnection connection;
    private final Http2Stream stream;
    private final RequestHandler handler;
    private boolean requestDone;
    private boolean responseDone;
    private boolean responseStarted;
    private boolean gone;
    private boolean endSent;
    private boolean reading = true;
    private int owed;

    Http2ServerStream(Http2ServerConnection connection, Http2Stream stream, RequestHandler handler, boolean complete) {
        this.connection = connection;
        this.stream = stream;
        this.handler = handler;
        this.requestDone = complete;
    }

    void begin(Head head) {
        handler.onRequest(head, requestDone, this);
    }

    void refuse(BadMessage bad) {
        String why = String.valueOf(bad.getMessage());
        handler.onRefused(bad.status(), why, this);
        LocalResponse.problem(connection.scratch().local, bad.status(), why, "-")
                .send(this);
    }

    int received(ByteBuf data, boolean end) {
        int length = data.readableBytes();
        if (responseDone) {
            return length;
        }
        if (length > 0) {
            handler.onRequestBody(data.retain());
        }
        if (end && !requestDone) {
            requestDone = true;
            handler.onRequestEnd(null);
        } else if (!responseDone) {
            handler.onRequestReadComplete();
        }
        if (reading) {
            return length;
        }
        owed += length;
        return 0;
    }

    void trailers(Http2Headers headers) {
        if (requestDone || responseDone) {
            return;
        }
        requestDone = true;
        Head lines = new Head();
        try {
            Http2Heads.trailers(headers, lines);
        } catch (BadMessage bad) {
            connection.reset(stream, Http2Error.PROTOCOL_ERROR);
            return;
        }
        handler.onRequestEnd(lines);
    }

    void writabilityChanged() {
        if (!responseDone && !gone) {
            handler.onDownstreamWritabilityChanged();
        }
    }

    void sweep(long now) {
        if (!responseDone) {
            handler.onSweep(now);
        }
    }

    void gone() {
        if (gone) {
            return;
        }
        gone = true;
        if (!responseDone) {
            responseDone = true;
            handler.onDownstreamGone();
        }
    }

    @Override
    public EventLoop loop() {
        return connection.channel.eventLoop();
    }

    @Override
    public @Nullable InetSocketAddress remoteAddress() {
        return connection.channel.remoteAddress() instanceof InetSocketAddress address ? address : null;
    }

    @Override
    public boolean secure() {
        return connection.secure;
    }

    @Override
    public String protocol() {
        return "HTTP/2";
    }

    @Override
    public void interim(Head head) {
        if (!responseStarted) {
            headers(Http2Heads.response(head), false);
            flush();
        }
    }

    @Override
    public void respond(Head head, boolean hasBody) {
        responseStarted = true;
        endSent = !hasBody;
        headers(Http2Heads.response(head), !hasBody);
    }

    private void headers(Http2Headers headers, boolean end) {
        if (!gone && connection.isOpen()) {
            ChannelHandlerContext context = connection.context();
            connection.encoder().writeHeaders(context, stream.id(), headers, 0, end, context.newPromise());
        }
    }

    @Override
    public void body(ByteBuf bytes) {
        if (gone || endSent || !connection.isOpen()) {
            bytes.release();
            return;
        }
        ChannelHandlerContext context = connection.context();
        connection.encoder().writeData(context, stream.id(), bytes, 0, false, context.newPromise());
    }

    @Override
    public void flush() {
        connection.flush();
    }

    @Override
    public void end(@Nullable Head trailers) {
        responseDone = true;
        if (!endSent && !gone && connection.isOpen()) {
            endSent = true;
            ChannelHandlerContext context = connection.context();
            if (trailers != null) {
                headers(Http2Heads.lines(trailers, new DefaultHttp2Headers(false)), true);
            } else {
                connection
                        .encoder()
                        .writeData(context, stream.id(), Unpooled.EMPTY_BUFFER, 0, true, context.newPromise());
            }
        }
        flush();
        if (!requestDone && !gone) {
            // RFC 9113, 8.1: answered without needing the rest of the request
            connection.reset(stream, Http2Error.NO_ERROR);
        }
    }

    @Override
    public void cut() {
        responseDone = true;
        connection.reset(stream, Http2Error.INTERNAL_ERROR);
    }

    @Override
    public boolean isWritable() {
        return !gone && connection.http2().remote().flowController().isWritable(stream);
    }

    @Override
    public void reading(boolean on) {
        reading = on;
        if (!on || owed == 0 || gone || !connection.isOpen()) {
            return;
        }
        int credit = owed;
        owed = 0;
        try {
            if (connection.http2().local().flowController().consumeBytes(stream, credit)) {
                flush();
            }
        } catch (Http2Exception e) {
            connection.reset(stream, Http2Error.INTERNAL_ERROR);
        }
    }

    @Override
    public @Nullable ByteStream upgrade(Head head) {
        return null;
    }
}
