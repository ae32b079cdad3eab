package dev.polder.mesh.proxy.internal.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.AbstractChannel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelMetadata;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.EventLoop;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * A {@link ByteStream} as a channel, so that Netty's HTTP/2 codec can work inside a tunnel. It lives on the stream's event
 * loop, and closes when the peer ends its direction.
 */
@SuppressWarnings("FutureReturnValueIgnored") // registering on the loop that we are on is done when the call returns
public final class StreamChannel extends AbstractChannel implements ByteSink {

    private static final ChannelMetadata METADATA = new ChannelMetadata(false);

    private final ByteStream stream;
    private final DefaultChannelConfig config = new DefaultChannelConfig(this);
    private boolean open = true;

    private StreamChannel(ByteStream stream) {
        super(null);
        this.stream = stream;
        config.setWriteBufferWaterMark(Transport.WATER_MARK);
    }

    /** A channel that takes the stream over; on its event loop. */
    public static StreamChannel over(ByteStream stream) {
        StreamChannel channel = new StreamChannel(stream);
        stream.loop().register(channel);
        stream.sink(channel);
        return channel;
    }

    // ---- from the stream

    @Override
    public void onBytes(ByteBuf bytes) {
        pipeline().fireChannelRead(bytes);
    }

    @Override
    public void onReadComplete() {
        pipeline().fireChannelReadComplete();
    }

    @Override
    public void onEnd() {
        onClosed(null);
    }

    @Override
    public void onWritabilityChanged() {
        if (open && stream.isWritable()) {
            unsafe().flush();
        }
    }

    @Override
    public void onClosed(@Nullable Throwable cause) {
        if (open) {
            unsafe().close(unsafe().voidPromise());
        }
    }

    // ---- from the pipeline

    @Override
    protected void doWrite(ChannelOutboundBuffer out) {
        while (stream.isWritable() && out.current() instanceof ByteBuf bytes) {
            if (bytes.isReadable()) {
                stream.write(bytes.retain());
            }
            out.remove();
        }
        stream.flush();
    }

    @Override
    protected void doBeginRead() {
        // the stream reads by itself
    }

    @Override
    protected void doClose() {
        open = false;
        stream.close();
    }

    @Override
    protected void doDisconnect() {
        doClose();
    }

    @Override
    protected void doBind(SocketAddress address) {
        throw new UnsupportedOperationException("a stream is not bound");
    }

    @Override
    protected boolean isCompatible(EventLoop loop) {
        return true;
    }

    @Override
    protected @Nullable SocketAddress localAddress0() {
        return null;
    }

    @Override
    protected @Nullable SocketAddress remoteAddress0() {
        return stream.remoteAddress();
    }

    @Override
    protected AbstractUnsafe newUnsafe() {
        return new AbstractUnsafe() {
            @Override
            public void connect(SocketAddress remote, SocketAddress local, ChannelPromise promise) {
                promise.setFailure(new UnsupportedOperationException("a stream is connected"));
            }
        };
    }

    @Override
    public ChannelConfig config() {
        return config;
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public boolean isActive() {
        // also when the peer has closed already: only what was active is told that it no longer is
        return open;
    }

    @Override
    public ChannelMetadata metadata() {
        return METADATA;
    }
}
