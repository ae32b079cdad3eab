package dev.polder.mesh.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Path prefixes as a tree of segments: looking a path up costs its depth, not the number of prefixes, and allocates
 * nothing, because segments are compared in place.
 */
final class PrefixTree {

    private final String[] segments;
    private final PrefixTree[] children;
    private final List<RouteEntry> entries;

    private PrefixTree(String[] segments, PrefixTree[] children, List<RouteEntry> entries) {
        this.segments = segments;
        this.children = children;
        this.entries = entries;
    }

    private static final class Growing {
        private final TreeMap<String, Growing> children = new TreeMap<>();
        private final List<RouteEntry> entries = new ArrayList<>();

        PrefixTree freeze() {
            return new PrefixTree(
                    children.keySet().toArray(String[]::new),
                    children.values().stream().map(Growing::freeze).toArray(PrefixTree[]::new),
                    List.copyOf(entries));
        }
    }

    /** Builds the tree; keys are prefixes as in {@link PathMatch.Prefix}. */
    static PrefixTree of(Map<String, List<RouteEntry>> prefixes) {
        Growing root = new Growing();
        prefixes.forEach((prefix, entries) -> {
            Growing node = root;
            if (prefix.length() > 1) {
                for (String segment : prefix.substring(1).split("/", -1)) {
                    node = node.children.computeIfAbsent(segment, key -> new Growing());
                }
            }
            node.entries.addAll(entries);
        });
        return root.freeze();
    }

    /** The entry of the longest prefix that matches path and request. */
    @Nullable
    RouteEntry longest(String path, RequestFacts request) {
        return longest(path, path.startsWith("/") ? 1 : 0, request);
    }

    private @Nullable RouteEntry longest(String path, int from, RequestFacts request) {
        if (from <= path.length() && segments.length > 0) {
            int slash = path.indexOf('/', from);
            int to = slash < 0 ? path.length() : slash;
            PrefixTree child = child(path, from, to);
            RouteEntry deeper = child == null ? null : child.longest(path, to + 1, request);
            if (deeper != null) {
                return deeper;
            }
        }
        return HostRoutes.firstOf(entries, request);
    }

    private @Nullable PrefixTree child(String path, int from, int to) {
        int low = 0;
        int high = segments.length - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = compare(segments[middle], path, from, to);
            if (order == 0) {
                return children[middle];
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return null;
    }

    private static int compare(String segment, String path, int from, int to) {
        int common = Math.min(segment.length(), to - from);
        for (int i = 0; i < common; i++) {
            int order = Character.compare(segment.charAt(i), path.charAt(from + i));
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(segment.length(), to - from);
    }
}
