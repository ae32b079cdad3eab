package dev.polder.mesh.proxy.internal.gateway;

import dev.polder.mesh.config.HttpFilter;
import dev.polder.mesh.config.PathModifier;
import dev.polder.mesh.config.RouteEntry;
import dev.polder.mesh.proxy.internal.http.Ascii;
import dev.polder.mesh.proxy.internal.http.BadMessage;
import dev.polder.mesh.proxy.internal.http.Downstream;
import dev.polder.mesh.proxy.internal.http.Head;
import dev.polder.mesh.proxy.internal.http.HeaderId;
import dev.polder.mesh.proxy.internal.http.RequestWriter;
import java.net.InetSocketAddress;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Writes the head of a request as the upstream gets it: target, Host, filters, and what a gateway adds. */
final class RequestHeaders {

    private static final byte[] X_FORWARDED_FOR = Ascii.bytes("x-forwarded-for: ");
    private static final byte[] X_FORWARDED_PROTO = Ascii.bytes("x-forwarded-proto: ");
    private static final byte[] X_REQUEST_ID = Ascii.bytes("x-request-id: ");
    private static final byte[] HTTP = Ascii.bytes("http");
    private static final byte[] HTTPS = Ascii.bytes("https");
    private static final byte[] HEX = Ascii.bytes("0123456789abcdef");
    private static final byte[] NOTHING = {};
    private static final int ID_LENGTH = 36;

    private final byte[] requestId = new byte[ID_LENGTH];
    private boolean ownId;
    private @Nullable Downstream lastClient;
    private byte[] clientAddress = NOTHING;

    /** Turns {@code http://host/path} into Host and path (RFC 9112, 3.2.2: the target's host wins). */
    void absoluteForm(Head head) {
        byte first = head.bytes()[head.targetStart()];
        if (first == '/' || first == '*') {
            return;
        }
        String target = head.target();
        int scheme = target.startsWith("http://") ? 7 : target.startsWith("https://") ? 8 : -1;
        if (scheme < 0) {
            return;
        }
        int path = target.length();
        for (int i = scheme; i < target.length(); i++) {
            if (target.charAt(i) == '/' || target.charAt(i) == '?') {
                path = i;
                break;
            }
        }
        String authority = target.substring(scheme, path);
        if (authority.isEmpty() || authority.indexOf('@') >= 0) {
            throw new BadMessage(400, "request target: an absolute URL without a usable host");
        }
        String rest = target.substring(path);
        head.retarget(rest.startsWith("/") ? rest : "/" + rest, authority);
    }

    /** The request's id: the client's own, or one made now. The text is made only when somebody logs it. */
    RequestId requestId(Head head) {
        int line = head.requestIdLine();
        ownId = line < 0;
        if (ownId) {
            newId();
            return () -> Ascii.text(requestId, 0, ID_LENGTH);
        }
        String given = head.value(line);
        return () -> given;
    }

    /** Gives the text of a request id. */
    interface RequestId {
        String text();
    }

    void write(
            RequestWriter out,
            Head head,
            RequestView view,
            RouteEntry entry,
            Edits ruleEdits,
            Edits backendEdits,
            Downstream client) {
        HttpFilter.Rewrite rewrite = backendEdits.rewrite() != null ? backendEdits.rewrite() : ruleEdits.rewrite();
        PathModifier modifier = rewrite == null ? null : rewrite.path();
        if (modifier != null) {
            target(out, head, modifier.apply(view.path(), entry.path()) + view.query());
        } else if (view.rewritten()) {
            target(out, head, view.path() + view.query());
        } else {
            out.start(head, head.bytes(), head.targetStart(), head.targetEnd());
        }
        int hostLine = head.hostLine();
        if (rewrite != null && rewrite.hostname() != null) {
            byte[] host = Ascii.bytes(rewrite.hostname());
            out.host(host, 0, host.length);
        } else if (hostLine >= 0) {
            out.host(head.bytes(), head.valueStart(hostLine), head.valueEnd(hostLine));
        } else {
            out.host(NOTHING, 0, 0);
        }
        if (ruleEdits != Edits.NONE) {
            ruleEdits.dropFrom(head);
        }
        if (backendEdits != Edits.NONE) {
            backendEdits.dropFrom(head);
        }
        int forwarded = -1;
        for (int i = 0; i < head.count(); i++) {
            byte id = head.id(i);
            if (id == HeaderId.X_FORWARDED_FOR) {
                forwarded = i;
            } else if (id == HeaderId.X_FORWARDED_PROTO) {
                head.dropLine(i);
            }
        }
        if (forwarded >= 0) {
            head.dropLine(forwarded);
        }
        out.lines(head);
        int from = forwarded < 0 ? 0 : head.valueStart(forwarded);
        int to = forwarded < 0 ? 0 : head.valueEnd(forwarded);
        out.line(X_FORWARDED_FOR, head.bytes(), from, to, address(client));
        byte[] scheme = client.secure() ? HTTPS : HTTP;
        out.line(X_FORWARDED_PROTO, scheme, 0, scheme.length);
        if (ownId) {
            out.line(X_REQUEST_ID, requestId, 0, ID_LENGTH);
        }
        ruleEdits.addTo(out);
        backendEdits.addTo(out);
        out.end();
    }

    private static void target(RequestWriter out, Head head, String target) {
        byte[] bytes = Ascii.bytes(target);
        out.start(head, bytes, 0, bytes.length);
    }

    @SuppressWarnings("ReferenceEquality") // one connection is one object
    private byte[] address(Downstream client) {
        if (client != lastClient) {
            lastClient = client;
            InetSocketAddress address = client.remoteAddress();
            clientAddress =
                    address == null ? NOTHING : Ascii.bytes(address.getAddress().getHostAddress());
        }
        return clientAddress;
    }

    /** A random UUID (version 4), as text, without objects. */
    private void newId() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        long high = (random.nextLong() & 0xffffffffffff0fffL) | 0x4000L;
        long low = (random.nextLong() & 0x3fffffffffffffffL) | 0x8000000000000000L;
        int at = 0;
        for (int i = 60; i >= 0; i -= 4) {
            requestId[at++] = HEX[(int) (high >>> i) & 0xf];
            if (at == 8 || at == 13 || at == 18) {
                requestId[at++] = '-';
            }
        }
        for (int i = 60; i >= 0; i -= 4) {
            if (at == 23) {
                requestId[at++] = '-';
            }
            requestId[at++] = HEX[(int) (low >>> i) & 0xf];
        }
    }
}
