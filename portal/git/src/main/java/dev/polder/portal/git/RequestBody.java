package dev.polder.portal.git;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpRequest;
import dev.polder.kernel.model.Problem;
import dev.polder.kernel.server.LimitedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;

/** A request's body as a blocking stream, unpacked when the client sent it packed, and never longer than allowed. */
record RequestBody(InputStream stream) implements AutoCloseable {

    static RequestBody of(HttpRequest http, long maxBytes) throws IOException {
        InputStream plain = http.toInputStream(part -> part instanceof HttpData data ? data : HttpData.empty());
        String encoding = http.headers().get(HttpHeaderNames.CONTENT_ENCODING);
        if (encoding == null || encoding.equalsIgnoreCase("identity")) {
            return new RequestBody(limited(plain, maxBytes));
        }
        if (encoding.equalsIgnoreCase("gzip") || encoding.equalsIgnoreCase("x-gzip")) {
            return new RequestBody(limited(new GZIPInputStream(plain), maxBytes));
        }
        throw Problem.invalid("Content-Encoding: " + encoding + " (expected: gzip or none)");
    }

    private static InputStream limited(InputStream plain, long most) {
        return new LimitedInputStream(plain, most, () -> {
            throw new IOException("request body: more than " + most + " bytes, unpacked");
        });
    }

    @Override
    public void close() throws IOException {
        stream.close();
    }
}
