package dev.polder.wasm.service;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One route of Spin's HTTP trigger: static segments, {@code :name} for one segment, and a last {@code ...} (or
 * {@code *}) for the rest, which may be empty. A trailing slash of the path is ignored unless the rest takes it.
 *
 * <p>Order is by what is more specific: segment by segment a static one comes before a named one, that before the rest.
 */
final class RoutePattern implements Comparable<RoutePattern> {

    private static final Pattern PARAMETER = Pattern.compile(":[A-Za-z_][A-Za-z0-9_]{0,63}");
    private static final int MAX_SEGMENTS = 50;
    private static final Comparator<Boolean> FALSE_FIRST = Comparator.naturalOrder();

    /** Every path. */
    static final RoutePattern ALL = of("/...");

    private final String raw;
    private final String prefix;
    private final List<String> segments;
    private final boolean rest;
    private final List<String> parameters;

    private RoutePattern(String raw, String prefix, List<String> segments, boolean rest) {
        this.raw = raw;
        this.prefix = prefix;
        this.segments = List.copyOf(segments);
        this.rest = rest;
        this.parameters = segments.stream()
                .filter(segment -> segment.startsWith(":"))
                .map(segment -> segment.substring(1))
                .toList();
    }

    /** What is wrong with a pattern that begins with a slash, or null. */
    static @Nullable String fault(String route) {
        List<String> segments = segmentsOf(prefixOf(route));
        if (segments.size() > MAX_SEGMENTS) {
            return segments.size() + " segments (expected: at most " + MAX_SEGMENTS + ")";
        }
        List<String> seen = new ArrayList<>();
        for (String segment : segments) {
            if (segment.equals("...") || segment.contains("*")) {
                return "\"" + segment + "\" (expected: a wildcard only at the end of a route)";
            }
            if (segment.startsWith(":") && !PARAMETER.matcher(segment).matches()) {
                return "\"" + TomlCursor.shortened(segment) + "\" (expected: a name such as :id)";
            }
            if (segment.startsWith(":") && seen.contains(segment)) {
                return "\"" + segment + "\" stands twice (expected: each name once)";
            }
            if (segment.isEmpty() || segment.chars().anyMatch(c -> c <= ' ' || c == '?' || c == '#' || c >= 127)) {
                return "\"" + TomlCursor.shortened(route)
                        + "\" (expected: segments of visible ASCII without ? and #, none of them empty)";
            }
            seen.add(segment);
        }
        return null;
    }

    static RoutePattern of(String route) {
        String prefix = prefixOf(route);
        return new RoutePattern(route, prefix, segmentsOf(prefix), isRest(route));
    }

    /** Equal for two patterns that match the same paths. */
    static String canonical(String route) {
        StringBuilder text = new StringBuilder();
        for (String segment : segmentsOf(prefixOf(route))) {
            text.append('/').append(segment.startsWith(":") ? ":" : segment);
        }
        return isRest(route) ? text.append("/...").toString() : text.toString();
    }

    /** The pattern as written. */
    String raw() {
        return raw;
    }

    /** The pattern without its trailing wildcard; {@code ""} for <code>/...</code>. */
    String prefix() {
        return prefix;
    }

    /** Names of the {@code :name} segments, in order. */
    List<String> parameters() {
        return parameters;
    }

    /**
     * Matches a path.
     *
     * @param path the raw path without query
     * @return where the rest begins (the length of the path when there is none), or -1
     */
    int match(String path) {
        int at = 0;
        int end = path.length();
        for (String segment : segments) {
            if (at >= end || path.charAt(at) != '/') {
                return -1;
            }
            int next = segmentEnd(path, at + 1);
            if (segment.charAt(0) == ':') {
                if (next == at + 1) {
                    return -1;
                }
            } else if (next - at - 1 != segment.length() || !path.startsWith(segment, at + 1)) {
                return -1;
            }
            at = next;
        }
        if (rest) {
            return at;
        }
        return at == end || (at == end - 1 && path.charAt(at) == '/') ? end : -1;
    }

    /** The values of {@link #parameters} in a path that matched, raw as in the request. */
    List<String> values(String path) {
        if (parameters.isEmpty()) {
            return List.of();
        }
        List<String> values = new ArrayList<>(parameters.size());
        int at = 0;
        for (String segment : segments) {
            int next = segmentEnd(path, at + 1);
            if (segment.charAt(0) == ':') {
                values.add(path.substring(at + 1, next));
            }
            at = next;
        }
        return values;
    }

    @Override
    public int compareTo(RoutePattern other) {
        int common = Math.min(segments.size(), other.segments.size());
        for (int i = 0; i < common; i++) {
            boolean named = segments.get(i).startsWith(":");
            boolean otherNamed = other.segments.get(i).startsWith(":");
            if (named != otherNamed) {
                return named ? 1 : -1;
            }
        }
        if (segments.size() != other.segments.size()) {
            return other.segments.size() - segments.size();
        }
        int byRest = FALSE_FIRST.compare(rest, other.rest);
        return byRest != 0 ? byRest : raw.compareTo(other.raw);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof RoutePattern pattern && raw.equals(pattern.raw);
    }

    @Override
    public int hashCode() {
        return raw.hashCode();
    }

    @Override
    public String toString() {
        return raw;
    }

    /** The environment name of a parameter, as Spin forms it. */
    static String environmentName(String parameter) {
        return "X_PATH_MATCH_" + parameter.toUpperCase(Locale.ROOT);
    }

    private static boolean isRest(String route) {
        return route.endsWith("/...") || route.endsWith("/*");
    }

    private static String prefixOf(String route) {
        if (isRest(route)) {
            return route.substring(0, route.lastIndexOf('/'));
        }
        return route.endsWith("/") ? route.substring(0, route.length() - 1) : route;
    }

    private static List<String> segmentsOf(String prefix) {
        return prefix.isEmpty() ? List.of() : List.of(prefix.substring(1).split("/", -1));
    }

    private static int segmentEnd(String path, int from) {
        int slash = path.indexOf('/', from);
        return slash < 0 ? path.length() : slash;
    }
}
