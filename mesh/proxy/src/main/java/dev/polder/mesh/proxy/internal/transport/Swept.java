package dev.polder.mesh.proxy.internal.transport;

/** Looked at once a second by its event loop, instead of a timer of its own. */
public interface Swept {

    /**
     * @param now {@link System#nanoTime()}
     */
    void sweep(long now);

    /** Stop taking new work; end what is idle now and the rest when it is done. */
    void drain();

    /** Ends at once, whatever is under way: the event loop is about to stop. */
    default void abandon() {}

    /** Whether something is under way that draining waits for. */
    default boolean isBusy() {
        return false;
    }
}
