package dev.polder.wasm.service;

import dev.polder.wasm.wasi.p2.http.HttpBody;

/**
 * One request on its way through an app.
 *
 * @param version the one that it began with, and that answers its calls to the app's other components
 * @param depth how many calls of the app to itself led to it
 * @param began when it came, in {@link System#nanoTime}
 */
record Exchange(
        ServingVersion version,
        HttpRequestData request,
        HttpBody body,
        Answer answer,
        AppCall call,
        int depth,
        long began) {

    /** The path of the target, as sent. */
    String path() {
        int question = request.target().indexOf('?');
        return question < 0 ? request.target() : request.target().substring(0, question);
    }

    String query() {
        int question = request.target().indexOf('?');
        return question < 0 ? "" : request.target().substring(question + 1);
    }
}
