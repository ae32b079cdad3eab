package dev.polder.mesh.proxy.internal.hbone;

import dev.polder.mesh.proxy.internal.transport.ByteSink;
import dev.polder.mesh.proxy.internal.transport.ByteStream;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * One end of a tunnel whose other end is in this process, too. Its HTTP/2 stream opened it, and lives as long: a reset, or
 * the end of the connection, breaks the tunnel. The bytes do not go through the stream but through a pipe.
 */
final class MemoryTunnel implements ByteStream {

    private final TunnelStream stream;
    private final ByteStream bytes;
    private @Nullable Throwable broken;
    private boolean closed;

    /**
     * @param stream of the CONNECT
     * @param bytes this side's end of the pipe
     */
    MemoryTunnel(TunnelStream stream, ByteStream bytes) {
        this.stream = stream;
        this.bytes = bytes;
        stream.sink(new Stream());
    }

    /** Hears what becomes of the stream. */
    private final class Stream implements ByteSink {

        @Override
        public void onBytes(ByteBuf data) {
            data.release();
            stream.abort();
        }

        @Override
        public void onEnd() {
            // the pipe tells when its last byte was read
        }

        @Override
        public void onWritabilityChanged() {
            // nothing is written there
        }

        @Override
        public void onClosed(@Nullable Throwable cause) {
            if (!closed) {
                broken = cause;
                bytes.abort();
            }
        }
    }

    @Override
    public void sink(ByteSink sink) {
        bytes.sink(new ByteSink() {
            @Override
            public void onBytes(ByteBuf data) {
                sink.onBytes(data);
            }

            @Override
            public void onReadComplete() {
                sink.onReadComplete();
            }

            @Override
            public void onEnd() {
                sink.onEnd();
            }

            @Override
            public void onWritabilityChanged() {
                sink.onWritabilityChanged();
            }

            @Override
            public void onClosed(@Nullable Throwable cause) {
                closed = true;
                Throwable why = broken != null ? broken : cause;
                if (why == null) {
                    stream.finish();
                } else {
                    stream.abort();
                }
                sink.onClosed(why);
            }
        });
    }

    @Override
    public EventLoop loop() {
        return bytes.loop();
    }

    @Override
    public void write(ByteBuf data) {
        bytes.write(data);
    }

    @Override
    public void flush() {
        bytes.flush();
    }

    @Override
    public void finish() {
        bytes.finish();
    }

    @Override
    public void close() {
        bytes.close();
    }

    @Override
    public void abort() {
        bytes.abort();
        stream.abort();
    }

    @Override
    public boolean isWritable() {
        return bytes.isWritable();
    }

    @Override
    public void reading(boolean on) {
        bytes.reading(on);
    }

    @Override
    public boolean isOpen() {
        return bytes.isOpen();
    }

    @Override
    public @Nullable InetSocketAddress remoteAddress() {
        return stream.remoteAddress();
    }
}
