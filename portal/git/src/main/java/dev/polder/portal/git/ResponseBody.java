package dev.polder.portal.git;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpResponseWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.CompletionException;

/**
 * A response's body as a blocking stream: each piece waits until the client took the one before, so that a slow client
 * costs one buffer and not the whole pack. One thread at a time, but for {@link #flush} which any may call.
 */
final class ResponseBody extends OutputStream {

    private static final int BUFFER = 32 * 1024;

    private final HttpResponseWriter writer;
    private final byte[] buffer = new byte[BUFFER];
    private int used;

    ResponseBody(HttpResponseWriter writer) {
        this.writer = writer;
    }

    @Override
    public synchronized void write(int value) throws IOException {
        if (used == BUFFER) {
            flush();
        }
        buffer[used++] = (byte) value;
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
        int at = offset;
        int left = length;
        while (left > 0) {
            if (used == BUFFER) {
                flush();
            }
            int n = Math.min(left, BUFFER - used);
            System.arraycopy(bytes, at, buffer, used, n);
            used += n;
            at += n;
            left -= n;
        }
    }

    @Override
    public synchronized void flush() throws IOException {
        if (used == 0) {
            return;
        }
        HttpData piece = HttpData.copyOf(buffer, 0, used);
        used = 0;
        if (!writer.tryWrite(piece)) {
            throw new IOException("the client went away");
        }
        try {
            writer.whenConsumed().join();
        } catch (CompletionException e) {
            throw new IOException("the client went away", e);
        }
    }

    /** Sends what is left: after a refused push that is the report that says why. */
    @Override
    public void close() throws IOException {
        try {
            flush();
        } finally {
            writer.close();
        }
    }
}
