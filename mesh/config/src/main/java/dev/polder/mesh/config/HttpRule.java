package dev.polder.mesh.config;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * What to do with a request that a route chose: filters, then either a redirect or one of the backends.
 *
 * @param routeNamespace namespace of the HTTPRoute
 * @param routeName name of the HTTPRoute
 * @param ruleIndex position of the rule in {@code spec.rules}
 * @param ruleName {@code spec.rules[].name} or {@code ""}
 * @param filters in the order written; each is known to the proxy, an unknown one makes the route not accepted
 * @param backends may be empty: then, unless a filter redirects, the answer is 500
 * @param totalWeight sum of the backends' weights
 */
public record HttpRule(
        String routeNamespace,
        String routeName,
        int ruleIndex,
        String ruleName,
        List<HttpFilter> filters,
        List<Backend> backends,
        int totalWeight,
        Timeouts timeouts) {

    /**
     * Limits on time; zero means no limit.
     *
     * @param request from the first byte of the request to the last of the response
     * @param backendRequest the same for one attempt at a backend
     */
    public record Timeouts(Duration request, Duration backendRequest) {
        /** No limits. */
        public static final Timeouts NONE = new Timeouts(Duration.ZERO, Duration.ZERO);
    }

    public HttpRule {
        filters = List.copyOf(filters);
        backends = List.copyOf(backends);
    }

    /** A backend by weight, or null when there is none with a weight above 0. No allocation. */
    public @Nullable Backend pick() {
        return totalWeight == 0 ? null : pick(ThreadLocalRandom.current().nextInt(totalWeight));
    }

    /** The backend at a point of {@code 0 … totalWeight-1}. */
    Backend pick(int point) {
        int rest = point;
        for (int i = 0; i < backends.size() - 1; i++) {
            rest -= backends.get(i).weight();
            if (rest < 0) {
                return backends.get(i);
            }
        }
        return backends.getLast();
    }
}
