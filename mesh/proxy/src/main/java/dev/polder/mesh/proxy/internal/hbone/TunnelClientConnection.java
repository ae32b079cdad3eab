package dev.polder.mesh.proxy.internal.hbone;

import dev.polder.mesh.proxy.internal.transport.Pipe;
import dev.polder.mesh.proxy.internal.transport.Sweep;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The client's end of a connection with tunnels. */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write or close shows as the end of the connection
final class TunnelClientConnection extends TunnelConnection {

    private final TunnelPool pool;
    private final TunnelTarget target;
    private final Map<Integer, TunnelOpened> waiting = new HashMap<>();
    private final @Nullable MemoryTunnels ends;
    private long peerLimit = Hbone.STREAMS_PER_CONNECTION;
    private int streams;
    private boolean goingAway;
    private long idleSince = System.nanoTime();

    TunnelClientConnection(Channel channel, Sweep sweep, TunnelPool pool, TunnelTarget target) {
        super(channel, false, sweep);
        this.pool = pool;
        this.target = target;
        this.ends = MemoryTunnels.of(channel);
    }

    TunnelTarget target() {
        return target;
    }

    boolean hasRoom() {
        return isOpen() && !goingAway && streams < Math.min(peerLimit, Hbone.STREAMS_PER_CONNECTION);
    }

    /** Sends CONNECT; {@link #hasRoom} must hold. */
    void connect(TunnelRequest request, TunnelOpened opened) {
        int id = http2().local().incrementAndGetNextStreamId();
        streams++;
        waiting.put(id, opened);
        DefaultHttp2Headers headers = new DefaultHttp2Headers(false);
        headers.method("CONNECT").authority(request.authority());
        headers.add("baggage", request.baggage());
        if (request.forwarded() != null) {
            headers.add("forwarded", request.forwarded());
        }
        if (request.traceparent() != null) {
            headers.add("traceparent", request.traceparent());
        }
        encoder()
                .writeHeaders(context(), id, headers, 0, false, context().newPromise())
                .addListener(sent -> {
                    if (!sent.isSuccess()) {
                        fail(id, TunnelFailure.below("H2_HANDSHAKE_FAILURE", sent.cause()));
                    }
                });
        flush();
    }

    private void fail(int id, TunnelFailure failure) {
        TunnelOpened opened = waiting.remove(id);
        if (opened != null) {
            opened.failed(failure);
        }
    }

    @Override
    void headers(Http2Stream stream, Http2Headers headers, boolean endOfStream) {
        TunnelOpened opened = waiting.remove(stream.id());
        if (opened == null) {
            TunnelStream tunnel = tunnel(stream);
            if (tunnel != null && endOfStream) {
                tunnel.endReceived();
            }
            return;
        }
        CharSequence status = headers.status();
        if (status != null && "200".contentEquals(status)) {
            TunnelStream tunnel = new TunnelStream(this, stream);
            Pipe pipe = ends == null ? null : ends.take(stream.id());
            opened.opened(pipe == null ? tunnel : new MemoryTunnel(tunnel, pipe.client()));
            if (endOfStream) {
                tunnel.endReceived();
            }
        } else {
            int code = parse(status);
            reset(stream, Http2Error.NO_ERROR);
            opened.failed(TunnelFailure.refused(code));
        }
    }

    private static int parse(@Nullable CharSequence status) {
        try {
            return status == null ? 502 : Integer.parseInt(status.toString());
        } catch (NumberFormatException e) {
            return 502;
        }
    }

    @Override
    public void onStreamClosed(Http2Stream stream) {
        fail(stream.id(), TunnelFailure.below("CONNECT", null));
        super.onStreamClosed(stream);
    }

    @Override
    void streamGone() {
        streams--;
        idleSince = System.nanoTime();
        pool.roomMade(this);
    }

    @Override
    public void onSettingsRead(ChannelHandlerContext context, Http2Settings settings) {
        Long limit = settings.maxConcurrentStreams();
        if (limit != null) {
            peerLimit = limit;
        }
    }

    @Override
    public void onGoAwayReceived(int lastStreamId, long errorCode, io.netty.buffer.ByteBuf debugData) {
        goingAway = true;
        pool.gone(this);
        if (streams == 0) {
            channel.close();
        }
    }

    @Override
    void gone(@Nullable Throwable cause) {
        pool.gone(this);
        for (TunnelOpened opened : Map.copyOf(waiting).values()) {
            opened.failed(TunnelFailure.below("CONNECT", cause));
        }
        waiting.clear();
    }

    @Override
    public void sweep(long now) {
        if (streams == 0 && (goingAway || now - idleSince > Hbone.IDLE_RELEASE)) {
            drain();
        } else {
            super.sweep(now);
        }
    }
}
