package dev.polder.kernel.server;

/** Where an {@link EventHandler} writes. One thread at a time. */
public interface EventSink {

    /**
     * Writes one event and waits until the client has room for it.
     *
     * @param event the event's type
     * @param data one line or several; JSON as a rule
     * @throws InterruptedException when the client went away
     */
    void send(String event, String data) throws InterruptedException;

    /** Writes one event with an id, so that a client that reconnects says where it was. */
    void send(String id, String event, String data) throws InterruptedException;

    /** Whether the client is still there. */
    boolean open();
}
