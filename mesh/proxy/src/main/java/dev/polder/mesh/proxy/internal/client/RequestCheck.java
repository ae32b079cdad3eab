package dev.polder.mesh.proxy.internal.client;

import dev.polder.mesh.proxy.ClientLimits;
import dev.polder.mesh.proxy.ClientRequest;
import dev.polder.mesh.proxy.HttpFailure;
import dev.polder.mesh.proxy.HttpHeader;
import dev.polder.mesh.proxy.internal.http.Ascii;
import dev.polder.mesh.proxy.internal.http.Head;
import dev.polder.mesh.proxy.internal.http.HeaderRules;
import dev.polder.mesh.proxy.internal.http.HttpLimits;
import dev.polder.mesh.proxy.internal.http.RequestWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The head of a caller's request: what may be wrong with it, and how it is written. */
final class RequestCheck {

    private static final int LONGEST_METHOD = 32;

    private RequestCheck() {}

    /** Null when the request may be sent. */
    static @Nullable HttpFailure wrong(ClientRequest request, ClientLimits limits) {
        String method = request.method();
        if (!HeaderRules.isToken(method) || method.length() > LONGEST_METHOD || method.equals("CONNECT")) {
            return new HttpFailure(
                    HttpFailure.Kind.HTTP_REQUEST_METHOD_INVALID, "method: \"" + method + "\" (expected: a token)");
        }
        if (!request.scheme().equals("http") && !request.scheme().equals("https")) {
            return invalid("scheme: \"" + request.scheme() + "\" (expected: http or https)");
        }
        String path = request.path();
        boolean form = path.startsWith("/") || (path.equals("*") && method.equals("OPTIONS"));
        if (!form || path.length() > HttpLimits.DEFAULT.targetBytes() || !isTarget(path)) {
            return invalid("path: not in origin form, with a character that is not allowed, or too long");
        }
        String wrong = HeaderRules.wrong(request.headers());
        if (wrong != null) {
            return new HttpFailure(HttpFailure.Kind.HTTP_REQUEST_HEADER_INVALID, "request: " + wrong);
        }
        long size = path.length();
        for (HttpHeader header : request.headers()) {
            size += header.name().length() + header.value().length() + 4;
        }
        return size <= limits.headBytes()
                ? null
                : new HttpFailure(
                        HttpFailure.Kind.HTTP_REQUEST_HEADER_SECTION_SIZE,
                        "request head: " + size + " bytes (expected: at most " + limits.headBytes() + ")");
    }

    private static HttpFailure invalid(String detail) {
        return new HttpFailure(HttpFailure.Kind.HTTP_REQUEST_URI_INVALID, detail);
    }

    private static boolean isTarget(String path) {
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c > 126 || !Ascii.isTarget((byte) c)) {
                return false;
            }
        }
        return true;
    }

    /** Writes the head of a request that was checked. */
    static void write(ClientRequest request, Head head, RequestWriter writer) {
        head.request(request.method(), request.path());
        List<HttpHeader> lines = request.headers().stream()
                .filter(header -> !header.name().equalsIgnoreCase("host"))
                .toList();
        HeaderRules.add(lines, head);
        long length = request.bodyLength();
        if (length < 0) {
            head.length(Head.CHUNKED);
        } else if (length > 0 || meansABody(request.method())) {
            head.add("content-length", Long.toString(length)).length(length);
        }
        writer.start(head, head.bytes(), head.targetStart(), head.targetEnd());
        byte[] host = Ascii.bytes(request.authority());
        writer.host(host, 0, host.length);
        writer.lines(head);
        writer.end();
    }

    private static boolean meansABody(String method) {
        return method.equals("POST") || method.equals("PUT") || method.equals("PATCH");
    }
}
