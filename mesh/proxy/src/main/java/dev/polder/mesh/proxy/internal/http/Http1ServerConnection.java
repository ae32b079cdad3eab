package dev.polder.mesh.proxy.internal.http;

import dev.polder.mesh.proxy.internal.transport.ByteSink;
import dev.polder.mesh.proxy.internal.transport.ByteStream;
import dev.polder.mesh.proxy.internal.transport.NoSink;
import dev.polder.mesh.proxy.internal.transport.Sweep;
import dev.polder.mesh.proxy.internal.transport.Swept;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * The server side of an HTTP/1.x connection, over a socket or inside a tunnel. One exchange at a time; what a client
 * sends ahead waits.
 *
 * <pre>
 *   HEAD ──complete head──▶ BODY ──end of body──▶ RESPONDING ──response ended──▶ HEAD
 *     │                       └─response ended first─▶ LINGERING ──▶ CLOSED
 *     └─bad head─▶ (error response) LINGERING          any ──101──▶ UPGRADED
 * </pre>
 */
public final class Http1ServerConnection implements ByteSink, Downstream, BodyDecoder.Target, Swept {

    private enum State {
        HEAD,
        BODY,
        RESPONDING,
        LINGERING,
        UPGRADED,
        CLOSED
    }

    /** Clocks of a connection, in nanoseconds. */
    public record Timeouts(long head, long idle, long linger) {
        public static Timeouts ofMillis(long head, long idle) {
            return new Timeouts(head * 1_000_000, idle * 1_000_000, 2_000_000_000L);
        }
    }

    private final ByteStream stream;
    private final Scratch scratch;
    private final HttpLimits limits;
    private final HeadParser parser;
    private final BodyDecoder decoder;
    private final ChunkWriter writer;
    private final RequestHandler handler;
    private final Sweep sweep;
    private final Timeouts timeouts;
    private final boolean secure;

    private State state = State.HEAD;
    private @Nullable ByteBuf held;
    private int seen;
    private boolean parsing;
    private boolean persistent = true;
    private boolean http10;
    private boolean responseStarted;
    private boolean chunked;
    private boolean readingWanted = true;
    private boolean draining;
    private long since = System.nanoTime();

    public Http1ServerConnection(
            ByteStream stream,
            ByteBufAllocator alloc,
            Scratch scratch,
            HttpLimits limits,
            Timeouts timeouts,
            Sweep sweep,
            RequestHandler handler,
            boolean secure) {
        this.stream = stream;
        this.scratch = scratch;
        this.limits = limits;
        this.parser = new HeadParser(limits);
        this.decoder = new BodyDecoder(parser);
        this.writer = new ChunkWriter(stream, alloc);
        this.timeouts = timeouts;
        this.sweep = sweep;
        this.handler = handler;
        this.secure = secure;
        stream.sink(this);
        sweep.add(this);
    }

    // ---- bytes from the client

