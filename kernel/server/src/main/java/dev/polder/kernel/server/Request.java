package dev.polder.kernel.server;

import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.QueryParams;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.polder.kernel.model.Problem;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One request as a {@link Handler} sees it: its parts decoded, its body whole. */
public final class Request {

    private static final JsonMapper JSON = JsonMapper.shared();

    private final ServiceRequestContext context;
    private final AggregatedHttpRequest http;
    private final QueryParams query;
    private final Optional<Principal> principal;

    Request(ServiceRequestContext context, AggregatedHttpRequest http, Optional<Principal> principal) {
        this.context = context;
        this.http = http;
        this.query = context.queryParams();
        this.principal = principal;
    }

    public String method() {
        return http.method().name();
    }

    /** The path as sent, with the query. */
    public String pathWithQuery() {
        return http.path();
    }

    /** A path parameter of the route's pattern, percent-decoded. */
    public String path(String name) {
        String value = context.pathParam(name);
        if (value == null) {
            throw new IllegalArgumentException("the route has no parameter " + name);
        }
        return value;
    }

    /** The first value of a query parameter. */
    public Optional<String> query(String name) {
        return Optional.ofNullable(query.get(name));
    }

    /** Every value of a repeated query parameter, in order. */
    public List<String> queryAll(String name) {
        return query.getAll(name);
    }

    public Set<String> queryNames() {
        return query.names();
    }

    public Optional<String> header(String name) {
        return Optional.ofNullable(http.headers().get(name));
    }

    /** The body's bytes. */
    public byte[] body() {
        return http.content().array();
    }

    /**
     * The body as JSON.
     *
     * @throws Problem INVALID with line and column when it is not
     */
    public JsonNode json() {
        if (http.content().isEmpty()) {
            throw Problem.invalid("request body: empty (expected: JSON)");
        }
        try {
            return JSON.readTree(http.content().array());
        } catch (JacksonException e) {
            throw Problem.invalid("request body: not JSON: " + e.getOriginalMessage() + " at line "
                    + e.getLocation().getLineNr() + ", column "
                    + e.getLocation().getColumnNr());
        }
    }

    /** Who is calling; empty on public routes without credentials. */
    public Optional<Principal> principal() {
        return principal;
    }

    /**
     * Who is calling, on a route that requires somebody.
     *
     * @throws Problem UNAUTHENTICATED
     */
    public Principal caller() {
        return principal.orElseThrow(() -> new Problem(
                Problem.Code.UNAUTHENTICATED, Problem.WhoFailed.CALLER, false, "Missing credentials", null, null));
    }

    /** The framework's own view, for what this class leaves out. */
    public ServiceRequestContext context() {
        return context;
    }
}
