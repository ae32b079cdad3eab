package dev.polder.mesh.proxy;

/**
 * Serves the requests of a workload that lives in this process.
 *
 * <p>Called on an event loop once per request, as soon as its head arrived: it must hand the work to a thread of its own
 * and return at once. Body and answer then flow from and to any thread. {@link WholeBody} is for those that want the body
 * in one piece.
 */
@FunctionalInterface
public interface LocalHttpHandler {

    /**
     * Takes one request. An exception thrown here answers 500.
     *
     * @param request its head, and its body to come
     * @param responder answers it, exactly once
     */
    void handle(LocalRequest request, LocalResponder responder);
}
