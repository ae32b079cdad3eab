package dev.polder.mesh.proxy.internal.http;

/**
 * One exchange with an upstream as who sends the request sees it, whichever version of HTTP is spoken. All calls on its
 * event loop.
 */
public interface UpstreamExchange extends BodyPeer {

    /**
     * Sends the head of the request.
     *
     * @param head in HTTP/1.1 form
     * @param isHead whether the method is HEAD, whose responses have no body
     * @param complete whether no body follows
     * @param asChunks whether the length of the body is not known
     */
    void send(RequestWriter head, boolean isHead, boolean complete, boolean asChunks, ResponseHandler to);

    /** Gives the exchange up: its handler hears nothing more. */
    void cancel();

    /** Gives it back before anything was sent. */
    void release();

    /** Whether its connection carried a request before: only then may a failure mean that it was stale. */
    boolean used();

    /** Whether the upstream said that it did not look at the request, so that it may be sent again whatever it is. */
    default boolean refused() {
        return false;
    }
}
