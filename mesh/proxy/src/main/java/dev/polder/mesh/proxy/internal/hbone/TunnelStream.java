package dev.polder.mesh.proxy.internal.hbone;

import dev.polder.mesh.proxy.internal.transport.ByteSink;
import dev.polder.mesh.proxy.internal.transport.ByteStream;
import dev.polder.mesh.proxy.internal.transport.NoSink;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Stream;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One tunnel: the bytes inside one HTTP/2 stream. A normal end is END_STREAM in both directions; RST_STREAM is kept for
 * breaks. While reading is off, received bytes are passed on all the same, but the peer gets no new window for them: so
 * at most one window waits.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write or close shows as the end of the connection
public final class TunnelStream implements ByteStream {

    /** How long an ended tunnel waits for the peer's end before it is reset. */
    private static final long LINGER_SECONDS = 5;

    private final TunnelConnection connection;
    private final Http2Stream stream;
    private @Nullable ByteSink sink;
    private @Nullable ArrayDeque<ByteBuf> early;
    private boolean reading = true;
    private int owed;
    private boolean localEnded;
    private boolean remoteEnded;
    private boolean endTold;
    private boolean closed;
    private @Nullable Throwable cause;

    TunnelStream(TunnelConnection connection, Http2Stream stream) {
        this.connection = connection;
        this.stream = stream;
        connection.attach(stream, this);
    }

    @Override
    public EventLoop loop() {
        return connection.loop();
    }

    @Override
    public void sink(ByteSink newSink) {
        sink = newSink;
        ArrayDeque<ByteBuf> waiting = early;
        early = null;
        if (waiting != null) {
            waiting.forEach(newSink::onBytes);
            newSink.onReadComplete();
            reading(reading);
        }
        if (remoteEnded && !endTold) {
            endTold = true;
            newSink.onEnd();
        }
        if (closed) {
            newSink.onClosed(cause);
        }
    }

    @Override
    public void write(ByteBuf bytes) {
        if (closed || localEnded || !connection.isOpen()) {
            bytes.release();
            return;
        }
        connection
                .encoder()
                .writeData(
                        connection.context(),
                        stream.id(),
                        bytes,
                        0,
                        false,
                        connection.context().newPromise());
    }

    @Override
    public void flush() {
        connection.flush();
    }

    @Override
    public void finish() {
        if (closed || localEnded || !connection.isOpen()) {
            return;
        }
        localEnded = true;
        connection
                .encoder()
                .writeData(
                        connection.context(),
                        stream.id(),
                        Unpooled.EMPTY_BUFFER,
                        0,
                        true,
                        connection.context().newPromise());
        connection.flush();
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        finish();
        if (!remoteEnded && sink != NoSink.INSTANCE) {
            reading(true);
            ByteSink before = sink;
            sink = NoSink.INSTANCE;
            connection.loop().schedule(() -> abort(), LINGER_SECONDS, TimeUnit.SECONDS);
            if (before != null) {
                before.onClosed(null);
            }
        }
    }

    @Override
    public void abort() {
        if (!closed) {
            connection.reset(stream, Http2Error.CANCEL);
        }
    }

    @Override
    public boolean isWritable() {
        return !closed && connection.http2().remote().flowController().isWritable(stream);
    }

    @Override
    public void reading(boolean on) {
        reading = on;
        if (on && owed > 0) {
            int credit = owed;
            owed = 0;
            credit(credit);
        }
    }

    @Override
    public boolean isOpen() {
        return !closed && !localEnded && connection.isOpen();
    }

    @Override
    public @Nullable InetSocketAddress remoteAddress() {
        return connection.remoteAddress();
    }

    /** Takes data of a frame; returns how many bytes the peer may send anew at once. */
    int received(ByteBuf data, boolean end) {
        int length = data.readableBytes();
        ByteSink to = sink;
        if (length > 0) {
            if (to == null) {
                if (early == null) {
                    early = new ArrayDeque<>();
                }
                early.add(data.retain());
            } else {
                to.onBytes(data.retain());
            }
        }
        if (end) {
            remoteEnded = true;
        }
        to = sink;
        if (to != null) {
            if (length > 0) {
                to.onReadComplete();
            }
            if (end && !endTold) {
                endTold = true;
                to.onEnd();
            }
        }
        if (closed || (reading && sink != null)) {
            return length;
        }
        owed += length;
        return 0;
    }

    /** An end of stream that came with headers. */
    void endReceived() {
        remoteEnded = true;
        ByteSink to = sink;
        if (to != null && !endTold) {
            endTold = true;
            to.onEnd();
        }
    }

    void reset(long errorCode) {
        // NO_ERROR and CANCEL are how some peers end a stream that is no longer needed
        if (errorCode != Http2Error.NO_ERROR.code() && errorCode != Http2Error.CANCEL.code()) {
            cause = new TunnelReset(errorCode);
        } else if (!remoteEnded) {
            cause = new TunnelReset(errorCode);
        }
    }

    void writabilityChanged() {
        ByteSink to = sink;
        if (to != null && !closed) {
            to.onWritabilityChanged();
        }
    }

    void gone() {
        if (closed) {
            return;
        }
        closed = true;
        ArrayDeque<ByteBuf> waiting = early;
        early = null;
        if (waiting != null) {
            waiting.forEach(ByteBuf::release);
        }
        ByteSink to = sink;
        if (to != null) {
            sink = NoSink.INSTANCE;
            boolean normal = localEnded && remoteEnded;
            to.onClosed(cause != null || normal ? cause : new TunnelReset(Http2Error.INTERNAL_ERROR.code()));
        }
    }

    private void credit(int bytes) {
        if (closed || !connection.isOpen()) {
            return;
        }
        try {
            if (connection.http2().local().flowController().consumeBytes(stream, bytes)) {
                connection.flush();
            }
        } catch (Http2Exception e) {
            connection.reset(stream, Http2Error.INTERNAL_ERROR);
        }
    }
}
