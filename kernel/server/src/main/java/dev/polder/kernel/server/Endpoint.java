package dev.polder.kernel.server;

import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.RequestTimeoutException;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.polder.kernel.model.Problem;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A {@link Handler} behind the gate, on a virtual thread per request. */
final class Endpoint implements HttpService {

    private final String mount;
    private final ErrorBody errors;
    private final Access access;
    private final Handler handler;
    private final Gate gate;

    Endpoint(Routes routes, Access access, Handler handler, Gate gate) {
        this.mount = routes.prefix();
        this.errors = routes.errors();
        this.access = access;
        this.handler = handler;
        this.gate = gate;
    }

    @Override
    public HttpResponse serve(ServiceRequestContext context, HttpRequest http) {
        CompletableFuture<HttpResponse> answer = new CompletableFuture<>();
        Thread thread =
                Thread.ofVirtual().name("http " + http.path()).unstarted(() -> answer.complete(respond(context, http)));
        var _ = context.whenRequestCancelling().thenAccept(cause -> {
            // Only time ends a handler early. A client that went away does not: half of a change is worse than all.
            if (cause instanceof RequestTimeoutException) {
                answer.complete(refuse(Answers.problemOf(cause, http.path()), http.headers()));
                thread.interrupt();
            }
        });
        thread.start();
        return HttpResponse.of(answer);
    }

    /** A failure in the words of this endpoint's API. */
    HttpResponse refuse(Problem problem, RequestHeaders headers) {
        return Answers.of(problem, errors, headers, mount);
    }

    private HttpResponse respond(ServiceRequestContext context, HttpRequest http) {
        try {
            Optional<Principal> caller = gate.admit(context, http.headers(), access);
            AggregatedHttpRequest whole = http.aggregate().join();
            return SlimAnswers.of(http.headers(), handler.handle(new Request(context, whole, caller)));
        } catch (Throwable e) {
            return refuse(Answers.problemOf(e, http.method() + " " + http.path()), http.headers());
        }
    }
}
