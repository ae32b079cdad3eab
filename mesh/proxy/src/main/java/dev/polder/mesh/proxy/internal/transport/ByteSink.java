package dev.polder.mesh.proxy.internal.transport;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** Hears one {@link ByteStream}. All calls on its event loop; {@link #onClosed} is the last one. */
public interface ByteSink {

    /** Takes bytes over. */
    void onBytes(ByteBuf bytes);

    /** Nothing more is at hand right now: the time to flush. */
    default void onReadComplete() {}

    /** The peer ended its direction. */
    void onEnd();

    /** The stream may be written to again, or should be left alone for now. */
    void onWritabilityChanged();

    /** The stream is gone in both directions. */
    void onClosed(@Nullable Throwable cause);
}
