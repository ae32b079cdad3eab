package dev.polder.wasm.service;

import java.util.List;

/**
 * A whole HTTP request for an app. The arrays and lists are handed over: nobody changes them afterwards.
 *
 * @param method as sent, for example {@code GET}
 * @param scheme {@code http} or {@code https}, as the client saw it
 * @param authority host and optional port; the value of {@code Host} or {@code :authority}
 * @param target path and query as sent, beginning with {@code /}
 * @param protocol {@code HTTP/1.1} or {@code HTTP/2}
 * @param headers in the order received, without pseudo headers
 * @param remoteAddress the client's IP address
 * @param remotePort the client's port, or 0 when unknown
 */
@SuppressWarnings("ArrayRecordComponent") // a body is bytes; never compared, never changed
public record HttpRequestData(
        String method,
        String scheme,
        String authority,
        String target,
        String protocol,
        List<HttpHeader> headers,
        byte[] body,
        String remoteAddress,
        int remotePort) {

    private static final byte[] NO_BODY = new byte[0];

    /** The same with another body, which is handed over. */
    public HttpRequestData withBody(byte[] bytes) {
        return new HttpRequestData(
                method, scheme, authority, target, protocol, headers, bytes, remoteAddress, remotePort);
    }

    /** A request without headers and body, for probes and tests. */
    public static HttpRequestData get(String authority, String target) {
        return new HttpRequestData("GET", "http", authority, target, "HTTP/1.1", List.of(), NO_BODY, "127.0.0.1", 0);
    }
}
