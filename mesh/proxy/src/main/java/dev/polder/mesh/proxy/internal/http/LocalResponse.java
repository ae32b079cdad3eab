package dev.polder.mesh.proxy.internal.http;

import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** A response that is made here: a head and a body that is already known. */
@SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
public record LocalResponse(Head head, byte[] body) {

    /**
     * A problem body (RFC 9457).
     *
     * @param head reused for it
     * @param flags Istio's response flags, {@code -} for none
     */
    public static LocalResponse problem(Head head, int status, String detail, String flags) {
        return problem(head, status, detail, flags, Map.of());
    }

    /**
     * The same with more members; the first of them names the type, {@code urn:polder:problem:NAME}.
     *
     * @param members names, of letters only, and values
     */
    public static LocalResponse problem(
            Head head, int status, String detail, String flags, Map<String, String> members) {
        StringBuilder json = new StringBuilder(160);
        json.append("{\"type\":\"")
                .append(
                        members.isEmpty()
                                ? "about:blank"
                                : "urn:polder:problem:"
                                        + members.keySet().iterator().next())
                .append("\",\"title\":\"")
                .append(Reason.text(status))
                .append("\",\"status\":")
                .append(status)
                .append(",\"detail\":");
        quote(json, detail);
        if (!flags.equals("-")) {
            json.append(",\"flags\":");
            quote(json, flags);
        }
        members.forEach((name, value) -> {
            json.append(",\"").append(name).append("\":");
            quote(json, value);
        });
        byte[] body = json.append("}\n").toString().getBytes(StandardCharsets.UTF_8);
        head.response(status)
                .add("content-type", "application/problem+json")
                .add("content-length", Integer.toString(body.length))
                .length(body.length);
        return new LocalResponse(head, body);
    }

    /** Sends head and body and ends the exchange. */
    public void send(Downstream downstream) {
        send(downstream, false);
    }

    /**
     * @param headOnly for an answer to HEAD
     */
    public void send(Downstream downstream, boolean headOnly) {
        boolean hasBody = body.length > 0 && !headOnly;
        downstream.respond(head, hasBody);
        if (hasBody) {
            downstream.body(Unpooled.wrappedBuffer(body));
        }
        downstream.end(null);
    }

    private static void quote(StringBuilder json, String text) {
        json.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < ' ') {
                json.append(String.format("\\u%04x", (int) c));
            } else {
                json.append(c);
            }
        }
        json.append('"');
    }
}
