package dev.polder.mesh.proxy;

import dev.polder.kernel.model.Problem;
import java.util.List;

/** Answers one request of a {@link LocalHttpHandler}; every method may be called from any thread, and never blocks. */
public interface LocalResponder {

    /**
     * Sends the whole answer. {@code Content-Length} is set here and connection headers are dropped; a second answer to
     * the same request is ignored.
     *
     * @param status 200 to 599
     * @param headers names and values without line breaks; a value that breaks the rule turns the answer into a 500
     * @param body handed over: not to be changed afterwards
     */
    void respond(int status, List<HttpHeader> headers, byte[] body);

    /** Answers with the problem as {@code application/problem+json} and its status. */
    void fail(Problem problem);

    /** Runs {@code action} once if the caller goes away before the answer; at once if it is already gone. */
    void onCancel(Runnable action);
}
