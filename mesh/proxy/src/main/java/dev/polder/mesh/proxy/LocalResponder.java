package dev.polder.mesh.proxy;

import dev.polder.kernel.model.Problem;
import java.util.List;

/**
 * Answers one request of a {@link LocalHttpHandler}, in one piece or bit by bit; every method may be called from any
 * thread, and never blocks.
 *
 * <p>The answer may begin, and end, before the request's body was read. When it ended, the rest of that body is dropped
 * and its reader hears {@link BodyReader#onBroken}. Names and values of headers must not hold line breaks: what breaks the
 * rule turns the answer into a 500. A second answer to the same request is ignored.
 */
public interface LocalResponder {

    /**
     * Sends a 1xx response ahead of the answer; not to clients of HTTP/1.0. {@code 100} goes out by itself when the client
     * waits for it and the body is demanded.
     *
     * @param status 100 to 199, but not 101
     */
    void interim(int status, List<HttpHeader> headers);

    /**
     * Sends the whole answer. {@code Content-Length} is set here and connection headers are dropped.
     *
     * @param status 200 to 599
     * @param body handed over: not to be changed afterwards
     */
    void respond(int status, List<HttpHeader> headers, byte[] body);

    /**
     * As {@link #respond(int, List, byte[])}, but where the event loop sleeps it is not woken: for a thread that gives several
     * answers in a row and wakes the loop once.
     *
     * @return wakes the loop, and must be run soon; the same object for the same loop. For any thread
     */
    Runnable respondLazily(int status, List<HttpHeader> headers, byte[] body);

    /**
     * Sends the head of the answer at once; the body follows by the writer, which must be ended or aborted.
     *
     * @param status 200 to 599; 204, 304 and answers to HEAD have no body, and what is written to it is dropped
     * @param headers with a {@code Content-Length}, a body of another length cuts the connection; without one the body
     *     goes out in chunks
     * @return a writer that is closed already when nobody waits for the answer any more
     */
    BodyWriter respond(int status, List<HttpHeader> headers);

    /** Answers with the problem as {@code application/problem+json} and its status; cuts an answer that has begun. */
    void fail(Problem problem);

    /** Runs {@code action} once if the caller goes away before the answer's end; at once if it is already gone. */
    void onCancel(Runnable action);
}
