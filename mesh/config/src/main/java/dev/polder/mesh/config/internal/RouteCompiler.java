package dev.polder.mesh.config.internal;

import dev.polder.mesh.config.HttpRule;
import dev.polder.mesh.config.MeshOptions;
import dev.polder.mesh.config.RouteEntry;
import dev.polder.mesh.config.internal.HttpRouteSpec.MatchSpec;
import dev.polder.mesh.config.internal.HttpRouteSpec.ParentRef;
import dev.polder.mesh.config.internal.Inputs.Item;
import dev.polder.mesh.config.internal.ListenerDraft.Flaw;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Attaches HTTPRoutes to listeners, oldest route first. Source: Gateway API v1, {@code ParentReference}. */
final class RouteCompiler {

    private final Inputs inputs;
    private final MeshOptions options;
    private final GatewayCompiler gateways;
    private final BackendResolver backends;
    private final Statuses statuses;

    RouteCompiler(
            Inputs inputs, MeshOptions options, GatewayCompiler gateways, BackendResolver backends, Statuses statuses) {
        this.inputs = inputs;
        this.options = options;
        this.gateways = gateways;
        this.backends = backends;
        this.statuses = statuses;
    }

    void attachAll() {
        for (Item<HttpRouteSpec> route : inputs.of(HttpRouteSpec.class)) {
            attach(route);
        }
    }

    private void attach(Item<HttpRouteSpec> route) {
        List<Flaw> unresolved = new ArrayList<>();
        List<RouteEntry> entries = new ArrayList<>();
        for (int i = 0; i < route.spec().rules().size(); i++) {
            HttpRule rule = backends.rule(route, i, unresolved);
            for (MatchSpec match : route.spec().rules().get(i).matches()) {
                entries.add(
                        new RouteEntry(match.path(), match.method(), match.headers(), match.queryParameters(), rule));
            }
        }
        List<RouteStatus.Parent> parents = new ArrayList<>();
        for (ParentRef parent : route.spec().parents()) {
            if (parent.kind().equals("Gateway")
                    && parent.group().equals(Groups.GATEWAY)
                    && gateways.listeners(parent.namespace(), parent.name()) == null
                    && otherClass(parent)) {
                continue;
            }
            Flaw flaw = attach(route, parent, entries);
            parents.add(new RouteStatus.Parent(parent, flaw));
        }
        RouteStatus.write(route.resource(), parents, unresolved, options, statuses);
    }

    /** Whether the Gateway exists and belongs to another controller; then its status is not ours to write. */
    private boolean otherClass(ParentRef parent) {
        return inputs.of(GatewaySpec.class).stream()
                .anyMatch(gateway -> gateway.namespace().equals(parent.namespace())
                        && gateway.name().equals(parent.name()));
    }

    /** Attaches to every listener that the reference means and that lets it; null when at least one did. */
    private @Nullable Flaw attach(Item<HttpRouteSpec> route, ParentRef parent, List<RouteEntry> entries) {
        if (!parent.kind().equals("Gateway") || !parent.group().equals(Groups.GATEWAY)) {
            return new Flaw("UnsupportedValue", "parentRefs: kind " + parent.kind() + " (expected: Gateway)");
        }
        List<String> unsupported = route.spec().rules().stream()
                .flatMap(rule -> rule.unsupported().stream())
                .toList();
        if (!unsupported.isEmpty()) {
            return new Flaw("UnsupportedValue", "not supported: " + String.join(", ", unsupported));
        }
        List<ListenerDraft> listeners = gateways.listeners(parent.namespace(), parent.name());
        if (listeners == null) {
            return new Flaw(
                    "NoMatchingParent", "Gateway " + parent.namespace() + "/" + parent.name() + " does not exist");
        }
        List<ListenerDraft> meant = listeners.stream()
                .filter(listener ->
                        parent.sectionName().isEmpty() || listener.spec.name().equals(parent.sectionName()))
                .filter(listener -> parent.port() == 0 || listener.spec.port() == parent.port())
                .toList();
        if (meant.isEmpty()) {
            return new Flaw(
                    "NoMatchingParent",
                    "Gateway " + parent.namespace() + "/" + parent.name() + " has no listener with "
                            + (parent.sectionName().isEmpty() ? "" : "name " + parent.sectionName() + " ")
                            + (parent.port() == 0 ? "" : "port " + parent.port()));
        }
        List<ListenerDraft> allowing = meant.stream()
                .filter(listener -> listener.usable() && allows(listener, route.namespace(), parent.namespace()))
                .toList();
        if (allowing.isEmpty()) {
            return new Flaw(
                    "NotAllowedByListeners",
                    "no valid listener of the Gateway allows HTTPRoutes of namespace " + route.namespace());
        }
        boolean attached = false;
        for (ListenerDraft listener : allowing) {
            List<String> hosts =
                    Hostnames.intersect(listener.spec.hostname(), route.spec().hostnames());
            if (!hosts.isEmpty()) {
                listener.attach(hosts, entries);
                attached = true;
            }
        }
        return attached
                ? null
                : new Flaw(
                        "NoMatchingListenerHostname",
                        "spec.hostnames: " + route.spec().hostnames() + " (expected: a host of a listener)");
    }

    private boolean allows(ListenerDraft listener, String routeNamespace, String gatewayNamespace) {
        if (!listener.allowsHttpRoutes()) {
            return false;
        }
        Map<String, String> labels = inputs.namespaceLabels(routeNamespace);
        return switch (listener.spec.from()) {
            case "All" -> true;
            case "Same" -> routeNamespace.equals(gatewayNamespace);
            case "Selector" -> listener.spec.selector().matches(labels);
            default -> false;
        };
    }
}
