package dev.polder.mesh.proxy;

import dev.polder.kernel.model.BodyBuffers;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Takes an {@link HttpBody}. Called on an event loop, one call at a time: it must not block. {@link #onEnd} or {@link
 * #onBroken} is the last call.
 */
public interface BodyReader {

    /** Most bytes of a part. */
    int MOST = BodyBuffers.SIZE;

    /**
     * A part of the body as it came: never empty, and no more than {@link #MOST}. Parts are not cut to what was demanded, so
     * the last may be more than that.
     *
     * @param bytes from position to limit; handed over, to a reader that may {@linkplain BodyBuffers#giveBack
     *     give them back}
     */
    void onBytes(ByteBuffer bytes);

    /**
     * Parts that are there together; {@link #onBytes} of each, unless there is something better to be done with them. Who
     * cancels the body at one of them gets the others all the same.
     *
     * @param parts in order, one at least
     */
    default void onParts(List<ByteBuffer> parts) {
        parts.forEach(this::onBytes);
    }

    /**
     * The body is complete.
     *
     * @param trailers in order of arrival; mostly empty
     */
    void onEnd(List<HttpHeader> trailers);

    /** The rest will never come. */
    void onBroken(HttpFailure failure);
}
