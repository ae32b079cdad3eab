package dev.polder.kernel.server;

import dev.polder.kernel.model.Problem;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The event streams that are open, so that a shutdown can end them: they would never end by themselves. */
final class OpenStreams {

    /** Each one holds a virtual thread, a socket and a buffer; a page keeps one or two. */
    static final int MAX = 2_000;

    private final Set<EventStream> open = ConcurrentHashMap.newKeySet();
    private volatile boolean ending;

    void add(EventStream stream) {
        if (ending) {
            throw Problem.unavailable("the server is shutting down", null);
        }
        if (open.size() >= MAX) {
            throw Problem.unavailable(
                    "event streams: " + MAX + " are open already (expected: fewer; close some pages)", null);
        }
        open.add(stream);
        if (ending) {
            stream.end();
        }
    }

    void remove(EventStream stream) {
        open.remove(stream);
    }

    int count() {
        return open.size();
    }

    void endAll() {
        ending = true;
        open.forEach(EventStream::end);
    }
}
