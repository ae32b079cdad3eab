package dev.polder.mesh.proxy.internal.http;

import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.util.Locale;
import java.util.Map;

/**
 * Turns HTTP/2 header fields into {@link Head}s and back. What HTTP/1.1 could not carry safely is refused here: line
 * breaks and control characters, connection headers, a Host that contradicts {@code :authority} (RFC 9113, 8.2 and 8.3).
 */
final class Http2Heads {

    private Http2Heads() {}

    /**
     * Fills a request head.
     *
     * @throws BadMessage when the request is malformed
     */
    static void request(Http2Headers headers, Head head, boolean complete, HttpLimits limits) {
        CharSequence method = headers.method();
        CharSequence path = headers.path();
        if (method == null || !isToken(method) || method.length() > 32) {
            throw new BadMessage(400, ":method: missing or not a token");
        }
        boolean connect = "CONNECT".contentEquals(method);
        if (!connect && (path == null || path.isEmpty() || !isTarget(path))) {
            throw new BadMessage(400, ":path: missing or with a character that is not allowed");
        }
        if (path != null && path.length() > limits.targetBytes()) {
            throw new BadMessage(414, ":path: longer than " + limits.targetBytes() + " bytes");
        }
        head.request(method, path == null ? "*" : path);
        CharSequence authority = headers.authority();
        if (authority != null) {
            host(head, authority);
        }
        StringBuilder cookies = null;
        for (Map.Entry<CharSequence, CharSequence> line : headers) {
            CharSequence name = line.getKey();
            CharSequence value = line.getValue();
            if (name.charAt(0) == ':') {
                continue;
            }
            check(name, value);
            if (AsciiString.contentEquals(name, "cookie")) {
                // RFC 9113, 8.2.3: crumbs are joined for HTTP/1.1
                cookies = cookies == null ? new StringBuilder() : cookies.append("; ");
                cookies.append(value);
            } else if (AsciiString.contentEquals(name, "host")) {
                if (authority == null) {
                    host(head, value);
                } else if (!AsciiString.contentEquals(authority, value)) {
                    throw new BadMessage(400, "Host: not the same as :authority");
                }
            } else if (AsciiString.contentEquals(name, "content-length")) {
                head.add(name, value).length(length(value));
            } else {
                head.add(name, value);
            }
        }
        if (cookies != null) {
            head.add("cookie", cookies);
        }
        if (head.hostIndex < 0) {
            throw new BadMessage(400, ":authority: missing");
        }
        if (!complete && head.length == Head.NO_LENGTH) {
            head.length(Head.CHUNKED);
        }
    }

    private static void host(Head head, CharSequence value) {
        if (head.hostIndex >= 0) {
            throw new BadMessage(400, "Host: given more than once");
        }
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c > 126 || !Ascii.isTarget((byte) c) || "/@?,".indexOf(c) >= 0) {
                throw new BadMessage(400, ":authority: a character that is not allowed");
            }
        }
        head.add("host", value);
    }

    private static long length(CharSequence value) {
        if (value.isEmpty() || value.length() > 18) {
            throw new BadMessage(400, "Content-Length: not a number of 1 to 18 digits");
        }
        long length = 0;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c < '0' || c > '9') {
                throw new BadMessage(400, "Content-Length: not a number of 1 to 18 digits");
            }
            length = length * 10 + c - '0';
        }
        return length;
    }

    /** Fills a head with trailer lines. */
    static void trailers(Http2Headers headers, Head head) {
        for (Map.Entry<CharSequence, CharSequence> line : headers) {
            if (line.getKey().isEmpty() || line.getKey().charAt(0) == ':') {
                throw new BadMessage(400, "trailers: a pseudo-header");
            }
            check(line.getKey(), line.getValue());
            head.add(line.getKey(), line.getValue());
        }
    }

    private static void check(CharSequence name, CharSequence value) {
        if (!isToken(name)) {
            throw new BadMessage(400, "header: a name with a character that is not allowed");
        }
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c > 255 || !Ascii.isValue((byte) c)) {
                throw new BadMessage(400, "header: a value with a character that is not allowed");
            }
        }
        boolean ofConnection = AsciiString.contentEquals(name, "connection")
                || AsciiString.contentEquals(name, "transfer-encoding")
                || AsciiString.contentEquals(name, "upgrade")
                || AsciiString.contentEquals(name, "keep-alive")
                || AsciiString.contentEquals(name, "proxy-connection");
        if (ofConnection) {
            throw new BadMessage(400, "header: " + name + " does not exist in HTTP/2");
        }
    }

    private static boolean isToken(CharSequence text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c > 126 || !Ascii.isToken((byte) c) || (c >= 'A' && c <= 'Z' && i > 0 && text.charAt(0) > 'Z')) {
                return false;
            }
        }
        return !text.isEmpty();
    }

    private static boolean isTarget(CharSequence text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c > 126 || !Ascii.isTarget((byte) c)) {
                return false;
            }
        }
        return true;
    }

    /**
     * The fields of a request head that was written for HTTP/1.1.
     *
     * @param scheme {@code http} or {@code https}
     */
    static Http2Headers request(Head head, String scheme) {
        DefaultHttp2Headers headers = new DefaultHttp2Headers(false, head.count() + 5);
        headers.method(head.method()).scheme(scheme).path(head.target());
        String host = head.host();
        if (host != null) {
            headers.authority(host);
            head.dropLine(head.hostLine());
        }
        lines(head, headers);
        if (head.takesTrailers) {
            headers.add("te", "trailers");
        }
        return headers;
    }

    /**
     * Fills a response head.
     *
     * @param complete whether no body follows
     * @throws BadMessage when the response is malformed
     */
    static void response(Http2Headers headers, Head head, boolean complete) {
        CharSequence status = headers.status();
        if (status == null
                || status.length() != 3
                || status.charAt(0) < '1'
                || status.charAt(0) > '5'
                || !isDigit(status.charAt(1))
                || !isDigit(status.charAt(2))) {
            throw new BadMessage(502, ":status: missing or not a number from 100 to 599");
        }
        head.response((status.charAt(0) - '0') * 100 + (status.charAt(1) - '0') * 10 + status.charAt(2) - '0');
        for (Map.Entry<CharSequence, CharSequence> line : headers) {
            CharSequence name = line.getKey();
            if (AsciiString.contentEquals(name, ":status")) {
                continue;
            }
            check(name, line.getValue());
            head.add(name, line.getValue());
            if (AsciiString.contentEquals(name, "content-length")) {
                head.length(length(line.getValue()));
            }
        }
        if (!complete && head.length == Head.NO_LENGTH) {
            head.length(Head.CHUNKED);
        }
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    /** The fields of a response head. */
    static Http2Headers response(Head head) {
        DefaultHttp2Headers headers = new DefaultHttp2Headers(false, head.count() + 2);
        headers.status(Integer.toString(head.status));
        return lines(head, headers);
    }

    /** Adds the end-to-end lines of a head. */
    static Http2Headers lines(Head head, Http2Headers into) {
        for (int i = 0; i < head.count(); i++) {
            if (!head.isHopByHop(i) && (head.id(i) != HeaderId.CONTENT_LENGTH || head.length >= 0)) {
                into.add(head.name(i).toLowerCase(Locale.ROOT), head.value(i));
            }
        }
        return into;
    }
}
