package dev.polder.kernel.server;

/**
 * One server-sent event stream as plain blocking code on a virtual thread; the stream ends when it returns.
 *
 * <p>It should wait in calls that end on interruption: the thread is interrupted when the client goes away.
 */
@FunctionalInterface
public interface EventHandler {
    void handle(Request request, EventSink sink) throws Exception;
}
