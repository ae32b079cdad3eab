package dev.polder.mesh.proxy.internal.http;

import io.netty.buffer.ByteBuf;

/** Writes heads in HTTP/1.1 form; lines that go on unchanged are copied in runs. */
public final class HeadWriter {

    private static final byte[] VERSION = Ascii.bytes("HTTP/1.1 ");
    private static final byte[] CHUNKED_LINE = Ascii.bytes("transfer-encoding: chunked\r\n");
    private static final byte[] CLOSE_LINE = Ascii.bytes("connection: close\r\n");
    private static final byte[] KEEP_ALIVE_LINE = Ascii.bytes("connection: keep-alive\r\n");
    private static final byte[] UPGRADE_LINE = Ascii.bytes("connection: upgrade\r\n");

    /** How the connection goes on after a response. */
    enum After {
        STAYS,
        STAYS_SAID,
        CLOSES,
        UPGRADES
    }

    private HeadWriter() {}

    /** Writes a response head into {@code scratch.out} and returns its length. */
    static int response(Scratch scratch, Head head, boolean chunked, After after) {
        scratch.ensureOut(head.limit + 256);
        byte[] out = scratch.out;
        int at = put(out, 0, VERSION);
        at = Ascii.putDecimal(out, at, head.status);
        out[at++] = ' ';
        if (head.reasonEnd > head.reasonStart) {
            at = put(out, at, head.bytes, head.reasonStart, head.reasonEnd);
        } else {
            byte[] reason = Reason.of(head.status);
            at = put(out, at, reason);
        }
        out[at++] = '\r';
        out[at++] = '\n';
        at = lines(head, out, at, !chunked && head.status != 204 && head.status >= 200, after == After.UPGRADES);
        if (chunked) {
            at = put(out, at, CHUNKED_LINE);
        }
        at = switch (after) {
            case STAYS -> at;
            case STAYS_SAID -> put(out, at, KEEP_ALIVE_LINE);
            case CLOSES -> put(out, at, CLOSE_LINE);
            case UPGRADES -> put(out, at, UPGRADE_LINE);
        };
        out[at++] = '\r';
        out[at++] = '\n';
        return at;
    }

    /** Copies the end-to-end header lines of a head. */
    static int lines(Head head, byte[] out, int from, boolean keepLength, boolean keepUpgrade) {
        int at = from;
        int runStart = -1;
        int runEnd = -1;
        for (int i = 0; i < head.count; i++) {
            byte id = head.ids[i];
            boolean keep = id == HeaderId.OTHER
                    || (id == HeaderId.CONTENT_LENGTH
                            ? keepLength
                            : id == HeaderId.UPGRADE ? keepUpgrade : !HeaderId.isHopByHop(id));
            if (!keep) {
                continue;
            }
            int start = head.nameStart(i);
            if (start != runEnd) {
                if (runStart >= 0) {
                    at = put(out, at, head.bytes, runStart, runEnd);
                }
                runStart = start;
            }
            runEnd = head.lineEnd(i);
        }
        return runStart < 0 ? at : put(out, at, head.bytes, runStart, runEnd);
    }

    /** Appends trailer lines and the empty line that ends a chunked body. */
    static void trailers(ByteBuf out, Head trailers) {
        for (int i = 0; i < trailers.count; i++) {
            if (trailers.ids[i] == HeaderId.OTHER) {
                int start = trailers.nameStart(i);
                out.writeBytes(trailers.bytes, start, trailers.lineEnd(i) - start);
            }
        }
    }

    static int put(byte[] out, int at, byte[] source) {
        System.arraycopy(source, 0, out, at, source.length);
        return at + source.length;
    }

    static int put(byte[] out, int at, byte[] source, int from, int to) {
        System.arraycopy(source, from, out, at, to - from);
        return at + to - from;
    }
}
