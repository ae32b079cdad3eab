package dev.polder.mesh.config;

import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Routes as JSON, for {@link SnapshotJson}. */
final class RouteJson {

    private RouteJson() {}

    static void entry(ObjectNode node, RouteEntry entry) {
        switch (entry.path()) {
            case PathMatch.Exact path -> node.put("exact", path.value());
            case PathMatch.Prefix path -> node.put("prefix", path.value());
            case PathMatch.Regex path -> node.put("regex", path.pattern().pattern());
        }
        if (entry.method() != null) {
            node.put("method", entry.method());
        }
        named(node, "headers", entry.headers());
        named(node, "query", entry.queryParameters());
        HttpRule rule = entry.rule();
        node.put("rule", rule.routeNamespace() + "/" + rule.routeName() + "[" + rule.ruleIndex() + "]");
        filters(node, rule.filters());
        ArrayNode backends = node.putArray("backends");
        for (Backend backend : rule.backends()) {
            ObjectNode item = backends.addObject().put("weight", backend.weight());
            if (backend.cluster() == null) {
                item.put("problem", backend.problem());
            } else {
                item.put("cluster", backend.cluster().name());
            }
            filters(item, backend.filters());
        }
        if (!rule.timeouts().equals(HttpRule.Timeouts.NONE)) {
            node.put("requestTimeoutMillis", rule.timeouts().request().toMillis());
            node.put("backendTimeoutMillis", rule.timeouts().backendRequest().toMillis());
        }
    }

    private static void named(ObjectNode node, String name, List<NamedMatch> matches) {
        if (!matches.isEmpty()) {
            ArrayNode array = node.putArray(name);
            matches.forEach(match -> array.add(match.name()
                    + (match.pattern() == null
                            ? " = " + match.exact()
                            : " ~ " + match.pattern().pattern())));
        }
    }

    private static void filters(ObjectNode node, List<HttpFilter> filters) {
        if (!filters.isEmpty()) {
            ArrayNode array = node.putArray("filters");
            filters.forEach(filter -> array.add(filter.toString()));
        }
    }
}
