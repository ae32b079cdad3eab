package dev.polder.mesh.proxy;

import java.util.List;

/**
 * A request to send: its head, and how it is sent.
 *
 * @param method case-sensitive
 * @param scheme {@code http} or {@code https}
 * @param authority host or {@code host:port}; a service of the mesh by any of its names, or a host outside
 * @param path the request target in origin form, query included
 * @param headers sent in this order; {@code Host}, framing and connection headers are dropped, but not {@code TE: trailers}
 * @param bodyLength bytes to be written, 0 for no body, or {@link HttpBody#UNKNOWN} to send it in chunks
 */
public record ClientRequest(
        String method,
        String scheme,
        String authority,
        String path,
        List<HttpHeader> headers,
        long bodyLength,
        ClientTimeouts timeouts) {

    public ClientRequest {
        headers = List.copyOf(headers);
    }

    /** A GET of an {@code http} address, with the usual timeouts. */
    public static ClientRequest get(String authority, String path) {
        return new ClientRequest("GET", "http", authority, path, List.of(), 0, ClientTimeouts.DEFAULT);
    }
}
