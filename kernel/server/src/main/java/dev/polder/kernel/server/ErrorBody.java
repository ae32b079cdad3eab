package dev.polder.kernel.server;

import dev.polder.kernel.model.Problem;
import tools.jackson.databind.JsonNode;

/**
 * How an API words its errors; each API family has the shape its clients know.
 *
 * <p>{@link #backstage()} is Backstage's error middleware, {@link #problem()} is RFC 9457.
 */
@FunctionalInterface
public interface ErrorBody {

    /** The JSON body for a problem met in a request; {@code mount} is the prefix of the routes. */
    JsonNode of(Problem problem, String method, String pathWithQuery, String mount);

    /** {@code {"error":{"name","message"},"request":{"method","url"},"response":{"statusCode"}}}. */
    static ErrorBody backstage() {
        return ErrorBodies::backstage;
    }

    /** {@code {"type","title","status","detail","code","retryable"}}, RFC 9457. */
    static ErrorBody problem() {
        return ErrorBodies::problem;
    }
}
