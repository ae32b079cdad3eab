package dev.polder.kernel.server;

import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.polder.kernel.model.Problem;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import tools.jackson.databind.json.JsonMapper;

/** An {@link EventHandler} behind the gate; its stream lives until the handler returns or the client goes away. */
final class EventEndpoint implements HttpService {

    private final String mount;
    private final ErrorBody errors;
    private final Access access;
    private final EventHandler handler;
    private final Gate gate;
    private final OpenStreams streams;
    private final Duration heartbeat;

    EventEndpoint(
            Routes routes, Access access, EventHandler handler, Gate gate, OpenStreams streams, Duration heartbeat) {
        this.mount = routes.prefix();
        this.errors = routes.errors();
        this.access = access;
        this.handler = handler;
        this.gate = gate;
        this.streams = streams;
        this.heartbeat = heartbeat;
    }

    @Override
    public HttpResponse serve(ServiceRequestContext context, HttpRequest http) {
        context.clearRequestTimeout();
        CompletableFuture<HttpResponse> answer = new CompletableFuture<>();
        EventStream stream = new EventStream(answer, context.eventLoop().withoutContext(), heartbeat);
        Thread thread = Thread.ofVirtual().name("events " + http.path()).unstarted(() -> run(context, http, stream));
        stream.runsOn(thread);
        var _ = context.whenRequestCancelling().thenAccept(_ -> stream.end());
        thread.start();
        return HttpResponse.of(answer);
    }

    private void run(ServiceRequestContext context, HttpRequest http, EventStream stream) {
        try {
            Optional<Principal> caller = gate.admit(context, http.headers(), access);
            AggregatedHttpRequest whole = http.aggregate().join();
            streams.add(stream);
            handler.handle(new Request(context, whole, caller), stream);
        } catch (InterruptedException e) {
            // The client went away or the server stops: the ordinary end of a stream.
            Thread.currentThread().interrupt();
        } catch (Throwable e) {
            if (stream.open() || !stream.begun()) {
                fail(Answers.problemOf(e, http.method() + " " + http.path()), http, stream);
            }
        } finally {
            streams.remove(stream);
            stream.end();
        }
    }

    private void fail(Problem problem, HttpRequest http, EventStream stream) {
        if (stream.answerInstead(Answers.of(problem, errors, http.headers(), mount))) {
            return;
        }
        try {
            stream.send(
                    "problem",
                    JsonMapper.shared().writeValueAsString(ErrorBody.problem().of(problem, "GET", http.path(), mount)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
