package dev.polder.mesh.proxy.internal.http;

import io.netty.handler.codec.http.HttpResponseStatus;

/** Reason phrases as bytes. */
public final class Reason {

    private static final byte[][] PHRASES = new byte[600][];

    static {
        for (int status = 100; status < 600; status++) {
            PHRASES[status] = Ascii.bytes(HttpResponseStatus.valueOf(status).reasonPhrase());
        }
    }

    private Reason() {}

    static byte[] of(int status) {
        return PHRASES[status];
    }

    /** The phrase of a status from 100 to 599. */
    public static String text(int status) {
        return HttpResponseStatus.valueOf(status).reasonPhrase();
    }
}
