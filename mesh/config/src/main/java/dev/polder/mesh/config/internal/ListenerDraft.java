package dev.polder.mesh.config.internal;

import dev.polder.mesh.config.Listener;
import dev.polder.mesh.config.Listener.ListenerTls;
import dev.polder.mesh.config.RouteEntry;
import dev.polder.mesh.config.RouteTable;
import dev.polder.mesh.config.internal.GatewaySpec.ListenerSpec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A listener while routes attach to it. */
final class ListenerDraft {

    /** A reason and a message of a condition. */
    record Flaw(String reason, String message) {}

    /** Precedence among entries with one path match; entries are added oldest route first, and the sort is stable. */
    private static final Comparator<RouteEntry> PRECEDENCE = Comparator.<RouteEntry>comparingInt(
                    entry -> entry.method() == null ? 1 : 0)
            .thenComparingInt(entry -> -entry.headers().size())
            .thenComparingInt(entry -> -entry.queryParameters().size());

    final ListenerSpec spec;
    final @Nullable Flaw notAccepted;
    final @Nullable Flaw unresolved;
    final @Nullable Flaw conflict;
    final List<String> kinds;
    private final Map<String, List<RouteEntry>> entries = new TreeMap<>();
    private int attachedRoutes;

    ListenerDraft(
            ListenerSpec spec,
            @Nullable Flaw notAccepted,
            @Nullable Flaw unresolved,
            @Nullable Flaw conflict,
            List<String> kinds) {
        this.spec = spec;
        this.notAccepted = notAccepted;
        this.unresolved = unresolved;
        this.conflict = conflict;
        this.kinds = kinds;
    }

    /** Whether it can serve. */
    boolean usable() {
        boolean certificateMissing = unresolved != null && !unresolved.reason().equals("InvalidRouteKinds");
        return notAccepted == null && conflict == null && !certificateMissing;
    }

    boolean allowsHttpRoutes() {
        return kinds.contains("HTTPRoute");
    }

    void attach(List<String> hosts, List<RouteEntry> routeEntries) {
        attachedRoutes++;
        for (String host : hosts) {
            entries.computeIfAbsent(host, key -> new ArrayList<>()).addAll(routeEntries);
        }
    }

    int attachedRoutes() {
        return attachedRoutes;
    }

    Listener listener() {
        List<RouteTable.HostEntries> hosts = new ArrayList<>();
        entries.forEach((host, list) -> hosts.add(new RouteTable.HostEntries(
                host, list.stream().sorted(PRECEDENCE).toList())));
        boolean https = spec.protocol().equals("HTTPS");
        String hostname = spec.hostname();
        return new Listener(
                spec.name(),
                spec.port(),
                https ? Listener.Protocol.HTTPS : Listener.Protocol.HTTP,
                hostname,
                https ? new ListenerTls(spec.issuer(), certificateNames()) : null,
                attachedRoutes,
                RouteTable.of(hosts));
    }

    /**
     * The names the listener's certificate needs: its own, and for each route the wildcard one label up, so that a new
     * app in a known namespace needs no new certificate.
     */
    private List<String> certificateNames() {
        TreeSet<String> names = new TreeSet<>();
        if (spec.hostname() != null) {
            names.add(spec.hostname());
        }
        for (String host : entries.keySet()) {
            int dot = host.indexOf('.');
            boolean wildcard = host.startsWith("*");
            if (!wildcard && dot > 0 && host.indexOf('.', dot + 1) > 0) {
                names.add("*" + host.substring(dot));
            } else if (!host.equals("*")) {
                names.add(host);
            }
        }
        return List.copyOf(names);
    }
}
