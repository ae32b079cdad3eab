package dev.polder.mesh.proxy.internal.telemetry;

import java.net.InetSocketAddress;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One request or connection that ended. Method, path and status are absent ({@code ""} and 0) for a connection.
 *
 * @param direction {@code inbound} or {@code outbound}
 * @param flags Istio's response flags, {@code -} for none
 * @param error what failed, or null
 */
public record AccessEvent(
        Instant at,
        @Nullable InetSocketAddress source,
        PeerLabels sourceLabels,
        @Nullable InetSocketAddress destination,
        PeerLabels destinationLabels,
        String direction,
        String method,
        String host,
        String path,
        int status,
        String requestId,
        long received,
        long sent,
        long nanos,
        String flags,
        @Nullable String error) {

    /** A line in the manner of ztunnel: {@code key=value}, texts in quotes. */
    String text() {
        StringBuilder line = new StringBuilder(320);
        line.append(method.isEmpty() ? "connection complete" : "request complete");
        fields().forEach((key, value) -> {
            line.append(' ').append(key).append('=');
            if (value instanceof Number || key.endsWith(".addr")) {
                line.append(value);
            } else {
                quote(line, value.toString());
            }
        });
        return line.toString();
    }

    String json() {
        StringBuilder line = new StringBuilder(400);
        line.append("{\"time\":\"").append(at.truncatedTo(ChronoUnit.MICROS)).append('"');
        fields().forEach((key, value) -> {
            line.append(",\"").append(key).append("\":");
            if (value instanceof Number) {
                line.append(value);
            } else {
                quote(line, value.toString());
            }
        });
        return line.append('}').toString();
    }

    private Map<String, Object> fields() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("src.addr", address(source));
        peer(fields, "src", sourceLabels);
        fields.put("dst.addr", address(destination));
        peer(fields, "dst", destinationLabels);
        fields.put("direction", direction);
        if (!method.isEmpty()) {
            fields.put("method", method);
            fields.put("host", host);
            fields.put("path", path);
            fields.put("status", status);
            fields.put("request_id", requestId);
        }
        fields.put("bytes_sent", sent);
        fields.put("bytes_recv", received);
        fields.put("duration_us", nanos / 1000);
        fields.put("flags", flags);
        if (error != null) {
            fields.put("error", error);
        }
        return fields;
    }

    private static void peer(Map<String, Object> fields, String side, PeerLabels labels) {
        fields.put(side + ".workload", labels.workload());
        fields.put(side + ".namespace", labels.namespace());
        fields.put(side + ".identity", labels.principal());
    }

    private static String address(@Nullable InetSocketAddress address) {
        return address == null ? "-" : address.getAddress().getHostAddress() + ":" + address.getPort();
    }

    private static void quote(StringBuilder out, String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ' || c == 127) {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }
}
