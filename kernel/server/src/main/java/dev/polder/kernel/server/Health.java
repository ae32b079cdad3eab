package dev.polder.kernel.server;

import com.linecorp.armeria.common.HttpMethod;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Whether this process is alive and ready, in the shape of Backstage's health service.
 *
 * <p>Alive means that it answers at all. Ready means that every registered part says so; each part is asked on every
 * call, so a check must be quick and must not block. Safe for any thread.
 */
public final class Health {

    private final Map<String, Supplier<Optional<String>>> checks = new ConcurrentHashMap<>();

    /**
     * Adds a part that can be unready.
     *
     * @param name such as {@code catalog}
     * @param reasonNotReady empty when ready, else why not
     */
    public Health check(String name, Supplier<Optional<String>> reasonNotReady) {
        checks.put(name, reasonNotReady);
        return this;
    }

    /** Why each unready part is not ready; empty when all is well. */
    public Map<String, String> reasons() {
        Map<String, String> reasons = new LinkedHashMap<>();
        checks.forEach((name, check) -> check.get().ifPresent(reason -> reasons.put(name, reason)));
        return reasons;
    }

    Routes routes() {
        return new Routes("", ErrorBody.problem())
                .add(HttpMethod.GET, "/.backstage/health/v1/liveness", Access.PUBLIC, request -> Responses.json(ok()))
                .add(HttpMethod.GET, "/.backstage/health/v1/readiness", Access.PUBLIC, request -> {
                    Map<String, String> reasons = reasons();
                    return reasons.isEmpty() ? Responses.json(ok()) : Responses.json(503, notReady(reasons));
                })
                .add(
                        HttpMethod.GET,
                        "/healthz/ready",
                        Access.PUBLIC,
                        request -> Responses.empty(reasons().isEmpty() ? 200 : 503));
    }

    private static ObjectNode ok() {
        return JsonNodeFactory.instance.objectNode().put("status", "ok");
    }

    private static ObjectNode notReady(Map<String, String> reasons) {
        StringBuilder message = new StringBuilder();
        reasons.forEach((name, reason) -> message.append(message.isEmpty() ? "" : "; ")
                .append(name)
                .append(": ")
                .append(reason));
        return JsonNodeFactory.instance.objectNode().put("status", "error").put("message", message.toString());
    }
}
