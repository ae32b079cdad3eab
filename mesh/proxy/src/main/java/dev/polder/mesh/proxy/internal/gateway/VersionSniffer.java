package dev.polder.mesh.proxy.internal.gateway;

import dev.polder.mesh.proxy.internal.http.Worker;
import dev.polder.mesh.proxy.internal.transport.Swept;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.ByteToMessageDecoder;
import org.jspecify.annotations.Nullable;

/** Reads the first bytes of a plain connection: HTTP/2 by prior knowledge starts with {@code PRI}, a method nobody has. */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write or close shows as the end of the connection
final class VersionSniffer extends ChannelInboundHandlerAdapter implements Swept {

    private static final long SILENCE = 15_000_000_000L;

    private final Worker worker;
    private final GatewayChannels channels;
    private final long since = System.nanoTime();
    private @Nullable ChannelHandlerContext ctx;
    private @Nullable ByteBuf seen;

    VersionSniffer(Worker worker, GatewayChannels channels) {
        this.worker = worker;
        this.channels = channels;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        ctx = context;
        worker.sweep().add(this);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        worker.sweep().remove(this);
        if (seen != null) {
            seen.release();
            seen = null;
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf before = seen;
        ByteBuf bytes = before == null
                ? (ByteBuf) message
                : ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(context.alloc(), before, (ByteBuf) message);
        seen = bytes;
        int start = bytes.readerIndex();
        int length = Math.min(3, bytes.readableBytes());
        boolean pri = true;
        for (int i = 0; i < length; i++) {
            pri &= bytes.getByte(start + i) == "PRI".charAt(i);
        }
        if (pri && length < 3) {
            return;
        }
        seen = null;
        if (pri) {
            channels.http2(context.channel(), false);
        } else {
            channels.http1(context.channel(), false);
        }
        context.fireChannelRead(bytes);
        context.pipeline().remove(this);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close();
    }

    @Override
    public void sweep(long now) {
        if (now - since > SILENCE && ctx != null) {
            ctx.close();
        }
    }

    @Override
    public void abandon() {
        drain();
    }

    @Override
    public void drain() {
        if (ctx != null) {
            ctx.close();
        }
    }
}
