package dev.polder.kernel.server;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.Route;
import com.linecorp.armeria.server.ServiceRequestContext;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What no route of an API took: 405 when another method would do, else 404; both without a body, as Backstage does. */
final class UnknownRoute implements HttpService {

    private record Known(Route anyMethod, Set<HttpMethod> methods) {}

    private final List<Known> known;

    private UnknownRoute(List<Known> known) {
        this.known = known;
    }

    static UnknownRoute of(List<Route> routes) {
        return new UnknownRoute(routes.stream()
                .map(route -> new Known(
                        route.toBuilder().methods(HttpMethod.knownMethods()).build(), route.methods()))
                .toList());
    }

    @Override
    public HttpResponse serve(ServiceRequestContext context, HttpRequest request) {
        TreeSet<HttpMethod> others = new TreeSet<>();
        for (Known route : known) {
            if (route.anyMethod().apply(context.routingContext(), false).isPresent()) {
                others.addAll(route.methods());
            }
        }
        if (others.isEmpty()) {
            return HttpResponse.of(ResponseHeaders.of(HttpStatus.NOT_FOUND));
        }
        String allow = String.join(", ", others.stream().map(HttpMethod::name).toList());
        return HttpResponse.of(ResponseHeaders.of(HttpStatus.METHOD_NOT_ALLOWED, HttpHeaderNames.ALLOW, allow));
    }
}
