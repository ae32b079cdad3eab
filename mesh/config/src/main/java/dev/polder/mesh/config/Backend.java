package dev.polder.mesh.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A weighted destination of a rule.
 *
 * @param cluster null when the reference could not be resolved: its share of requests is answered 500
 * @param problem why there is no cluster, {@code ""} when there is one
 * @param filters applied only to requests that go here
 */
public record Backend(int weight, @Nullable Cluster cluster, String problem, List<HttpFilter> filters) {
    public Backend {
        filters = List.copyOf(filters);
    }
}
