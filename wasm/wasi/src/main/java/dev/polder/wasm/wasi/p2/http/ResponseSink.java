package dev.polder.wasm.wasi.p2.http;

import java.util.List;

/**
 * Where a guest's response goes: {@link #respond} or {@link #fail}, once. Called on the guest's thread, must not block.
 */
public interface ResponseSink {

    /** An informational response (1xx) before the response itself. Left out by default. */
    default void informational(int status, List<HttpField> headers) {}

    /** Status and headers are there; the body follows as it is subscribed to. It is to be subscribed to or cancelled. */
    void respond(int status, List<HttpField> headers, HttpBody body);

    /** There is no response. */
    void fail(HttpErrorCode error);
}
