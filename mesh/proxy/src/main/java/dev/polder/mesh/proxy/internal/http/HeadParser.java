package dev.polder.mesh.proxy.internal.http;

/**
 * Reads the head of an HTTP/1.x message strictly: what two parsers could read in two ways is refused, because that is
 * how requests are smuggled (RFC 9112, sections 2.2, 5.1, 5.2, 6.1, 6.3 and 11.2).
 *
 * <p>Refused: bare CR or LF, folded lines, blanks before a colon, control characters, a second Content-Length or Host,
 * Content-Length beside Transfer-Encoding, any transfer coding but exactly {@code chunked}, Transfer-Encoding in
 * HTTP/1.0. Works on the array of the given {@link Head}; no state of its own but the limits.
 */
public final class HeadParser {

    /** The head is not complete yet. */
    public static final int INCOMPLETE = -1;

    private static final byte[] CHUNKED = Ascii.bytes("chunked");
    private static final byte[] CONTINUE = Ascii.bytes("100-continue");
    private static final byte[] CLOSE = Ascii.bytes("close");
    private static final byte[] KEEP_ALIVE = Ascii.bytes("keep-alive");
    private static final byte[] UPGRADE = Ascii.bytes("upgrade");

    private final HttpLimits limits;

    public HeadParser(HttpLimits limits) {
        this.limits = limits;
    }

    /**
     * Parses a request head that starts at 0 and may reach to {@code limit}.
     *
     * @return the index of the first byte of the body, or {@link #INCOMPLETE}
     */
    public int request(Head head, int limit) {
        byte[] b = head.bytes;
        int at = 0;
        // RFC 9112, 2.2: a server ignores an empty line in front of a request (some clients send one after a body).
        while (at + 1 < limit && at < 8 && b[at] == '\r' && b[at + 1] == '\n') {
            at += 2;
        }
        head.clear();
        head.methodStart = at;
        while (at < limit && Ascii.isToken(b[at])) {
            at++;
        }
        if (at - head.methodStart > 32) {
            throw new BadMessage(501, "method: longer than 32 characters");
        }
        if (at == limit) {
            return INCOMPLETE;
        }
        head.methodEnd = at;
        if (b[at] != ' ' || at == head.methodStart) {
            throw new BadMessage(400, "request line: does not start with a method and one blank");
        }
        at++;
        head.targetStart = at;
        while (at < limit && Ascii.isTarget(b[at])) {
            at++;
        }
        if (at - head.targetStart > limits.targetBytes()) {
            throw new BadMessage(414, "request target: longer than " + limits.targetBytes() + " bytes");
        }
        if (at == limit) {
            return INCOMPLETE;
        }
        head.targetEnd = at;
        if (b[at] != ' ' || at == head.targetStart) {
            throw new BadMessage(400, "request target: a character that is not allowed, or none at all");
        }
        at++;
        if (limit - at < 10) {
            return INCOMPLETE;
        }
        head.minorVersion = version(b, at);
        if (b[at + 8] != '\r' || b[at + 9] != '\n') {
            throw new BadMessage(400, "request line: no CRLF after the version");
        }
        at = lines(head, b, at + 10, limit);
        if (at != INCOMPLETE) {
            finishRequest(head);
        }
        return at;
    }

    /** Parses a response head; as {@link #request}. */
    public int response(Head head, int limit) {
        byte[] b = head.bytes;
        head.clear();
        if (limit < 13) {
            return INCOMPLETE;
        }
        head.minorVersion = version(b, 0);
        if (b[8] != ' ') {
            throw new BadMessage(502, "status line: no blank after the version");
        }
        int code = 0;
        for (int i = 9; i < 12; i++) {
            if (b[i] < '0' || b[i] > '9') {
                throw new BadMessage(502, "status line: the status is not three digits");
            }
            code = code * 10 + b[i] - '0';
        }
        if (code < 100 || code > 599) {
            throw new BadMessage(502, "status line: status " + code + " (expected: 100 to 599)");
        }
        head.status = code;
        int at = 12;
        if (b[at] == ' ') {
            at++;
        } else if (b[at] != '\r') {
            throw new BadMessage(502, "status line: no blank after the status");
        }
        head.reasonStart = at;
        while (at < limit && Ascii.isValue(b[at])) {
            at++;
        }
        head.reasonEnd = at;
        if (limit - at < 2) {
            return INCOMPLETE;
        }
        if (b[at] != '\r' || b[at + 1] != '\n') {
            throw new BadMessage(502, "status line: no CRLF after the reason");
        }
        at = lines(head, b, at + 2, limit);
        if (at != INCOMPLETE) {
            head.dropNamedByConnection();
        }
        return at;
    }

    /**
     * Parses header lines up to and with the empty line; used for trailers too.
     *
     * @return the index after the empty line, or {@link #INCOMPLETE}
     */
    int lines(Head head, byte[] b, int from, int limit) {
        int at = from;
        while (true) {
            if (at >= limit) {
                return INCOMPLETE;
            }
            if (b[at] == '\r') {
                if (at + 1 == limit) {
                    return INCOMPLETE;
                }
                if (b[at + 1] != '\n') {
                    throw new BadMessage(400, "header: a CR without LF");
                }
                head.limit = at + 2;
                return at + 2;
            }
            if (head.count == limits.headerLines()) {
                throw new BadMessage(431, "headers: more than " + limits.headerLines() + " lines");
            }
            at = line(head, b, at, limit);
            if (at == INCOMPLETE) {
                return INCOMPLETE;
            }
        }
    }

