package dev.polder.wasm.service;

import dev.polder.kernel.model.Problem;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads what a CGI guest wrote to its standard output: header lines, an empty line, the body (RFC 3875 section 6).
 *
 * <p>{@code Status} sets the status and {@code Location} without it means 302, as in Spin; one of {@code Content-Type},
 * {@code Location} and {@code Status} must be there. {@code Content-Length} and hop-by-hop fields are left out, since the
 * server that sends the response decides them. A line that is not a header field is an error: passing it on could split
 * the response.
 */
final class CgiResponse {

    static final int MAX_HEADER_BYTES = 64 * 1024;
    private static final int MAX_HEADERS = 200;
    private static final int SHOWN = 120;

    private final byte[] output;
    private final int length;
    private final List<HttpHeader> headers = new ArrayList<>(8);
    private int status;
    private boolean location;
    private boolean contentType;

    private CgiResponse(byte[] output, int length) {
        this.output = output;
        this.length = length;
    }

    /**
     * @param output the array that the guest's bytes stand in, from its beginning
     * @param length how many of them there are
     * @throws Problem BAD_UPSTREAM, the guest's fault, saying which line is wrong
     */
    static HttpResponseData parse(byte[] output, int length) {
        return new CgiResponse(output, length).parse();
    }

    private HttpResponseData parse() {
        if (length == 0) {
            throw malformed(
                    "it wrote nothing to its standard output (expected: header lines, an empty line, the body)");
        }
        int bodyStart = headerLines();
        if (status == 0) {
            if (!contentType && !location) {
                throw malformed("its headers hold neither Content-Type nor Location nor Status"
                        + " (expected: one of them, RFC 3875 section 6.2)");
            }
            status = location ? 302 : 200;
        }
        return new HttpResponseData(status, headers, Arrays.copyOfRange(output, bodyStart, length));
    }

    /** Reads the header lines and returns where the body begins. */
    private int headerLines() {
        int from = 0;
        int line = 1;
        int limit = Math.min(length, MAX_HEADER_BYTES);
        while (true) {
            int end = from;
            while (end < limit && output[end] != '\n') {
                end++;
            }
            if (end == limit) {
                throw malformed(
                        limit < length
                                ? "its headers are longer than " + MAX_HEADER_BYTES + " bytes"
                                : "no empty line after its headers in " + length
                                        + " bytes of output, which begin with \"" + shown(0, length) + "\"");
            }
            int stop = end > from && output[end - 1] == '\r' ? end - 1 : end;
            if (stop == from) {
                return end + 1;
            }
            field(from, stop, line);
            from = end + 1;
            line++;
        }
    }

    private void field(int from, int end, int line) {
        int colon = from;
        while (colon < end && output[colon] != ':') {
            colon++;
        }
        if (colon == end || colon == from) {
            throw malformed(
                    "line " + line + " is no header field: \"" + shown(from, end) + "\" (expected: Name: value)");
        }
        for (int i = from; i < colon; i++) {
            if (!isToken(output[i])) {
                throw malformed("line " + line + ": header name \"" + shown(from, colon)
                        + "\" (expected: letters, digits and -)");
            }
        }
        int valueStart = colon + 1;
        while (valueStart < end && (output[valueStart] == ' ' || output[valueStart] == '\t')) {
            valueStart++;
        }
        int valueEnd = end;
        while (valueEnd > valueStart && (output[valueEnd - 1] == ' ' || output[valueEnd - 1] == '\t')) {
            valueEnd--;
        }
        for (int i = valueStart; i < valueEnd; i++) {
            if ((output[i] >= 0 && output[i] < ' ' && output[i] != '\t') || output[i] == 127) {
                throw malformed("line " + line + ": a control character in the value of " + shown(from, colon)
                        + " (expected: visible text)");
            }
        }
        add(
                new String(output, from, colon - from, StandardCharsets.ISO_8859_1),
                new String(output, valueStart, valueEnd - valueStart, StandardCharsets.UTF_8),
                line);
    }

    private void add(String name, String value, int line) {
        if (name.equalsIgnoreCase("status")) {
            readStatus(value, line);
            return;
        }
        if (isHop(name)) {
            return;
        }
        if (name.equalsIgnoreCase("content-type")) {
            refuseTwice(contentType, name, line);
            contentType = true;
        } else if (name.equalsIgnoreCase("location")) {
            refuseTwice(location, name, line);
            location = true;
        }
        if (headers.size() == MAX_HEADERS) {
            throw malformed("more than " + MAX_HEADERS + " header fields");
        }
        headers.add(new HttpHeader(name, value));
    }

    private void readStatus(String value, int line) {
        refuseTwice(status != 0, "Status", line);
        boolean digits = value.length() >= 3
                && isDigit(value.charAt(0))
                && isDigit(value.charAt(1))
                && isDigit(value.charAt(2))
                && (value.length() == 3 || value.charAt(3) == ' ');
        int code = digits ? Integer.parseInt(value, 0, 3, 10) : 0;
        if (code < 200 || code > 599) {
            throw malformed("line " + line + ": Status \"" + cut(value) + "\" (expected: 200 to 599, then a reason)");
        }
        status = code;
    }

    private void refuseTwice(boolean already, String name, int line) {
        if (already) {
            throw malformed("line " + line + ": " + name + " stands twice (expected: once)");
        }
    }

    private static boolean isHop(String name) {
        return name.equalsIgnoreCase("content-length")
                || name.equalsIgnoreCase("connection")
                || name.equalsIgnoreCase("transfer-encoding")
                || name.equalsIgnoreCase("keep-alive")
                || name.equalsIgnoreCase("upgrade")
                || name.equalsIgnoreCase("te")
                || name.equalsIgnoreCase("trailer")
                || name.equalsIgnoreCase("proxy-connection")
                || name.equalsIgnoreCase("proxy-authenticate");
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    /** RFC 9110 section 5.6.2. */
    private static boolean isToken(byte b) {
        return (b >= 'a' && b <= 'z')
                || (b >= 'A' && b <= 'Z')
                || (b >= '0' && b <= '9')
                || b == '-'
                || (b > ' ' && b < 127 && "!#$%&'*+.^_`|~".indexOf(b) >= 0);
    }

    private String shown(int from, int end) {
        String text = new String(output, from, Math.min(end - from, 4 * SHOWN), StandardCharsets.UTF_8);
        return cut(text);
    }

    private static String cut(String text) {
        StringBuilder clean = new StringBuilder();
        text.codePoints().limit(SHOWN).forEach(c -> clean.appendCodePoint(c < ' ' || c == 127 ? 0xFFFD : c));
        return clean.length() < text.length() ? clean + "…" : clean.toString();
    }

    private static Problem malformed(String detail) {
        return Problem.guest(Problem.Code.BAD_UPSTREAM, detail, null);
    }
}
