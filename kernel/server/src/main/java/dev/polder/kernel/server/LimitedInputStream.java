package dev.polder.kernel.server;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A stream that gives so many bytes and no more; what comes beyond fails the read that met it. */
public final class LimitedInputStream extends FilterInputStream {

    /** Fails in the words of whoever reads. */
    @FunctionalInterface
    public interface Overrun {
        void fail() throws IOException;
    }

    private final Overrun overrun;
    private long left;

    /** @param most bytes that are given, 0 or more */
    public LimitedInputStream(InputStream in, long most, Overrun overrun) {
        super(in);
        this.left = most;
        this.overrun = overrun;
    }

    @Override
    public int read() throws IOException {
        int value = in.read();
        count(value < 0 ? 0 : 1);
        return value;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int n = in.read(buffer, offset, length);
        count(Math.max(n, 0));
        return n;
    }

    @Override
    public long skip(long bytes) throws IOException {
        long skipped = in.skip(bytes);
        count(skipped);
        return skipped;
    }

    /** None: going back would count twice. */
    @Override
    public boolean markSupported() {
        return false;
    }

    private void count(long bytes) throws IOException {
        left -= bytes;
        if (left < 0) {
            overrun.fail();
        }
    }
}
