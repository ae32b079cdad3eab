package dev.polder.mesh.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The routes of one host pattern, by path. */
final class HostRoutes {

    private final Map<String, List<RouteEntry>> exact;
    private final PrefixTree prefixes;
    private final List<RouteEntry> regexes;

    private HostRoutes(Map<String, List<RouteEntry>> exact, PrefixTree prefixes, List<RouteEntry> regexes) {
        this.exact = exact;
        this.prefixes = prefixes;
        this.regexes = regexes;
    }

    static HostRoutes of(List<RouteEntry> entries) {
        Map<String, List<RouteEntry>> exact = new HashMap<>();
        Map<String, List<RouteEntry>> prefixes = new HashMap<>();
        List<RouteEntry> regexes = new ArrayList<>();
        for (RouteEntry entry : entries) {
            switch (entry.path()) {
                case PathMatch.Exact path ->
                    exact.computeIfAbsent(path.value(), key -> new ArrayList<>())
                            .add(entry);
                case PathMatch.Prefix path ->
                    prefixes.computeIfAbsent(path.value(), key -> new ArrayList<>())
                            .add(entry);
                case PathMatch.Regex path -> regexes.add(entry);
            }
        }
        return new HostRoutes(Map.copyOf(exact), PrefixTree.of(prefixes), List.copyOf(regexes));
    }

    @Nullable
    RouteEntry match(RequestFacts request) {
        String path = request.path();
        List<RouteEntry> sameOrder = exact.get(path);
        RouteEntry found = sameOrder == null ? null : firstOf(sameOrder, request);
        if (found == null) {
            found = prefixes.longest(path, request);
        }
        if (found == null && !regexes.isEmpty()) {
            for (int i = 0; i < regexes.size(); i++) {
                RouteEntry entry = regexes.get(i);
                if (entry.path().matches(path) && entry.matchesRest(request)) {
                    return entry;
                }
            }
        }
        return found;
    }

    static @Nullable RouteEntry firstOf(List<RouteEntry> entries, RequestFacts request) {
        for (int i = 0; i < entries.size(); i++) {
            if (entries.get(i).matchesRest(request)) {
                return entries.get(i);
            }
        }
        return null;
    }
}
