package dev.polder.kernel.server;

import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.ServerErrorHandler;
import com.linecorp.armeria.server.ServiceConfig;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.polder.kernel.model.Problem;
import org.jspecify.annotations.Nullable;

/** What fails outside any route: malformed requests, unknown paths, raw services that throw. */
final class FrameworkErrors implements ServerErrorHandler {

    @Override
    public @Nullable HttpResponse onServiceException(ServiceRequestContext context, Throwable cause) {
        if (cause instanceof com.linecorp.armeria.server.HttpStatusException
                || cause instanceof com.linecorp.armeria.server.HttpResponseException) {
            return null;
        }
        Problem problem = Answers.problemOf(cause, context.method() + " " + context.path());
        Endpoint endpoint = context.config().service().as(Endpoint.class);
        return endpoint == null
                ? Answers.plain(problem)
                : endpoint.refuse(problem, context.request().headers());
    }

    /**
     * A bare status, because the framework's texts would name the framework; but a body that is too large is said in
     * the words of the API it was meant for.
     */
    @Override
    public AggregatedHttpResponse renderStatus(
            @Nullable ServiceRequestContext context,
            ServiceConfig config,
            @Nullable RequestHeaders headers,
            HttpStatus status,
            @Nullable String description,
            @Nullable Throwable cause) {
        Endpoint endpoint = config.service().as(Endpoint.class);
        if (status.equals(HttpStatus.REQUEST_ENTITY_TOO_LARGE) && endpoint != null && headers != null) {
            Problem problem = Problem.tooLarge(
                    "request body: too large (expected: at most " + config.maxRequestLength() + " bytes)");
            return endpoint.refuse(problem, headers).aggregate().join();
        }
        return AggregatedHttpResponse.of(ResponseHeaders.of(status), HttpData.empty());
    }
}
