package dev.polder.mesh.config.internal;

import dev.polder.mesh.config.HttpFilter;
import dev.polder.mesh.config.HttpRule;
import dev.polder.mesh.config.NamedMatch;
import dev.polder.mesh.config.PathMatch;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code spec} of an HTTPRoute. Source: Gateway API v1. */
public record HttpRouteSpec(List<ParentRef> parents, List<String> hostnames, List<RuleSpec> rules) {

    /**
     * Where the route wants to attach.
     *
     * @param namespace the route's own when none is written
     * @param sectionName {@code ""} for every listener
     * @param port 0 for every port
     */
    public record ParentRef(
            String group, String kind, String namespace, String name, String sectionName, int port, boolean explicit) {}

    /** One match as written, path defaulted to the prefix {@code /}. */
    public record MatchSpec(
            PathMatch path, @Nullable String method, List<NamedMatch> headers, List<NamedMatch> queryParameters) {}

    /** A reference to a backend, not yet resolved. */
    public record BackendSpec(
            String group, String kind, String namespace, String name, int port, int weight, List<HttpFilter> filters) {}

    /** One rule, with the places of what is not supported. */
    public record RuleSpec(
            String name,
            List<MatchSpec> matches,
            List<HttpFilter> filters,
            List<BackendSpec> backends,
            HttpRule.Timeouts timeouts,
            List<String> unsupported) {}

    static HttpRouteSpec read(Fields root, String namespace) {
        Fields spec = root.only("spec").object("spec").only("parentRefs", "hostnames", "rules");
        List<ParentRef> parents = new ArrayList<>();
        for (Fields item : spec.objects("parentRefs", 32)) {
            item.only("group", "kind", "namespace", "name", "sectionName", "port");
            parents.add(new ParentRef(
                    item.text("group", Groups.GATEWAY),
                    item.text("kind", "Gateway"),
                    item.text("namespace", namespace),
                    item.text("name"),
                    item.text("sectionName", ""),
                    item.integer("port", 0, 1, 65535),
                    item.has("namespace")));
        }
        List<String> hostnames = new ArrayList<>();
        int index = 0;
        for (String hostname : spec.texts("hostnames", 16)) {
            hostnames.add(Names.hostname(spec, "hostnames[" + index++ + "]", hostname, true));
        }
        List<RuleSpec> rules = new ArrayList<>();
        for (Fields item : spec.objects("rules", 16)) {
            rules.add(HttpRuleReader.read(item, namespace));
        }
        if (!spec.has("rules")) {
            rules.add(new RuleSpec(
                    "",
                    List.of(HttpMatchReader.everything()),
                    List.of(),
                    List.of(),
                    HttpRule.Timeouts.NONE,
                    List.of()));
        }
        return new HttpRouteSpec(parents, hostnames, rules);
    }
}
