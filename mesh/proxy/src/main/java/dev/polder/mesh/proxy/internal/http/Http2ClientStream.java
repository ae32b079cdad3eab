package dev.polder.mesh.proxy.internal.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * One stream of an HTTP/2 connection to an upstream: one exchange.
 *
 * <pre>
 *   RESERVED ──send──▶ HEAD ──final head──▶ BODY ──end, trailers──▶ ENDED
 *       └─release─▶ ENDED   └──────reset, refused, connection gone────▲
 * </pre>
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write shows as the end of the stream
final class Http2ClientStream implements UpstreamExchange {

    private enum State {
        RESERVED,
        HEAD,
        BODY,
        ENDED
    }

    private final Http2ClientConnection connection;
    private final boolean used;
    private State state = State.RESERVED;
    private @Nullable Http2Stream stream;
    private @Nullable ResponseHandler handler;
    private @Nullable Throwable cause;
    private boolean requestDone;
    private boolean malformed;
    private boolean refused;
    private boolean gone;
    private boolean reading = true;
    private int owed;

    /** @param used whether the connection carried a request before */
    Http2ClientStream(Http2ClientConnection connection, boolean used) {
        this.connection = connection;
        this.used = used;
    }

    // ---- from who sends the request

    @Override
    public void send(RequestWriter head, boolean isHead, boolean complete, boolean asChunks, ResponseHandler to) {
        state = State.HEAD;
        handler = to;
        requestDone = complete;
        try {
            Http2Headers headers = connection.headers(head);
            stream = connection.open(this, headers, complete);
        } catch (BadMessage bad) {
            malformed = true;
            cause = bad;
        }
        if (stream == null) {
            connection.released();
            gone();
        } else if (complete) {
            flush();
        }
    }

    @Override
    public void body(ByteBuf bytes) {
        Http2Stream to = stream;
        if (to == null || requestDone || gone) {
            bytes.release();
        } else {
            connection.data(to, bytes, false);
        }
    }

    @Override
    public void flush() {
        connection.flush();
    }

    @Override
    public void end(@Nullable Head trailers) {
        Http2Stream to = stream;
        if (to == null || requestDone || gone) {
            return;
        }
        requestDone = true;
        if (trailers == null) {
            connection.data(to, Unpooled.EMPTY_BUFFER, true);
        } else {
            connection.write(to.id(), Http2Heads.lines(trailers, new DefaultHttp2Headers(false)), true);
        }
        flush();
    }

    @Override
    public boolean isWritable() {
        Http2Stream to = stream;
        return to != null && !gone && connection.isWritable(to);
    }

    @Override
    public void reading(boolean on) {
        reading = on;
        Http2Stream from = stream;
        if (on && owed > 0 && from != null && !gone) {
            int credit = owed;
            owed = 0;
            connection.credit(from, credit);
        }
    }

    @Override
    public void cancel() {
        handler = null;
        state = State.ENDED;
        reset(Http2Error.CANCEL);
    }

    @Override
    public void release() {
        if (state == State.RESERVED) {
            state = State.ENDED;
            connection.released();
        }
    }

    @Override
    public boolean used() {
        return used;
    }

    @Override
    public boolean refused() {
        return refused;
    }

    // ---- from the connection

    void headers(Http2Headers headers, boolean end) {
        ResponseHandler to = handler;
        if (to == null) {
            return;
        }
        try {
            if (state == State.HEAD) {
                head(headers, end, to);
            } else {
                Head lines = new Head();
                Http2Heads.trailers(headers, lines);
                finish(to, lines);
            }
        } catch (BadMessage bad) {
            broken(bad);
            reset(Http2Error.PROTOCOL_ERROR);
        }
    }

    private void head(Http2Headers headers, boolean end, ResponseHandler to) {
        Head head = connection.responseHead();
        Http2Heads.response(headers, head, end);
        if (head.status == 101 || (head.status < 200 && end)) {
            throw new BadMessage(502, ":status: " + head.status + " (expected: a final one)");
        }
        if (head.status < 200) {
            to.onInterim(head);
            return;
        }
        state = State.BODY;
        to.onResponse(head, !end);
        if (end) {
            finish(to, null);
        }
    }

    /** Takes data of a frame; gives how many bytes the peer may send anew at once. */
    int received(ByteBuf data, boolean end) {
        int length = data.readableBytes();
        ResponseHandler to = handler;
        if (to == null || state != State.BODY) {
            return length;
        }
        if (length > 0) {
            to.onResponseBody(data.retain());
        }
        if (end) {
            finish(to, null);
        }
        if (reading || state == State.ENDED) {
            return length;
        }
        owed += length;
        return 0;
    }

    void readComplete() {
        ResponseHandler to = handler;
        if (to != null && state == State.BODY) {
            to.onResponseReadComplete();
        }
    }

    private void finish(ResponseHandler to, @Nullable Head trailers) {
        if (state == State.ENDED) {
            return;
        }
        state = State.ENDED;
        handler = null;
        if (!requestDone) {
            // RFC 9113, 8.1: answered without needing the rest of the request
            reset(Http2Error.CANCEL);
        }
        to.onResponseEnd(trailers);
    }

    void writabilityChanged() {
        ResponseHandler to = handler;
        if (to != null) {
            to.onUpstreamWritabilityChanged();
        }
    }

    /** The peer resets the stream. */
    void reset(long code) {
        refused = code == Http2Error.REFUSED_STREAM.code();
        Http2Error error = Http2Error.valueOf(code);
        cause = new IOException("reset the stream: " + (error == null ? "error " + code : error.name()));
    }

    /** The peer said, as it goes, that it did not look at this stream. */
    void unprocessed() {
        refused = true;
        cause = new IOException("went away before it looked at the request");
    }

    /** What came on the stream is not HTTP, or too much. */
    void broken(Throwable why) {
        malformed = true;
        cause = why;
    }

    /** The stream is closed. */
    void gone() {
        gone = true;
        ResponseHandler to = handler;
        boolean untouched = state == State.HEAD;
        handler = null;
        state = State.ENDED;
        if (to != null) {
            Throwable why = cause == null ? connection.cause() : cause;
            to.onUpstreamGone(untouched, malformed || why instanceof Http2Exception, why);
        }
    }

    private void reset(Http2Error error) {
        Http2Stream of = stream;
        if (of != null && !gone) {
            connection.reset(of, error);
        }
    }
}
