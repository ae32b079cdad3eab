package dev.polder.mesh.proxy;

import java.util.List;

/**
 * Takes an {@link HttpBody}. Called on an event loop, one call at a time: it must not block. {@link #onEnd} or {@link
 * #onBroken} is the last call.
 */
public interface BodyReader {

    /**
     * A part of the body, never empty and never more than is still demanded.
     *
     * @param bytes handed over
     */
    void onBytes(byte[] bytes);

    /**
     * The body is complete.
     *
     * @param trailers in order of arrival; mostly empty
     */
    void onEnd(List<HttpHeader> trailers);

    /** The rest will never come. */
    void onBroken(HttpFailure failure);
}
