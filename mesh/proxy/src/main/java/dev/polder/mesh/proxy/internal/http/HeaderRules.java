package dev.polder.mesh.proxy.internal.http;

import dev.polder.mesh.proxy.HttpHeader;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What headers that workloads make must keep to before they are put into a {@link Head}, and back. */
public final class HeaderRules {

    /** Framing and connection headers are ours. */
    private static final Set<String> OURS = Set.of(
            "content-length",
            "transfer-encoding",
            "connection",
            "keep-alive",
            "upgrade",
            "proxy-connection",
            "te",
            "trailer",
            "http2-settings");

    private static final int LONGEST_LENGTH = 18;

    private HeaderRules() {}

    /** What is wrong with the headers, or null. */
    public static @Nullable String wrong(List<HttpHeader> headers) {
        for (HttpHeader header : headers) {
            if (header.name().isEmpty()) {
                return "a header without a name";
            }
            if (!isToken(header.name())) {
                return "a header name with a character that is not allowed";
            }
            for (int i = 0; i < header.value().length(); i++) {
                char c = header.value().charAt(i);
                if (c > 255 || !Ascii.isValue((byte) c)) {
                    return "a value of header " + header.name() + " with a character that is not allowed";
                }
            }
        }
        return null;
    }

    /** Whether a name or method is one (RFC 9110, 5.6.2). */
    public static boolean isToken(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c > 126 || !Ascii.isToken((byte) c)) {
                return false;
            }
        }
        return !text.isEmpty();
    }

    /** Adds the headers but those that are not a workload's business; {@code TE: trailers} is. */
    public static void add(List<HttpHeader> headers, Head to) {
        for (HttpHeader header : headers) {
            if (!OURS.contains(header.name().toLowerCase(Locale.ROOT)) || takesTrailers(header)) {
                to.add(header.name(), header.value());
            }
        }
    }

    private static boolean takesTrailers(HttpHeader header) {
        return header.name().equalsIgnoreCase("te") && header.value().strip().equalsIgnoreCase("trailers");
    }

    /** The announced length of a body, or {@link Head#CHUNKED} when there is none that can be read. */
    public static long length(List<HttpHeader> headers) {
        for (HttpHeader header : headers) {
            String value = header.value();
            if (header.name().equalsIgnoreCase("content-length")
                    && !value.isEmpty()
                    && value.length() <= LONGEST_LENGTH
                    && value.chars().allMatch(c -> c >= '0' && c <= '9')) {
                return Long.parseLong(value);
            }
        }
        return Head.CHUNKED;
    }

    /** The end-to-end lines of a head, and {@code TE: trailers}. */
    public static List<HttpHeader> endToEnd(Head head) {
        List<HttpHeader> lines = new ArrayList<>(head.count() + 1);
        for (int i = 0; i < head.count(); i++) {
            if (!head.isHopByHop(i)) {
                lines.add(new HttpHeader(head.name(i), head.value(i)));
            }
        }
        if (head.takesTrailers) {
            lines.add(new HttpHeader("te", "trailers"));
        }
        return lines;
    }

    /** Trailer lines, or none. */
    public static List<HttpHeader> trailers(@Nullable Head trailers) {
        return trailers == null ? List.of() : endToEnd(trailers);
    }

    /** A head of its own for trailer lines; null when there are none. */
    static @Nullable Head trailers(List<HttpHeader> lines) {
        if (lines.isEmpty()) {
            return null;
        }
        Head head = new Head();
        add(lines, head);
        return head;
    }
}
