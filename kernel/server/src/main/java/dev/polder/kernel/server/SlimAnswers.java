package dev.polder.kernel.server;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import com.linecorp.armeria.common.SplitHttpResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/**
 * Large JSON that is whole and read again and again: 304 where the caller has it already (RFC 9110, section 13.1.2), else compressed.
 * Done on the handler's thread, so that no event loop computes for it.
 */
final class SlimAnswers {

    /** Bytes from which it is worth the headers. */
    private static final int LEAST = 1024;

    private static final Pattern GZIP = Pattern.compile("(?i)\\bgzip\\b(?!\\s*;\\s*q=0(?:\\.0*)?(?:,|\\s|$))");

    private SlimAnswers() {}

    static HttpResponse of(RequestHeaders asked, HttpResponse answer) {
        if (asked.method() != HttpMethod.GET) {
            return answer;
        }
        SplitHttpResponse parts = answer.split();
        ResponseHeaders head = parts.headers().join();
        MediaType type = head.contentType();
        if (head.status().code() != HttpStatus.OK.code()
                || type == null
                || !type.is(MediaType.JSON)
                || head.contains(HttpHeaderNames.CONTENT_ENCODING)
                || head.contentLength() < LEAST) { // -1 of what is streamed, and stays so
            return HttpResponse.of(head, parts.body());
        }
        byte[] body =
                HttpResponse.of(head, parts.body()).aggregate().join().content().array();
        String tag = "W/\"" + digest(body) + "\"";
        ResponseHeadersBuilder headers = head.toBuilder()
                .set(HttpHeaderNames.ETAG, tag)
                .set(HttpHeaderNames.VARY, "accept-encoding, authorization, cookie");
        if (!headers.contains(HttpHeaderNames.CACHE_CONTROL)) {
            headers.set(HttpHeaderNames.CACHE_CONTROL, "private, no-cache");
        }
        if (has(asked.getAll(HttpHeaderNames.IF_NONE_MATCH), tag)) {
            ResponseHeaders unchanged = headers.status(HttpStatus.NOT_MODIFIED)
                    .removeAndThen(HttpHeaderNames.CONTENT_TYPE)
                    .removeAndThen(HttpHeaderNames.CONTENT_LENGTH)
                    .build();
            return HttpResponse.of(unchanged);
        }
        if (asked.getAll(HttpHeaderNames.ACCEPT_ENCODING).stream()
                .anyMatch(value -> GZIP.matcher(value).find())) {
            byte[] small = compressed(body);
            headers.set(HttpHeaderNames.CONTENT_ENCODING, "gzip").setInt(HttpHeaderNames.CONTENT_LENGTH, small.length);
            return HttpResponse.of(headers.build(), HttpData.wrap(small));
        }
        return HttpResponse.of(headers.build(), HttpData.wrap(body));
    }

    private static boolean has(List<String> values, String tag) {
        return values.stream()
                .flatMap(value -> Arrays.stream(value.split(",")))
                .map(String::strip)
                .anyMatch(tag::equals);
    }

    private static String digest(byte[] body) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(body), 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static byte[] compressed(byte[] body) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(body.length / 4);
        try (GZIPOutputStream gzip = new Fast(out)) {
            gzip.write(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private static final class Fast extends GZIPOutputStream {
        Fast(ByteArrayOutputStream out) throws IOException {
            super(out, 8192);
            def.setLevel(Deflater.BEST_SPEED);
        }
    }
}
