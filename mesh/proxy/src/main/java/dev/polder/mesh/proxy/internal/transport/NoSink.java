package dev.polder.mesh.proxy.internal.transport;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** Hears a stream that nobody owns (yet, or any more): drops what comes. */
public final class NoSink implements ByteSink {

    public static final NoSink INSTANCE = new NoSink();

    private NoSink() {}

    @Override
    public void onBytes(ByteBuf bytes) {
        bytes.release();
    }

    @Override
    public void onEnd() {
        // nobody waits for it
    }

    @Override
    public void onWritabilityChanged() {
        // nobody writes
    }

    @Override
    public void onClosed(@Nullable Throwable cause) {
        // nobody waits for it
    }
}
