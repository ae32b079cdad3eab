package dev.polder.kernel.server;

import com.linecorp.armeria.common.HttpMethod;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The endpoints of one API under one prefix, in the order they were added.
 *
 * <p>Patterns are Armeria's: {@code /entities/by-name/{kind}/{namespace}/{name}}, {@code {*rest}} for the remainder.
 * Reading methods need {@link Access#READ} and writing ones {@link Access#WRITE}, unless said otherwise. Build it once,
 * hand it to the server, change it no more.
 */
public final class Routes {

    /** One endpoint; exactly one of the three handlers is set. */
    record Route(
            HttpMethod method,
            String pattern,
            Access access,
            @Nullable Handler handler,
            @Nullable EventHandler events,
            @Nullable Upload upload) {}

    /**
     * An endpoint that reads a large body as it comes.
     *
     * @param maxBytes of the body
     * @param time for all of it, the answer included
     */
    record Upload(UploadHandler handler, long maxBytes, Duration time) {}

    private final String prefix;
    private final ErrorBody errors;
    private final List<Route> routes = new ArrayList<>();

    /**
     * @param prefix such as {@code /api/catalog}; no slash at its end
     * @param errors the shape of error bodies under it
     */
    public Routes(String prefix, ErrorBody errors) {
        this.prefix = prefix;
        this.errors = errors;
    }

    public Routes get(String pattern, Handler handler) {
        return add(HttpMethod.GET, pattern, Access.READ, handler);
    }

    public Routes post(String pattern, Handler handler) {
        return add(HttpMethod.POST, pattern, Access.WRITE, handler);
    }

    public Routes put(String pattern, Handler handler) {
        return add(HttpMethod.PUT, pattern, Access.WRITE, handler);
    }

    public Routes delete(String pattern, Handler handler) {
        return add(HttpMethod.DELETE, pattern, Access.WRITE, handler);
    }

    /** A stream of server-sent events. */
    public Routes events(String pattern, EventHandler handler) {
        routes.add(new Route(HttpMethod.GET, pattern, Access.READ, null, handler, null));
        return this;
    }

    /**
     * An endpoint for a large body, which is read as it comes: neither the server's limit of bodies nor its time of
     * requests counts for it.
     */
    public Routes upload(String pattern, long maxBytes, Duration time, UploadHandler handler) {
        routes.add(new Route(HttpMethod.POST, pattern, Access.WRITE, null, null, new Upload(handler, maxBytes, time)));
        return this;
    }

    /** An endpoint whose access differs from its method's, such as a POST that only reads. */
    public Routes add(HttpMethod method, String pattern, Access access, Handler handler) {
        routes.add(new Route(method, pattern, access, handler, null, null));
        return this;
    }

    String prefix() {
        return prefix;
    }

    ErrorBody errors() {
        return errors;
    }

    List<Route> routes() {
        return List.copyOf(routes);
    }
}
