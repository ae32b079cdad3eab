package dev.polder.mesh.proxy.internal.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.ChannelInputShutdownReadComplete;
import io.netty.channel.socket.DuplexChannel;
import io.netty.channel.unix.Errors;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import java.net.InetSocketAddress;
import java.net.SocketException;
import org.jspecify.annotations.Nullable;

/** A socket as a {@link ByteStream}: the last handler of its pipeline. */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write or close shows as the end of the connection
public final class SocketStream extends ChannelInboundHandlerAdapter implements ByteStream {

    private final Channel channel;
    private ByteSink sink = NoSink.INSTANCE;
    private @Nullable ChannelHandlerContext ctx;
    private @Nullable Throwable cause;
    private boolean ended;
    private boolean closed;

    public SocketStream(Channel channel) {
        this.channel = channel;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        ctx = context;
    }

    @Override
    public EventLoop loop() {
        return channel.eventLoop();
    }

    @Override
    public void sink(ByteSink newSink) {
        sink = newSink;
    }

    @Override
    public void write(ByteBuf bytes) {
        ChannelHandlerContext context = ctx;
        if (context == null || closed) {
            bytes.release();
            return;
        }
        context.write(bytes, context.voidPromise());
    }

    @Override
    public void flush() {
        ChannelHandlerContext context = ctx;
        if (context != null && !closed) {
            context.flush();
        }
    }

    @Override
    public void finish() {
        if (closed) {
            return;
        }
        if (channel.pipeline().get(SslHandler.class) == null && channel instanceof DuplexChannel duplex) {
            // an empty write is done when everything before it is
            channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(done -> duplex.shutdownOutput());
        } else {
            close();
        }
    }

    @Override
    public void close() {
        if (!closed) {
            channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        }
    }

    @Override
    public void abort() {
        channel.close();
    }

    @Override
    public boolean isWritable() {
        return channel.isWritable();
    }

    @Override
    public void reading(boolean on) {
        channel.config().setAutoRead(on);
    }

    @Override
    public boolean isOpen() {
        return !closed && channel.isActive();
    }

    @Override
    public @Nullable InetSocketAddress remoteAddress() {
        return channel.remoteAddress() instanceof InetSocketAddress address ? address : null;
    }

    /** The channel below. */
    public Channel channel() {
        return channel;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        RunBuf.handOn((ByteBuf) message, part -> sink.onBytes(part));
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        sink.onReadComplete();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        sink.onWritabilityChanged();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        // TLS: close_notify ends the peer's direction; TCP: a FIN does.
        if (!ended
                && (event == ChannelInputShutdownReadComplete.INSTANCE || event instanceof SslCloseCompletionEvent)) {
            ended = true;
            sink.onEnd();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
        if (cause == null) {
            cause = failure;
        }
        context.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        closed = true;
        sink.onClosed(cause);
    }

    /** Whether a failure only says that the peer went away. */
    public static boolean isPeerGone(@Nullable Throwable failure) {
        return failure == null
                || failure instanceof SocketException
                || failure instanceof Errors.NativeIoException
                || failure instanceof java.nio.channels.ClosedChannelException;
    }
}
