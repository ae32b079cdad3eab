package dev.polder.mesh.proxy.internal.http;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Serves exchanges, one at a time. All calls on the event loop of the {@link Downstream}; after {@link
 * Downstream#end}, {@link Downstream#cut} or {@link #onDownstreamGone} the next call is {@link #onRequest} or none.
 */
public interface RequestHandler {

    /**
     * A request begins.
     *
     * @param head valid during the call only
     * @param complete whether there is no body
     */
    void onRequest(Head head, boolean complete, Downstream downstream);

    /** A part of the body; taken over. */
    void onRequestBody(ByteBuf bytes);

    /** The body is complete; not called when the request had none. */
    void onRequestEnd(@Nullable Head trailers);

    /** Nothing more at hand right now: the time to flush. */
    void onRequestReadComplete();

    void onDownstreamWritabilityChanged();

    /** The client went away before the exchange ended. */
    void onDownstreamGone();

    /**
     * Once a second while an exchange is open.
     *
     * @param now {@link System#nanoTime()}
     */
    default void onSweep(long now) {}

    /** A message broke the rules before any exchange began; for the access log. */
    default void onRefused(int status, String reason, Downstream downstream) {}
}
