package dev.polder.mesh.proxy.internal.telemetry;

import java.net.InetSocketAddress;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
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

    /** Where the fields of a line go, in their order. */
    private interface Line {
        void put(String key, String value);

        void put(String key, long value);
    }

    /** Appends a line in the manner of ztunnel: {@code key=value}, texts in quotes. */
    void text(StringBuilder out) {
        out.append(method.isEmpty() ? "connection complete" : "request complete");
        fields(new Line() {
            @Override
            public void put(String key, String value) {
                out.append(' ').append(key).append('=');
                if (key.endsWith(".addr")) {
                    out.append(value);
                } else {
                    quote(out, value);
                }
            }

            @Override
            public void put(String key, long value) {
                out.append(' ').append(key).append('=').append(value);
            }
        });
    }

    /** Appends an object of JSON. */
    void json(StringBuilder out) {
        out.append("{\"time\":\"").append(at.truncatedTo(ChronoUnit.MICROS)).append('"');
        fields(new Line() {
            @Override
            public void put(String key, String value) {
                key(key);
                quote(out, value);
            }

            @Override
            public void put(String key, long value) {
                key(key);
                out.append(value);
            }

            private void key(String key) {
                out.append(",\"").append(key).append("\":");
            }
        });
        out.append('}');
    }

    private void fields(Line line) {
        line.put("src.addr", address(source));
        line.put("src.workload", sourceLabels.workload());
        line.put("src.namespace", sourceLabels.namespace());
        line.put("src.identity", sourceLabels.principal());
        line.put("dst.addr", address(destination));
        line.put("dst.workload", destinationLabels.workload());
        line.put("dst.namespace", destinationLabels.namespace());
        line.put("dst.identity", destinationLabels.principal());
        line.put("direction", direction);
        if (!method.isEmpty()) {
            line.put("method", method);
            line.put("host", host);
            line.put("path", path);
            line.put("status", status);
            line.put("request_id", requestId);
        }
        line.put("bytes_sent", sent);
        line.put("bytes_recv", received);
        line.put("duration_us", nanos / 1000);
        line.put("flags", flags);
        if (error != null) {
            line.put("error", error);
        }
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
