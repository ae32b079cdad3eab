package dev.polder.wasm.wasi.p2.http;

import java.util.List;
import java.util.Optional;

/**
 * What a request is, without its body.
 *
 * @param method {@code GET}
 * @param scheme in small letters, when known
 * @param authority host with optional port, when known
 * @param pathWithQuery as it stands in the request line, when there is one
 */
public record RequestHead(
        String method,
        Optional<String> scheme,
        Optional<String> authority,
        Optional<String> pathWithQuery,
        List<HttpField> headers) {

    public RequestHead {
        headers = List.copyOf(headers);
    }
}
