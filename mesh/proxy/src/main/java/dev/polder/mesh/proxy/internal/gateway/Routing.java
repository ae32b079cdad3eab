package dev.polder.mesh.proxy.internal.gateway;

import dev.polder.mesh.config.Backend;
import dev.polder.mesh.config.Cluster;
import dev.polder.mesh.config.HttpRule;
import dev.polder.mesh.config.Listener;
import dev.polder.mesh.config.ListenerPort;
import dev.polder.mesh.config.MeshSnapshot;
import dev.polder.mesh.config.RouteEntry;
import dev.polder.mesh.config.RouteTable;
import dev.polder.mesh.proxy.internal.upstream.ClusterTarget;
import dev.polder.mesh.proxy.internal.upstream.Upstreams;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One snapshot, compiled for this gateway. Immutable. */
final class Routing {

    private final IdentityHashMap<HttpRule, CompiledRule> rules = new IdentityHashMap<>();
    private final Map<Integer, List<ListenerPort>> ports = new HashMap<>();

    Routing(MeshSnapshot snapshot, Upstreams upstreams) {
        snapshot.gateways()
                .forEach(gateway -> gateway.ports().values().forEach(port -> {
                    ports.computeIfAbsent(port.port(), key -> new ArrayList<>()).add(port);
                    port.listeners().forEach(listener -> compile(listener, upstreams));
                }));
    }

    /** The listeners of a port, in the order of their gateways. */
    List<ListenerPort> port(int port) {
        return ports.getOrDefault(port, List.of());
    }

    /** The entry for a request that came to these listeners, or null. */
    static @Nullable RouteEntry match(List<ListenerPort> listeners, RequestView request) {
        for (int i = 0; i < listeners.size(); i++) {
            Listener listener = listeners.get(i).listener(request.host());
            RouteEntry entry = listener == null ? null : listener.routes().match(request);
            if (entry != null) {
                return entry;
            }
        }
        return null;
    }

    @Nullable
    CompiledRule rule(HttpRule rule) {
        return rules.get(rule);
    }

    private void compile(Listener listener, Upstreams upstreams) {
        for (RouteTable.HostEntries host : listener.routes().contents()) {
            for (RouteEntry entry : host.entries()) {
                if (!rules.containsKey(entry.rule())) {
                    rules.put(entry.rule(), compile(entry.rule(), upstreams));
                }
            }
        }
    }

    private CompiledRule compile(HttpRule rule, Upstreams upstreams) {
        CompiledRule.Choice[] choices = new CompiledRule.Choice[rule.backends().size()];
        for (int i = 0; i < choices.length; i++) {
            Backend backend = rule.backends().get(i);
            Cluster cluster = backend.cluster();
            ClusterTarget target = cluster == null ? null : upstreams.target(cluster);
            choices[i] =
                    new CompiledRule.Choice(backend.weight(), target, Edits.of(backend.filters()), backend.problem());
        }
        return new CompiledRule(rule, Edits.of(rule.filters()), choices);
    }
}
