package dev.polder.mesh.proxy.internal.http;

import dev.polder.mesh.proxy.internal.transport.ByteStream;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** Hears the response to one request. All calls on the event loop; heads are valid during the call only. */
public interface ResponseHandler {

    /** A 1xx response other than 101. */
    void onInterim(Head head);

    /** The final head. Without a body, {@link #onResponseEnd} follows at once. */
    void onResponse(Head head, boolean hasBody);

    /** A part of the body; taken over. */
    void onResponseBody(ByteBuf bytes);

    void onResponseEnd(@Nullable Head trailers);

    /** Nothing more at hand right now: the time to flush. */
    void onResponseReadComplete();

    void onUpstreamWritabilityChanged();

    /**
     * The upstream switched protocols; the connection is no longer HTTP.
     *
     * @param ahead bytes that came behind the head, or null; taken over
     */
    void onUpgraded(Head head, ByteStream stream, @Nullable ByteBuf ahead);

    /**
     * The connection broke before the response ended.
     *
     * @param untouched no byte of a response had come
     * @param malformed the upstream answered with something that is not HTTP
     */
    void onUpstreamGone(boolean untouched, boolean malformed, @Nullable Throwable cause);
}
