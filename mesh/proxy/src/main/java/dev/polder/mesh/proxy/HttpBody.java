package dev.polder.mesh.proxy;

/**
 * A body that arrives bit by bit, no faster than its reader asks for it.
 *
 * <p>Every method may be called from any thread and returns at once. Until bytes are demanded nothing is read from the
 * connection beyond one flow-control window, so a reader that stops stops the sender.
 */
public interface HttpBody {

    /** Without a length the end is only known when it comes. */
    long UNKNOWN = -1;

    /** Number of bytes as announced, 0 when there is no body, or {@link #UNKNOWN}. */
    long length();

    /** Says who takes the body; once, before or after the first {@link #demand}. */
    void read(BodyReader reader);

    /**
     * Asks for that many bytes more. Demands add up; the end and a failure need none.
     *
     * @param bytes above 0
     */
    void demand(long bytes);

    /** The rest is not wanted: the reader hears nothing more, and what still comes is dropped or refused. */
    void cancel();
}
