package dev.polder.mesh.proxy;

import java.util.List;

/** Hears the response to one request. Called on an event loop: it must not block. */
public interface ResponseListener {

    /** A 1xx response other than 101 came ahead. */
    default void onInterim(int status, List<HttpHeader> headers) {}

    /** The head of the response came; called at most once. Later failures go to the body's reader. */
    void onResponse(ClientResponse response);

    /** There will be no response; then nothing else is called. */
    void onFailed(HttpFailure failure);
}
