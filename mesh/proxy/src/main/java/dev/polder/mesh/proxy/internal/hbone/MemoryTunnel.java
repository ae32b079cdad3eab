package dev.polder.mesh.proxy.internal.hbone;

import dev.polder.mesh.proxy.internal.transport.ByteSink;
import dev.polder.mesh.proxy.internal.transport.ByteStream;
import dev.polder.mesh.proxy.internal.transport.ForwardingStream;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * One end of a tunnel whose other end is in this process, too. Its HTTP/2 stream opened it, and lives as long: a reset, or
 * the end of the connection, breaks the tunnel. The bytes do not go through the stream but through a pipe.
 */
final class MemoryTunnel extends ForwardingStream {

    private final TunnelStream stream;
    private @Nullable Throwable broken;
    private boolean closed;

    /**
     * @param stream of the CONNECT
     * @param bytes this side's end of the pipe
     */
    MemoryTunnel(TunnelStream stream, ByteStream bytes) {
        super(bytes);
        this.stream = stream;
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
                MemoryTunnel.super.abort();
            }
        }
    }

    @Override
    public void sink(ByteSink sink) {
        super.sink(new ByteSink() {
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
    public void abort() {
        super.abort();
        stream.abort();
    }
}
