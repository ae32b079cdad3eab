package dev.polder.kernel.server;

import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.RequestTimeoutException;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.polder.kernel.model.Problem;
import java.io.InputStream;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** An {@link UploadHandler} behind the gate: nothing of the body is read before the caller may pass. */
final class UploadEndpoint implements HttpService {

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
        try {
            Optional<Principal> caller = gate.admit(context, http.headers(), access);
            long announced = http.headers().contentLength();
            if (announced > maxBytes) {
                throw tooLarge(Long.toString(announced));
            }
            InputStream whole = http.toInputStream(part -> part instanceof HttpData data ? data : HttpData.empty());
            try (InputStream body = new LimitedInputStream(whole, maxBytes, () -> {
                throw tooLarge("more than " + maxBytes);
            })) {
                return handler.handle(new Request(context, AggregatedHttpRequest.of(http.headers()), caller), body);
            }
        } catch (Throwable e) {
            return refuse(e, http);
        }
    }

    private HttpResponse refuse(Throwable failure, HttpRequest http) {
        return Answers.of(Answers.problemOf(failure, http.method() + " " + http.path()), errors, http.headers(), mount);
    }

    private Problem tooLarge(String found) {
        return Problem.tooLarge("request body: " + found + " bytes (expected: at most " + maxBytes + ")");
    }
}
