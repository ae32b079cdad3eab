package dev.polder.kernel.server;

import com.linecorp.armeria.common.ContentTooLargeException;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import com.linecorp.armeria.server.RequestTimeoutException;
import dev.polder.kernel.model.Problem;
import java.util.HexFormat;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Turns what was thrown into what is answered. */
final class Answers {

    private static final Logger LOG = LoggerFactory.getLogger(PolderServer.class);
    private static final MediaType PROBLEM = MediaType.parse("application/problem+json; charset=utf-8");
    private static final JsonMapper JSON = JsonMapper.shared();

    private Answers() {}

    /**
     * What a failure means to the caller. Anything that is no {@link Problem} is a defect: the caller learns a reference
     * to look up in the log, and nothing of the inside.
     */
    static Problem problemOf(Throwable thrown, String request) {
        Throwable cause = thrown;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof Problem problem) {
            if (problem.code() == Problem.Code.INTERNAL) {
                LOG.atError().setCause(problem).addKeyValue("request", request).log(problem.getMessage());
            }
            return problem;
        }
        if (cause instanceof ContentTooLargeException tooLarge) {
            return Problem.tooLarge(
                    "request body: too large (expected: at most " + tooLarge.maxContentLength() + " bytes)");
        }
        if (cause instanceof RequestTimeoutException || cause instanceof InterruptedException) {
            return new Problem(
                    Problem.Code.DEADLINE,
                    Problem.WhoFailed.POLDER,
                    true,
                    "the request did not end in its time",
                    null,
                    cause);
        }
        String reference =
                HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
        LOG.atError()
                .setCause(cause)
                .addKeyValue("reference", reference)
                .addKeyValue("request", request)
                .log("unexpected failure of a request");
        return Problem.internal("internal error, reference " + reference, null);
    }

    /** A problem in the words of an API. */
    static HttpResponse of(Problem problem, ErrorBody errors, RequestHeaders request, String mount) {
        JsonNode body = errors.of(problem, request.method().name(), request.path(), mount);
        boolean rfc9457 = body.has("title") && body.has("status");
        MediaType type = rfc9457 ? PROBLEM : MediaType.JSON_UTF_8;
        return HttpResponse.of(headers(problem, type).build(), HttpData.wrap(JSON.writeValueAsBytes(body)));
    }

    /** A problem where no API speaks: one line of text. */
    static HttpResponse plain(Problem problem) {
        return HttpResponse.of(
                headers(problem, MediaType.PLAIN_TEXT_UTF_8).build(), HttpData.ofUtf8(problem.getMessage() + "\n"));
    }

    /** As {@link #plain}, asking for a password the way git and package clients understand. */
    static HttpResponse basic(Problem problem) {
        ResponseHeadersBuilder headers = headers(problem, MediaType.PLAIN_TEXT_UTF_8);
        if (problem.code() == Problem.Code.UNAUTHENTICATED) {
            headers.set(HttpHeaderNames.WWW_AUTHENTICATE, "Basic realm=\"polder\", charset=\"UTF-8\"");
        }
        return HttpResponse.of(headers.build(), HttpData.ofUtf8(problem.getMessage() + "\n"));
    }

    private static ResponseHeadersBuilder headers(Problem problem, MediaType type) {
        ResponseHeadersBuilder headers = ResponseHeaders.builder(
                        HttpStatus.valueOf(problem.code().httpStatus()))
                .contentType(type)
                .set(HttpHeaderNames.CACHE_CONTROL, "no-store");
        if (problem.code() == Problem.Code.UNAUTHENTICATED) {
            headers.set(HttpHeaderNames.WWW_AUTHENTICATE, "Bearer realm=\"polder\"");
        }
        return headers;
    }
}
