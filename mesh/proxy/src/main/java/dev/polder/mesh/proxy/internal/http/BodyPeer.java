package dev.polder.mesh.proxy.internal.http;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** The other end of an exchange as its two bodies see it. All calls on its event loop. */
public interface BodyPeer {

    /** Queues a part of the body we send; takes it over. */
    void body(ByteBuf bytes);

    /** Sends what is queued. */
    void flush();

    /** Completes our message and sends what is queued. */
    void end(@Nullable Head trailers);

    /** False while more is queued than should be. */
    boolean isWritable();

    /** Turns reading of the body we receive on or off. */
    void reading(boolean on);
}
