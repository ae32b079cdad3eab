package dev.polder.wasm.service;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.wasi.p2.http.HttpBody;
import java.util.List;

/**
 * Takes the answer to one request: {@link #respond} or {@link #fail}, once. Called on a guest's thread or on the thread
 * that handed the request in, and must not block.
 */
public interface AppResponder {

    /** A 1xx response before the answer. */
    default void informational(int status, List<HttpHeader> headers) {}

    /**
     * Status and headers are there.
     *
     * @param body comes as it is subscribed to, and breaks off when the guest fails; must be subscribed to
     */
    void respond(int status, List<HttpHeader> headers, HttpBody body);

    /** The answer is there in one piece. */
    default void respond(HttpResponseData whole) {
        respond(whole.status(), whole.headers(), HttpBody.of(whole.body()));
    }

    /** There is no answer: NOT_FOUND, UNAVAILABLE, TOO_LARGE, INVALID, DEADLINE, CANCELLED, BAD_UPSTREAM or INTERNAL. */
    void fail(Problem problem);
}