    private static int line(Head head, byte[] b, int start, int limit) {
        int at = start;
        while (at < limit && Ascii.isToken(b[at])) {
            at++;
        }
        if (at == limit) {
            return INCOMPLETE;
        }
        if (b[at] != ':' || at == start) {
            throw new BadMessage(400, "header: a name with a character that is not allowed, or a folded line");
        }
        int nameEnd = at++;
        while (at < limit && (b[at] == ' ' || b[at] == '\t')) {
            at++;
        }
        int valueStart = at;
        while (at < limit && Ascii.isValue(b[at])) {
            at++;
        }
        if (limit - at < 2) {
            return INCOMPLETE;
        }
        if (b[at] != '\r' || b[at + 1] != '\n') {
            throw new BadMessage(400, "header: a value with a character that is not allowed");
        }
        int valueEnd = at;
        while (valueEnd > valueStart && (b[valueEnd - 1] == ' ' || b[valueEnd - 1] == '\t')) {
            valueEnd--;
        }
        byte id = HeaderId.of(b, start, nameEnd);
        if (id != HeaderId.OTHER) {
            understand(head, b, valueStart, valueEnd, id);
        }
        head.line(start, nameEnd, valueStart, valueEnd, id);
        return at + 2;
    }

    private static void understand(Head head, byte[] b, int from, int to, byte id) {
        switch (id) {
            case HeaderId.CONTENT_LENGTH -> contentLength(head, b, from, to);
            case HeaderId.TRANSFER_ENCODING -> transferEncoding(head, b, from, to);
            case HeaderId.CONNECTION -> connection(head, b, from, to);
            case HeaderId.HOST -> {
                if (head.hostIndex >= 0) {
                    throw new BadMessage(400, "Host: given more than once");
                }
                for (int i = from; i < to; i++) {
                    if (!Ascii.isTarget(b[i]) || b[i] == '/' || b[i] == '@' || b[i] == '?' || b[i] == ',') {
                        throw new BadMessage(400, "Host: a character that is not allowed");
                    }
                }
            }
            case HeaderId.EXPECT -> {
                if (!Ascii.equalsLower(b, from, to, CONTINUE)) {
                    throw new BadMessage(417, "Expect: only 100-continue can be met");
                }
            }
            default -> {}
        }
    }

    private static void contentLength(Head head, byte[] b, int from, int to) {
        if (head.length != Head.NO_LENGTH) {
            throw new BadMessage(400, "Content-Length: given more than once or beside Transfer-Encoding");
        }
        if (from == to || to - from > 18) {
            throw new BadMessage(400, "Content-Length: not a number of 1 to 18 digits");
        }
        long value = 0;
        for (int i = from; i < to; i++) {
            if (b[i] < '0' || b[i] > '9') {
                throw new BadMessage(400, "Content-Length: not a number of 1 to 18 digits");
            }
            value = value * 10 + b[i] - '0';
        }
        head.length = value;
    }

    private static void transferEncoding(Head head, byte[] b, int from, int to) {
        if (head.length != Head.NO_LENGTH) {
            throw new BadMessage(400, "Transfer-Encoding: given more than once or beside Content-Length");
        }
        if (head.minorVersion == 0) {
            throw new BadMessage(400, "Transfer-Encoding: not part of HTTP/1.0");
        }
        if (!Ascii.equalsLower(b, from, to, CHUNKED)) {
            throw new BadMessage(400, "Transfer-Encoding: anything but chunked is refused");
        }
        head.length = Head.CHUNKED;
    }

    private static void connection(Head head, byte[] b, int from, int to) {
        int at = from;
        while (at < to) {
            int start = at;
            while (at < to && b[at] != ',') {
                at++;
            }
            int end = at++;
            while (start < end && (b[start] == ' ' || b[start] == '\t')) {
                start++;
            }
            while (end > start && (b[end - 1] == ' ' || b[end - 1] == '\t')) {
                end--;
            }
            if (Ascii.equalsLower(b, start, end, CLOSE)) {
                head.connectionClose = true;
            } else if (Ascii.equalsLower(b, start, end, KEEP_ALIVE)) {
                head.connectionKeepAlive = true;
            } else if (Ascii.equalsLower(b, start, end, UPGRADE)) {
                head.connectionUpgrade = true;
            } else if (end > start) {
                head.namedByConnection = true;
            }
        }
    }

    private static void finishRequest(Head head) {
        if (head.hostIndex < 0 && head.minorVersion == 1) {
            throw new BadMessage(400, "Host: missing (required in HTTP/1.1)");
        }
        head.dropNamedByConnection();
    }

    private static int version(byte[] b, int at) {
        boolean http1 = b[at] == 'H'
                && b[at + 1] == 'T'
                && b[at + 2] == 'T'
                && b[at + 3] == 'P'
                && b[at + 4] == '/'
                && b[at + 5] == '1'
                && b[at + 6] == '.';
        if (!http1 || (b[at + 7] != '0' && b[at + 7] != '1')) {
            throw new BadMessage(505, "version: neither HTTP/1.1 nor HTTP/1.0");
        }
        return b[at + 7] - '0';
    }
}
