package dev.polder.mesh.proxy.internal.http;

import java.util.Arrays;

/**
 * Builds the head of a request to an upstream in an array of its own, which is kept for the next request of the same
 * client and for one repetition of this one.
 */
public final class RequestWriter {

    private static final byte[] VERSION = Ascii.bytes(" HTTP/1.1\r\n");
    private static final byte[] HOST = Ascii.bytes("host: ");
    private static final byte[] CHUNKED_LINE = Ascii.bytes("transfer-encoding: chunked\r\n");
    private static final byte[] UPGRADE_LINE = Ascii.bytes("connection: upgrade\r\n");
    private static final byte[] TE_LINES = Ascii.bytes("te: trailers\r\nconnection: te\r\n");

    private byte[] out = new byte[1024];
    private int at;

    /** The bytes written so far, from 0 to {@link #length}. */
    public byte[] bytes() {
        return out;
    }

    public int length() {
        return at;
    }

    /** Method of the request and the given target. */
    public void start(Head head, byte[] target, int targetFrom, int targetTo) {
        at = 0;
        ensure(head.limit + (targetTo - targetFrom) + 512);
        at = HeadWriter.put(out, at, head.bytes, head.methodStart, head.methodEnd);
        out[at++] = ' ';
        at = HeadWriter.put(out, at, target, targetFrom, targetTo);
        at = HeadWriter.put(out, at, VERSION);
    }

    public void host(byte[] bytes, int from, int to) {
        ensure(to - from + 16);
        at = HeadWriter.put(out, at, HOST);
        at = HeadWriter.put(out, at, bytes, from, to);
        crlf();
    }

    /** The end-to-end lines of the request but Host, and how its body is framed. */
    public void lines(Head head) {
        if (head.hostIndex >= 0) {
            head.dropLine(head.hostIndex);
        }
        ensure(head.limit + 128);
        at = HeadWriter.lines(head, out, at, head.length >= 0, head.wantsUpgrade());
        if (head.length == Head.CHUNKED) {
            at = HeadWriter.put(out, at, CHUNKED_LINE);
        }
        if (head.wantsUpgrade()) {
            at = HeadWriter.put(out, at, UPGRADE_LINE);
        }
        if (head.takesTrailers) {
            at = HeadWriter.put(out, at, TE_LINES);
        }
    }

    /** One line more. {@code nameAndColon} is {@code "name: "}. */
    public void line(byte[] nameAndColon, byte[] value, int from, int to) {
        ensure(nameAndColon.length + to - from + 2);
        at = HeadWriter.put(out, at, nameAndColon);
        at = HeadWriter.put(out, at, value, from, to);
        crlf();
    }

    /** One line more, from a part of {@code first}, {@code ", "} and {@code second}. */
    public void line(byte[] nameAndColon, byte[] first, int from, int to, byte[] second) {
        ensure(nameAndColon.length + to - from + second.length + 4);
        at = HeadWriter.put(out, at, nameAndColon);
        if (to > from) {
            at = HeadWriter.put(out, at, first, from, to);
            out[at++] = ',';
            out[at++] = ' ';
        }
        at = HeadWriter.put(out, at, second);
        crlf();
    }

    /** The empty line. */
    public void end() {
        ensure(2);
        crlf();
    }

    private void crlf() {
        out[at++] = '\r';
        out[at++] = '\n';
    }

    private void ensure(int more) {
        if (out.length < at + more + 2) {
            out = Arrays.copyOf(out, Math.max(out.length * 2, at + more + 2));
        }
    }
}
