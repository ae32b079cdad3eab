package dev.polder.mesh.proxy.internal.http;

import dev.polder.mesh.proxy.internal.transport.ByteSink;
import dev.polder.mesh.proxy.internal.transport.ByteStream;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.ByteToMessageDecoder;
import org.jspecify.annotations.Nullable;

/**
 * The client side of an HTTP/1.1 connection, over a socket or inside a tunnel. One exchange at a time; between two it
 * rests with its owner.
 *
 * <pre>
 *   RESTING ──send──▶ HEAD ──final head──▶ BODY ──end──▶ RESTING (when the request ended too) | CLOSED
 *                       └──101──▶ UPGRADED
 * </pre>
 */
public final class Http1ClientConnection implements ByteSink, BodyDecoder.Target, UpstreamExchange {

    /** Gets the connection back, or hears that it is gone. */
    public interface Owner {
        void rests(Http1ClientConnection connection);

        void gone(Http1ClientConnection connection);
    }

    private enum State {
        RESTING,
        HEAD,
        BODY,
        UPGRADED,
        CLOSED
    }

    private final ByteStream stream;
    private final Scratch scratch;
    private final HttpLimits limits;
    private final HeadParser parser;
    private final BodyDecoder decoder;
    private final ChunkWriter writer;
    private final Owner owner;

    private State state = State.RESTING;
    private @Nullable ResponseHandler handler;
    private @Nullable ByteBuf held;
    private boolean parsing;
    private boolean headRequest;
    private boolean requestChunked;
    private boolean requestDone;
    private boolean touched;
    private boolean persistent;
    private boolean used;
    private boolean ended;
    private @Nullable Head endTrailers;

    /** When it began to rest; kept by the pool. */
    public long restingSince;

    public Http1ClientConnection(
            ByteStream stream, ByteBufAllocator alloc, Scratch scratch, HttpLimits limits, Owner owner) {
        this.stream = stream;
        this.scratch = scratch;
        this.limits = limits;
        this.parser = new HeadParser(limits);
        this.decoder = new BodyDecoder(parser);
        this.writer = new ChunkWriter(stream, alloc);
        this.owner = owner;
        stream.sink(this);
    }

    /** Whether a request may be sent again when nobody knows if it arrived (RFC 9110, 9.2.2). */
    public static boolean isIdempotent(String method) {
        return switch (method) {
            case "GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE" -> true;
            default -> false;
        };
    }

    @Override
    public boolean used() {
        return used;
    }

    public boolean isOpen() {
        return state != State.CLOSED && stream.isOpen();
    }

    @Override
    public void send(RequestWriter head, boolean isHead, boolean complete, boolean asChunks, ResponseHandler to) {
        handler = to;
        state = State.HEAD;
        headRequest = isHead;
        requestChunked = asChunks;
        requestDone = complete;
        touched = false;
        writer.head(head.bytes(), head.length(), 0);
        if (complete) {
            flush();
        }
    }

    @Override
    public void body(ByteBuf bytes) {
        writer.body(bytes, requestChunked);
    }

    @Override
    public void flush() {
        writer.send();
        stream.flush();
    }

    @Override
    public void end(@Nullable Head trailers) {
        requestDone = true;
        if (requestChunked) {
            writer.lastChunk(trailers);
        }
        flush();
    }

    @Override
    public boolean isWritable() {
        return stream.isWritable();
    }

    @Override
    public void reading(boolean on) {
        stream.reading(on);
    }

    /** Gives the exchange up: the connection cannot be used again. */
    @Override
    public void cancel() {
        handler = null;
        close(true);
    }

    @Override
    public void release() {
        owner.rests(this);
    }

    /** Closes a resting connection. */
    public void close() {
        close(false);
    }

    private void close(boolean hard) {
        if (state == State.CLOSED) {
            return;
        }
        state = State.CLOSED;
        dropHeld();
        if (hard) {
            stream.abort();
        } else {
            stream.close();
        }
        owner.gone(this);
    }

    @Override
    public void onBytes(ByteBuf bytes) {
        if (state == State.CLOSED) {
            bytes.release();
            return;
        }
        if (state == State.RESTING) {
            // nobody asked: whatever it is, it is not the answer to the next request
            bytes.release();
            close(true);
            return;
        }
        touched = true;
        ByteBuf before = held;
        held = before == null ? bytes : ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(bytes.alloc(), before, bytes);
        if (!parsing) {
            parse();
        }
    }