    @Override
    public void onBytes(ByteBuf bytes) {
        if (state == State.LINGERING || state == State.CLOSED) {
            bytes.release();
            return;
        }
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
            refuse(bad);
        } finally {
            parsing = false;
        }
        if (held != null && state == State.RESPONDING) {
            // the client sends ahead: what it sends now can wait in its own memory
            stream.reading(false);
        }
    }

    private boolean parseHead(ByteBuf in) {
        int readable = in.readableBytes();
        int length = Math.min(readable, limits.headBytes());
        if (seen > 0
                && length < limits.headBytes()
                && in.indexOf(in.readerIndex() + seen, in.writerIndex(), (byte) '\n') < 0) {
            seen = readable;
            return false;
        }
        Head head = scratch.request;
        if (head.bytes.length < length) {
            head.bytes = new byte[limits.headBytes()];
        }
        in.getBytes(in.readerIndex(), head.bytes, 0, length);
        int end = parser.request(head, length);
        if (end == HeadParser.INCOMPLETE) {
            if (length == limits.headBytes()) {
                throw new BadMessage(431, "head: longer than " + length + " bytes");
            }
            if (seen == 0) {
                since = System.nanoTime();
            }
            seen = readable;
            return false;
        }
        seen = 0;
        if (end == readable) {
            in.release();
            held = null;
        } else {
            in.skipBytes(end);
        }
        begin(head);
        return true;
    }

    private void begin(Head head) {
        http10 = head.isHttp10();
        persistent = head.persistent() && !draining;
        decoder.start(head.length == Head.NO_LENGTH ? 0 : head.length);
        boolean complete = decoder.done();
        state = complete ? State.RESPONDING : State.BODY;
        responseStarted = false;
        chunked = false;
        readingWanted = true;
        handler.onRequest(head, complete, this);
    }

    private boolean parseBody(ByteBuf in) {
        held = null;
        boolean taken = false;
        try {
            taken = decoder.decode(in, this);
        } finally {
            if (!taken) {
                if (in.isReadable() && state != State.LINGERING && state != State.CLOSED) {
                    held = in;
                } else {
                    in.release();
                }
            }
        }
        return true;
    }

    @Override
    public void onBody(ByteBuf bytes) {
        if (state == State.BODY) {
            handler.onRequestBody(bytes);
        } else {
            bytes.release();
        }
    }

    @Override
    public void onBodyEnd(@Nullable Head trailers) {
        if (state == State.BODY) {
            state = State.RESPONDING;
            handler.onRequestEnd(trailers);
        }
    }

    @Override
    public void onReadComplete() {
        if (state == State.BODY || state == State.RESPONDING) {
            handler.onRequestReadComplete();
        }
    }

    private void refuse(BadMessage bad) {
        boolean exchange = state == State.BODY;
        if (exchange) {
            handler.onDownstreamGone();
        } else {
            handler.onRefused(bad.status(), String.valueOf(bad.getMessage()), this);
        }
        if (state == State.CLOSED || state == State.LINGERING) {
            return;
        }
        if (exchange && responseStarted) {
            abort();
            return;
        }
        persistent = false;
        state = State.BODY;
        LocalResponse.problem(scratch.local, bad.status(), String.valueOf(bad.getMessage()), "-")
                .send(this);
    }

    // ---- the response

    @Override
    public void interim(Head head) {
        if (http10 || responseStarted) {
            return;
        }
        int length = HeadWriter.response(scratch, head, false, HeadWriter.After.STAYS);
        writer.head(scratch.out, length, 0);
        flush();
    }

    @Override
    public void respond(Head head, boolean hasBody) {
        responseStarted = true;
        boolean known = head.length >= 0;
        chunked = hasBody && !known && !http10;
        if ((hasBody && !known && http10) || (state == State.BODY && (!chunked || head.status >= 300))) {
            // without a length an HTTP/1.0 body ends with the connection; and a request that is answered before it was
            // read to its end leaves bytes in the way of the next one. A success in chunks may well end after the
            // request; with anything else clients stop sending
            persistent = false;
        }
        HeadWriter.After after = !persistent || draining
                ? HeadWriter.After.CLOSES
                : http10 ? HeadWriter.After.STAYS_SAID : HeadWriter.After.STAYS;
        if (draining) {
            persistent = false;
        }
        int length = HeadWriter.response(scratch, head, chunked, after);
        writer.head(scratch.out, length, hasBody ? known ? (int) Math.min(head.length, 65536) : 4096 : 0);
    }

    @Override
    public void body(ByteBuf bytes) {
        writer.body(bytes, chunked);
    }

    @Override
    public void flush() {
        writer.send();
        stream.flush();
    }

    @Override
    public void end(@Nullable Head trailers) {
        if (chunked) {
            writer.lastChunk(trailers);
        }
        flush();
        if (state == State.CLOSED) {
            return;
        }
        if (state == State.BODY) {
            linger();
        } else if (!persistent) {
            state = State.CLOSED;
            dropHeld();
            stream.close();
        } else {
            state = State.HEAD;
            since = System.nanoTime();
            if (!readingWanted || held != null) {
                stream.reading(true);
            }
            if (held != null && !parsing) {
                parse();
            }
        }
    }

    /** Ends our direction and drops what still comes: closing at once would reset what the client has not read yet. */
    private void linger() {
        state = State.LINGERING;
        since = System.nanoTime();
        dropHeld();
        stream.reading(true);
        stream.finish();
    }

    @Override
    public void cut() {
        abort();
    }

    private void abort() {
        state = State.CLOSED;
        dropHeld();
        stream.abort();
    }

    @Override
    public @Nullable ByteStream upgrade(Head head) {
        int length = HeadWriter.response(scratch, head, false, HeadWriter.After.UPGRADES);
        writer.head(scratch.out, length, 0);
        flush();
        state = State.UPGRADED;
        sweep.remove(this);
        return stream;
    }

    /** Bytes that the client sent after its upgrade request, or null; the caller takes them over. */
    public @Nullable ByteBuf takeHeld() {
        ByteBuf bytes = held;
        held = null;
        return bytes;
    }

    // ---- the connection

    @Override
    public void onWritabilityChanged() {
        if (state == State.BODY || state == State.RESPONDING) {
            handler.onDownstreamWritabilityChanged();
        }
    }

    @Override
    public void onEnd() {
        switch (state) {
            case HEAD, LINGERING -> {
                state = State.CLOSED;
                dropHeld();
                stream.close();
            }
            case BODY -> {
                handler.onDownstreamGone();
                abort();
            }
            case RESPONDING -> persistent = false;
            case UPGRADED, CLOSED -> {}
        }
    }

    @Override
    public void onClosed(@Nullable Throwable cause) {
        State before = state;
        state = State.CLOSED;
        sweep.remove(this);
        stream.sink(NoSink.INSTANCE);
        if (before == State.BODY || before == State.RESPONDING) {
            handler.onDownstreamGone();
        }
        dropHeld();
        decoder.release();
        writer.release();
    }

    @Override
    public void sweep(long now) {
        boolean late = switch (state) {
            case HEAD -> now - since > (seen > 0 ? timeouts.head() : timeouts.idle());
            case LINGERING -> now - since > timeouts.linger();
            default -> false;
        };
        if (late && state == State.HEAD && seen > 0) {
            refuse(new BadMessage(408, "head: not complete after " + timeouts.head() / 1_000_000 + " ms"));
        } else if (late) {
            abort();
        } else if (state == State.BODY || state == State.RESPONDING) {
            handler.onSweep(now);
        }
    }

    @Override
    public void drain() {
        draining = true;
        if (state == State.HEAD && held == null) {
            state = State.CLOSED;
            stream.close();
        }
    }

    @Override
    public void abandon() {
        // the state stays, so that onClosed tells the handler
        stream.abort();
    }

    @Override
    public boolean isBusy() {
        return state == State.BODY || state == State.RESPONDING;
    }

    private void dropHeld() {
        if (held != null) {
            held.release();
            held = null;
        }
    }

    @Override
    public EventLoop loop() {
        return stream.loop();
    }

    @Override
    public @Nullable InetSocketAddress remoteAddress() {
        return stream.remoteAddress();
    }

    @Override
    public boolean secure() {
        return secure;
    }

    @Override
    public String protocol() {
        return http10 ? "HTTP/1.0" : "HTTP/1.1";
    }

    @Override
    public boolean isWritable() {
        return stream.isWritable();
    }

    @Override
    public void reading(boolean on) {
        readingWanted = on;
        stream.reading(on);
    }
}
