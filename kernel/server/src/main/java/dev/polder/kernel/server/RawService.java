package dev.polder.kernel.server;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.polder.kernel.model.Problem;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** A streaming service of somebody else behind the gate; the service is called on a virtual thread. */
final class RawService implements HttpService {

    private final Function<RequestHeaders, Access> access;
    private final HttpService delegate;
    private final Gate gate;

    RawService(Function<RequestHeaders, Access> access, HttpService delegate, Gate gate) {
        this.access = access;
        this.delegate = delegate;
        this.gate = gate;
    }

    @Override
    public HttpResponse serve(ServiceRequestContext context, HttpRequest http) {
        CompletableFuture<HttpResponse> answer = new CompletableFuture<>();
        Thread.ofVirtual().name("http " + http.path()).start(() -> answer.complete(respond(context, http)));
        return HttpResponse.of(answer);
    }

    private HttpResponse respond(ServiceRequestContext context, HttpRequest http) {
        try {
            Access needed = access.apply(http.headers());
            try {
                gate.admit(context, http.headers(), needed);
            } catch (Problem e) {
                return Answers.basic(askForPassword(e, http.headers()));
            }
            return delegate.serve(context, http);
        } catch (Throwable e) {
            return Answers.basic(Answers.problemOf(e, http.method() + " " + http.path()));
        }
    }

    /** A guest who pushes must be asked who it is; git sends credentials only after a 401. */
    private static Problem askForPassword(Problem problem, RequestHeaders headers) {
        boolean anonymous = Credentials.authorization(headers).isEmpty()
                && Credentials.sessionCookie(headers).isEmpty();
        return anonymous && problem.code() == Problem.Code.FORBIDDEN
                ? Gate.unauthenticated("Missing credentials (expected: a token as the password)")
                : problem;
    }
}
