package dev.polder.mesh.config.internal;

import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Which hosts a route serves on a listener. Source: {@code HTTPRouteSpec.hostnames}, Gateway API v1. */
final class Hostnames {

    private static final String ANY = "*";

    private Hostnames() {}

    /**
     * The hosts both sides name, each time the narrower pattern.
     *
     * @param listener null for any
     * @param route empty for any
     * @return {@code ["*"]} for any host; empty when they have nothing in common
     */
    static List<String> intersect(@Nullable String listener, List<String> route) {
        if (listener == null) {
            return route.isEmpty() ? List.of(ANY) : List.copyOf(new TreeSet<>(route));
        }
        if (route.isEmpty()) {
            return List.of(listener);
        }
        TreeSet<String> common = new TreeSet<>();
        for (String host : route) {
            if (covers(listener, host)) {
                common.add(host);
            } else if (covers(host, listener)) {
                common.add(listener);
            }
        }
        return List.copyOf(common);
    }

    /** Whether every host of {@code narrow} is one of {@code wide}. */
    private static boolean covers(String wide, String narrow) {
        if (!wide.startsWith("*.")) {
            return wide.equals(narrow);
        }
        String suffix = wide.substring(1);
        String tail = narrow.startsWith("*") ? narrow.substring(1) : narrow;
        return tail.endsWith(suffix) && (narrow.startsWith("*") || tail.length() > suffix.length());
    }
}
