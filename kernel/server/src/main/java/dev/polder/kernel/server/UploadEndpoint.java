package dev.polder.kernel.server;

import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.RequestTimeoutException;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.polder.kernel.model.Problem;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * An {@link UploadHandler} behind the gate: nothing of the body is looked at before the caller may pass.
 *
 * <p>What is left of a body is thrown away before the answer goes out, up to a bound: many clients do not read an answer
 * while they send, and one whose stream is reset meanwhile may never see it.
 */
final class UploadEndpoint implements HttpService {

    private static final long THROWN_AWAY = 4L << 20;
    private static final Duration THROWN_AWAY_FOR = Duration.ofSeconds(5);

    private final String mount;
    private final ErrorBody errors;
    private final Access access;
    private final UploadHandler handler;
    private final long maxBytes;
    private final Gate gate;

    UploadEndpoint(Routes routes, Access access, UploadHandler handler, long maxBytes, Gate gate) {
        this.mount = routes.prefix();
        this.errors = routes.errors();
        this.access = access;
        this.handler = handler;
        this.maxBytes = maxBytes;
        this.gate = gate;
    }

    @Override
    public HttpResponse serve(ServiceRequestContext context, HttpRequest http) {
        CompletableFuture<HttpResponse> answer = new CompletableFuture<>();
        Thread thread =
                Thread.ofVirtual().name("http " + http.path()).unstarted(() -> answer.complete(respond(context, http)));
        var _ = context.whenRequestCancelling().thenAccept(cause -> {
            if (cause instanceof RequestTimeoutException) { // a client that went away ends its body, which is enough
                answer.complete(refuse(cause, http));
                thread.interrupt();
            }
        });
        thread.start();
        return HttpResponse.of(answer);
    }

    private HttpResponse respond(ServiceRequestContext context, HttpRequest http) {
        InputStream body = http.toInputStream(part -> part instanceof HttpData data ? data : HttpData.empty());
        HttpResponse answer;
        try {
            answer = handle(context, http, body);
        } catch (Throwable e) {
            answer = refuse(e, http);
        }
        throwAway(context, http, body);
        return answer;
    }

    private HttpResponse handle(ServiceRequestContext context, HttpRequest http, InputStream whole) throws Exception {
        Optional<Principal> caller = gate.admit(context, http.headers(), access);
        long announced = http.headers().contentLength();
        if (announced > maxBytes) {
            throw tooLarge(Long.toString(announced));
        }
        InputStream body =
                new FilterInputStream(new LimitedInputStream(whole, maxBytes, () -> {
                    throw tooLarge("more than " + maxBytes);
                })) {
                    @Override
                    public void close() {
                        // by whoever reads it, and what is left is thrown away later
                    }
                };
        return handler.handle(new Request(context, AggregatedHttpRequest.of(http.headers()), caller), body);
    }

    private static void throwAway(ServiceRequestContext context, HttpRequest http, InputStream body) {
        ScheduledFuture<?> end =
                context.eventLoop().schedule(() -> http.abort(), THROWN_AWAY_FOR.toMillis(), TimeUnit.MILLISECONDS);
        try (body) {
            body.skipNBytes(THROWN_AWAY);
        } catch (IOException | RuntimeException e) {
            // it ended sooner, most often; or the client is slow or gone, and may miss the answer
        } finally {
            end.cancel(false);
        }
    }

    private HttpResponse refuse(Throwable failure, HttpRequest http) {
        return Answers.of(Answers.problemOf(failure, http.method() + " " + http.path()), errors, http.headers(), mount);
    }

    private Problem tooLarge(String found) {
        return Problem.tooLarge("request body: " + found + " bytes (expected: at most " + maxBytes + ")");
    }
}
