package dev.polder.mesh.proxy.internal.inbound;

import dev.polder.mesh.proxy.internal.http.Worker;
import dev.polder.mesh.proxy.internal.transport.ByteSink;
import dev.polder.mesh.proxy.internal.transport.ByteStream;
import dev.polder.mesh.proxy.internal.transport.Swept;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads the first bytes inside a tunnel to a workload of this process: HTTP/2 starts with {@code PRI}, a method nobody has.
 * What comes then goes to a connection of that version.
 */
final class TunnelVersion implements ByteSink, Swept {

    private static final long SILENCE = 15_000_000_000L;
    private static final int ENOUGH = 3;

    private final ByteStream stream;
    private final Worker worker;
    private final Function<Boolean, ByteSink> connection;
    private final long since = System.nanoTime();
    private @Nullable ByteBuf seen;
    private @Nullable ByteSink above;

    /** @param connection takes the stream over and reads what comes from there on; told whether it is HTTP/2 */
    TunnelVersion(ByteStream stream, Worker worker, Function<Boolean, ByteSink> connection) {
        this.stream = stream;
        this.worker = worker;
        this.connection = connection;
        worker.sweep().add(this);
        stream.sink(this);
    }

    @Override
    public void onBytes(ByteBuf bytes) {
        ByteSink known = above;
        if (known != null) {
            known.onBytes(bytes);
            return;
        }
        ByteBuf before = seen;
        ByteBuf all =
                before == null ? bytes : ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(bytes.alloc(), before, bytes);
        int length = Math.min(ENOUGH, all.readableBytes());
        boolean pri = true;
        for (int i = 0; i < length; i++) {
            pri &= all.getByte(all.readerIndex() + i) == "PRI".charAt(i);
        }
        if (pri && length < ENOUGH) {
            seen = all;
            return;
        }
        seen = null;
        worker.sweep().remove(this);
        ByteSink next = connection.apply(pri);
        above = next;
        next.onBytes(all);
    }

    @Override
    public void onReadComplete() {
        ByteSink next = above;
        if (next != null) {
            next.onReadComplete();
        }
    }

    @Override
    public void onEnd() {
        ByteSink next = above;
        if (next == null) {
            stream.close();
        } else {
            next.onEnd();
        }
    }

    @Override
    public void onWritabilityChanged() {
        // nothing was written
    }

    @Override
    public void onClosed(@Nullable Throwable cause) {
        worker.sweep().remove(this);
        if (seen != null) {
            seen.release();
            seen = null;
        }
    }

    @Override
    public void sweep(long now) {
        if (now - since > SILENCE) {
            stream.abort();
        }
    }

    @Override
    public void drain() {
        stream.close();
    }

    @Override
    public void abandon() {
        stream.abort();
    }
}
