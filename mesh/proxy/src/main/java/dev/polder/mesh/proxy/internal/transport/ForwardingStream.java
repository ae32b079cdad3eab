package dev.polder.mesh.proxy.internal.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** Another stream, for those who do some of it differently. */
public abstract class ForwardingStream implements ByteStream {

    private final ByteStream stream;

    protected ForwardingStream(ByteStream stream) {
        this.stream = stream;
    }

    @Override
    public EventLoop loop() {
        return stream.loop();
    }

    @Override
    public void sink(ByteSink sink) {
        stream.sink(sink);
    }

    @Override
    public void write(ByteBuf bytes) {
        stream.write(bytes);
    }

    @Override
    public void flush() {
        stream.flush();
    }

    @Override
    public void finish() {
        stream.finish();
    }

    @Override
    public void close() {
        stream.close();
    }

    @Override
    public void abort() {
        stream.abort();
    }

    @Override
    public boolean isWritable() {
        return stream.isWritable();
    }

    @Override
    public void reading(boolean on) {
        stream.reading(on);
    }

    @Override
    public boolean isOpen() {
        return stream.isOpen();
    }

    @Override
    public @Nullable InetSocketAddress remoteAddress() {
        return stream.remoteAddress();
    }
}
