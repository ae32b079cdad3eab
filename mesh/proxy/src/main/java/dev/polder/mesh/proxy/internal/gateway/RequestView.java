package dev.polder.mesh.proxy.internal.gateway;

import dev.polder.mesh.config.RequestFacts;
import dev.polder.mesh.proxy.internal.http.Ascii;
import dev.polder.mesh.proxy.internal.http.BadMessage;
import dev.polder.mesh.proxy.internal.http.Head;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Shows a request head to the route table. Keeps the texts of the last host, target and method, because clients tend to
 * ask the same again on one connection.
 */
final class RequestView implements RequestFacts {

    private static final String[] METHODS = {"GET", "POST", "PUT", "HEAD", "DELETE", "PATCH", "OPTIONS"};
    private static final byte[][] METHOD_BYTES =
            Arrays.stream(METHODS).map(Ascii::bytes).toArray(byte[][]::new);
    private static final byte[] EMPTY = {};

    private @Nullable Head head;
    private byte[] hostBytes = EMPTY;
    private int hostLength = -1;
    private String host = "";
    private byte[] targetBytes = EMPTY;
    private int targetLength = -1;
    private String path = "/";
    private String query = "";
    private boolean rewritten;
    private String method = "GET";

    /**
     * Looks at another request.
     *
     * @throws BadMessage when its target cannot be routed
     */
    void of(Head next) {
        head = next;
        byte[] bytes = next.bytes();
        method = method(next);
        int hostLine = next.hostLine();
        int from = hostLine < 0 ? 0 : next.valueStart(hostLine);
        int to = hostLine < 0 ? 0 : next.valueEnd(hostLine);
        if (hostLength != to - from || !Arrays.equals(bytes, from, to, hostBytes, 0, hostLength)) {
            hostBytes = Arrays.copyOfRange(bytes, from, to);
            hostLength = to - from;
            host = bareHost(Ascii.text(bytes, from, to));
        }
        from = next.targetStart();
        to = next.targetEnd();
        if (targetLength != to - from || !Arrays.equals(bytes, from, to, targetBytes, 0, targetLength)) {
            targetBytes = Arrays.copyOfRange(bytes, from, to);
            targetLength = to - from;
            split(Ascii.text(bytes, from, to));
        }
    }

    private static String method(Head head) {
        for (int i = 0; i < METHODS.length; i++) {
            if (head.methodIs(METHOD_BYTES[i])) {
                return METHODS[i];
            }
        }
        return head.method();
    }

    /** Lower case and without the port. */
    static String bareHost(String authority) {
        int end = authority.length();
        int colon = authority.lastIndexOf(':');
        if (colon >= 0 && authority.indexOf(']', colon) < 0) {
            end = colon;
        }
        return authority.substring(0, end).toLowerCase(Locale.ROOT);
    }

    private void split(String target) {
        int question = target.indexOf('?');
        String raw = question < 0 ? target : target.substring(0, question);
        query = question < 0 ? "" : target.substring(question);
        if (raw.equals("*")) {
            path = "*";
            rewritten = false;
            return;
        }
        if (!raw.startsWith("/")) {
            targetLength = -1;
            throw new BadMessage(400, "request target: neither a path nor an absolute URL");
        }
        path = normalise(raw);
        rewritten = !path.equals(raw);
    }

    /** Takes dot segments out, percent-encoded ones too (RFC 3986, 5.2.4): two readers must not see two paths. */
    static String normalise(String raw) {
        if (raw.indexOf("/.") < 0 && raw.toLowerCase(Locale.ROOT).indexOf("%2e") < 0) {
            return raw;
        }
        StringBuilder out = new StringBuilder(raw.length());
        String[] segments = raw.split("/", -1);
        for (int i = 1; i < segments.length; i++) {
            String plain = segments[i].replace("%2e", ".").replace("%2E", ".");
            boolean last = i == segments.length - 1;
            if (plain.equals("..")) {
                out.setLength(Math.max(0, out.lastIndexOf("/")));
            }
            if (plain.equals(".") || plain.equals("..")) {
                if (last) {
                    out.append('/');
                }
            } else {
                out.append('/').append(segments[i]);
            }
        }
        return out.isEmpty() ? "/" : out.toString();
    }

    @Override
    public String host() {
        return host;
    }

    @Override
    public String path() {
        return path;
    }

    /** With its question mark, or empty. */
    String query() {
        return query;
    }

    /** Whether the path is not the one that was sent. */
    boolean rewritten() {
        return rewritten;
    }

    @Override
    public String method() {
        return method;
    }

    @Override
    public @Nullable CharSequence header(String name) {
        Head current = head;
        if (current == null) {
            return null;
        }
        byte[] wanted = Ascii.bytes(name);
        StringBuilder joined = null;
        String first = null;
        for (int i = 0; i < current.count(); i++) {
            if (Ascii.equalsLower(current.bytes(), current.nameStart(i), current.nameEnd(i), wanted)) {
                if (first == null) {
                    first = current.value(i);
                } else {
                    joined = joined == null ? new StringBuilder(first) : joined;
                    joined.append(',').append(current.value(i));
                }
            }
        }
        return joined == null ? first : joined;
    }

    @Override
    public @Nullable String queryParameter(String name) {
        int at = 1;
        while (at < query.length()) {
            int end = query.indexOf('&', at);
            end = end < 0 ? query.length() : end;
            int equals = query.indexOf('=', at);
            equals = equals < 0 || equals > end ? end : equals;
            if (decode(query.substring(at, equals)).equals(name)) {
                return equals == end ? "" : decode(query.substring(equals + 1, end));
            }
            at = end + 1;
        }
        return null;
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return text;
        }
    }
}
