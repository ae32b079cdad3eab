package dev.polder.mesh.proxy.internal.inbound;

import dev.polder.mesh.proxy.internal.transport.ByteSink;
import dev.polder.mesh.proxy.internal.transport.ByteStream;
import dev.polder.mesh.proxy.internal.transport.ForwardingStream;
import dev.polder.mesh.proxy.internal.transport.Relay;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** Passes a stream on and counts its bytes; tells once when it is gone. */
final class Watched extends ForwardingStream {

    private final Relay.Ended ended;
    private long received;
    private long sent;
    private @Nullable ByteSink above;
    private boolean told;

    Watched(ByteStream stream, Relay.Ended ended) {
        super(stream);
        this.ended = ended;
    }

    @Override
    public void sink(ByteSink sink) {
        boolean first = above == null;
        above = sink;
        if (first) {
            super.sink(new Counter());
        }
    }

    private final class Counter implements ByteSink {

        private ByteSink to() {
            ByteSink sink = above;
            if (sink == null) {
                throw new IllegalStateException("stream without a sink");
            }
            return sink;
        }

        @Override
        public void onBytes(ByteBuf bytes) {
            received += bytes.readableBytes();
            to().onBytes(bytes);
        }

        @Override
        public void onReadComplete() {
            to().onReadComplete();
        }

        @Override
        public void onEnd() {
            to().onEnd();
        }

        @Override
        public void onWritabilityChanged() {
            to().onWritabilityChanged();
        }

        @Override
        public void onClosed(@Nullable Throwable cause) {
            to().onClosed(cause);
            if (!told) {
                told = true;
                ended.relayEnded(received, sent, cause);
            }
        }
    }

    @Override
    public void write(ByteBuf bytes) {
        sent += bytes.readableBytes();
        super.write(bytes);
    }
}