    private void parse() {
        parsing = true;
        try {
            boolean more = true;
            while (more && held != null) {
                more = switch (state) {
                    case HEAD -> parseHead(held);
                    case BODY -> parseBody(held);
                    default -> false;
                };
            }
        } catch (BadMessage bad) {
            fail(true, bad);
        } finally {
            parsing = false;
        }
    }

    private boolean parseHead(ByteBuf in) {
        ResponseHandler to = handler;
        if (to == null) {
            return false;
        }
        int readable = in.readableBytes();
        int length = Math.min(readable, limits.headBytes());
        Head head = scratch.response;
        if (head.bytes.length < length) {
            head.bytes = new byte[limits.headBytes()];
        }
        in.getBytes(in.readerIndex(), head.bytes, 0, length);
        int end = parser.response(head, length);
        if (end == HeadParser.INCOMPLETE) {
            if (length == limits.headBytes()) {
                throw BadMessage.tooLongResponse("response head: longer than " + length + " bytes");
            }
            return false;
        }
        if (end == readable) {
            in.release();
            held = null;
        } else {
            in.skipBytes(end);
        }
        if (head.status == 101) {
            upgraded(head, to);
            return false;
        }
        if (head.status < 200) {
            to.onInterim(head);
            return true;
        }
        begin(head, to);
        return true;
    }

    private void begin(Head head, ResponseHandler to) {
        persistent = head.persistent();
        boolean none = headRequest || head.status == 204 || head.status == 304;
        decoder.start(none ? 0 : head.length);
        state = State.BODY;
        if (decoder.done()) {
            to.onResponse(head, false);
            finish(null, held != null);
        } else {
            if (decoder.untilClose()) {
                persistent = false;
            }
            to.onResponse(head, true);
        }
    }

    private void upgraded(Head head, ResponseHandler to) {
        state = State.UPGRADED;
        ByteBuf ahead = held;
        held = null;
        handler = null;
        owner.gone(this);
        to.onUpgraded(head, stream, ahead);
    }

    private boolean parseBody(ByteBuf in) {
        held = null;
        boolean taken = false;
        try {
            taken = decoder.decode(in, this);
        } finally {
            if (!taken) {
                if (in.isReadable() && state != State.CLOSED) {
                    held = in;
                } else {
                    in.release();
                }
            }
        }
        if (ended) {
            ended = false;
            Head trailers = endTrailers;
            endTrailers = null;
            finish(trailers, held != null);
        }
        return true;
    }

    @Override
    public void onBody(ByteBuf bytes) {
        ResponseHandler to = handler;
        if (to == null) {
            bytes.release();
        } else {
            to.onResponseBody(bytes);
        }
    }

    @Override
    public void onBodyEnd(@Nullable Head trailers) {
        // only noted: whether bytes are left over decides if the connection can be used again
        ended = true;
        endTrailers = trailers;
    }

    private void finish(@Nullable Head trailers, boolean leftOver) {
        ResponseHandler to = handler;
        if (to == null || state != State.BODY) {
            return;
        }
        handler = null;
        used = true;
        if (persistent && requestDone && !leftOver && stream.isOpen()) {
            // back in the pool first: the client's next request may come out of the call below
            state = State.RESTING;
            owner.rests(this);
        } else {
            close(false);
        }
        to.onResponseEnd(trailers);
    }

    @Override
    public void onReadComplete() {
        ResponseHandler to = handler;
        if (to != null && state == State.BODY) {
            to.onResponseReadComplete();
        }
    }

    @Override
    public void onEnd() {
        if (state == State.BODY && decoder.untilClose()) {
            finish(null, false);
        } else if (state == State.RESTING) {
            close(false);
        } else if (state != State.UPGRADED) {
            fail(false, null);
        }
    }

    @Override
    public void onWritabilityChanged() {
        ResponseHandler to = handler;
        if (to != null) {
            to.onUpstreamWritabilityChanged();
        }
    }

    @Override
    public void onClosed(@Nullable Throwable cause) {
        if (state == State.BODY && decoder.untilClose() && cause == null) {
            finish(null, false);
        } else {
            fail(false, cause);
        }
        dropHeld();
        decoder.release();
        writer.release();
    }

    private void fail(boolean malformed, @Nullable Throwable cause) {
        ResponseHandler to = handler;
        handler = null;
        close(true);
        if (to != null) {
            to.onUpstreamGone(!touched, malformed, cause);
        }
    }

    private void dropHeld() {
        if (held != null) {
            held.release();
            held = null;
        }
    }
}
