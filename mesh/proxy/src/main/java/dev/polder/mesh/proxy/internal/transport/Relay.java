package dev.polder.mesh.proxy.internal.transport;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Joins two streams on one event loop and copies both ways until both directions ended; one end's full queue stops
 * reading at the other. An end of one direction is passed on as an end, a broken stream as a broken one.
 */
public final class Relay {

    /** Told once, when both streams are gone. */
    public interface Ended {
        void relayEnded(long bytesFromFirst, long bytesFromSecond, @Nullable Throwable cause);
    }

    private final Direction fromFirst;
    private final Direction fromSecond;
    private final Ended ended;
    private @Nullable Throwable failure;
    private int open = 2;

    private Relay(ByteStream first, ByteStream second, Ended ended) {
        this.ended = ended;
        this.fromFirst = new Direction(first, second);
        this.fromSecond = new Direction(second, first);
    }

    /** Starts copying. Both streams must live on the calling event loop. */
    public static Relay start(ByteStream first, ByteStream second, Ended ended) {
        Relay relay = new Relay(first, second, ended);
        first.sink(relay.fromFirst);
        second.sink(relay.fromSecond);
        first.reading(second.isWritable());
        second.reading(first.isWritable());
        return relay;
    }

    /** Hands bytes over that were read from the first stream before the relay began. */
    public void feedFirst(ByteBuf bytes) {
        fromFirst.onBytes(bytes);
        fromFirst.onReadComplete();
    }

    /** As {@link #feedFirst}, from the second stream. */
    public void feedSecond(ByteBuf bytes) {
        fromSecond.onBytes(bytes);
        fromSecond.onReadComplete();
    }

    /** Cuts both streams. */
    public void abort(Throwable cause) {
        if (failure == null) {
            failure = cause;
        }
        fromFirst.source.abort();
        fromSecond.source.abort();
    }

    private final class Direction implements ByteSink {

        private final ByteStream source;
        private final ByteStream target;
        private long bytes;
        private boolean ended;

        Direction(ByteStream source, ByteStream target) {
            this.source = source;
            this.target = target;
        }

        @Override
        public void onBytes(ByteBuf data) {
            bytes += data.readableBytes();
            target.write(data);
            if (!target.isWritable()) {
                target.flush();
                source.reading(target.isWritable());
            }
        }

        @Override
        public void onReadComplete() {
            target.flush();
        }

        @Override
        public void onEnd() {
            ended = true;
            target.finish();
            if (other().ended) {
                source.close();
                target.close();
            }
        }

        @Override
        public void onWritabilityChanged() {
            target.reading(source.isWritable());
        }

        @Override
        public void onClosed(@Nullable Throwable cause) {
            if (failure == null && cause != null) {
                failure = cause;
            }
            if (cause == null || ended) {
                // what was read is still to be written
                target.close();
            } else {
                target.abort();
            }
            ended = true;
            if (--open == 0) {
                Relay.this.ended.relayEnded(fromFirst.bytes, fromSecond.bytes, failure);
            }
        }

        private Direction other() {
            return this == fromFirst ? fromSecond : fromFirst;
        }
    }
}
