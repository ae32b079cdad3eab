package dev.polder.mesh.config;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The routes of one listener as an ordered match tree: host, then exact path, longest prefix, regular expression; the
 * entries of one path are ordered by method, number of headers and of query parameters, then age and name of the route.
 *
 * <p>A host whose routes do not match the request falls through to a less specific host. Source: precedence rules of
 * {@code HTTPRouteRule.matches}, Gateway API v1. Immutable; {@link #match} takes no lock and does not allocate beyond
 * what a wildcard host or a regular expression needs.
 */
public final class RouteTable {

    private final HostTable<HostRoutes> hosts;
    private final List<HostEntries> contents;

    /** What a table was built from: a host pattern ({@code "*"} is any) and its entries in order. */
    public record HostEntries(String host, List<RouteEntry> entries) {
        public HostEntries {
            entries = List.copyOf(entries);
        }
    }

    private RouteTable(HostTable<HostRoutes> hosts, List<HostEntries> contents) {
        this.hosts = hosts;
        this.contents = contents;
    }

    /**
     * Builds the tree.
     *
     * @param contents each host once; entries in order of precedence among those with the same path match
     */
    public static RouteTable of(List<HostEntries> contents) {
        Map<String, HostRoutes> byHost = new HashMap<>();
        contents.forEach(host -> byHost.put(host.host(), HostRoutes.of(host.entries())));
        return new RouteTable(HostTable.of(byHost), List.copyOf(contents));
    }

    /** A table without routes. */
    public static RouteTable empty() {
        return of(List.of());
    }

    /** The entry a request goes by, or null: then the answer is 404. */
    public @Nullable RouteEntry match(RequestFacts request) {
        return hosts.search(request.host(), routes -> routes.match(request));
    }

    /** What it was built from, for dumps. */
    public List<HostEntries> contents() {
        return contents;
    }
}
