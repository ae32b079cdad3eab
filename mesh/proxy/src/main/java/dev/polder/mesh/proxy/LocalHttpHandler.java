package dev.polder.mesh.proxy;

/**
 * Serves the requests of a workload that lives in this process.
 *
 * <p>Called on an event loop once per request, after the whole body arrived: it must hand the work to a thread of its
 * own and return at once. The answer may come from any thread.
 */
@FunctionalInterface
public interface LocalHttpHandler {

    /**
     * Takes one request. An exception thrown here answers 500.
     *
     * @param request the complete request
     * @param responder answers it, exactly once
     */
    void handle(LocalRequest request, LocalResponder responder);
}
