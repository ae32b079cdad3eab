package dev.polder.portal.git;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpRequest;
import dev.polder.kernel.model.Problem;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;

/** A request's body as a blocking stream, unpacked when the client sent it packed, and never longer than allowed. */
record RequestBody(InputStream stream) implements AutoCloseable {

    static RequestBody of(HttpRequest http, long maxBytes) throws IOException {
        InputStream plain = http.toInputStream(part -> part instanceof HttpData data ? data : HttpData.empty());
        String encoding = http.headers().get(HttpHeaderNames.CONTENT_ENCODING);
        if (encoding == null || encoding.equalsIgnoreCase("identity")) {
            return new RequestBody(new Limited(plain, maxBytes));
        }
        if (encoding.equalsIgnoreCase("gzip") || encoding.equalsIgnoreCase("x-gzip")) {
            return new RequestBody(new Limited(new GZIPInputStream(plain), maxBytes));
        }
        throw Problem.invalid("Content-Encoding: " + encoding + " (expected: gzip or none)");
    }

    @Override
    public void close() throws IOException {
        stream.close();
    }

    private static final class Limited extends FilterInputStream {

        private final long most;
        private long read;

        Limited(InputStream in, long most) {
            super(in);
            this.most = most;
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

        private void count(long bytes) throws IOException {
            read += bytes;
            if (read > most) {
                throw new IOException("request body: more than " + most + " bytes, unpacked");
            }
        }
    }
}
