package dev.polder.wasm.registry.internal;

import java.net.URI;
import java.net.http.HttpRequest;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One request to a registry.
 *
 * @param body can be sent more than once
 * @param scope what a token must allow, as in {@code repository:NAME:pull}; null for a request that carries its own
 *     credentials or none
 * @param retry whether sending it again does no harm
 * @param accepted the statuses that are an answer and not a failure
 */
record Call(
        String method,
        URI uri,
        Map<String, String> headers,
        HttpRequest.BodyPublisher body,
        @Nullable String scope,
        boolean retry,
        Set<Integer> accepted) {

    static Call get(URI uri, Map<String, String> headers, String scope, Integer... accepted) {
        return new Call("GET", uri, headers, HttpRequest.BodyPublishers.noBody(), scope, true, Set.of(accepted));
    }

    static Call head(URI uri, String scope, Integer... accepted) {
        return new Call("HEAD", uri, Map.of(), HttpRequest.BodyPublishers.noBody(), scope, true, Set.of(accepted));
    }

    boolean isRead() {
        return method.equals("GET") || method.equals("HEAD");
    }
}
