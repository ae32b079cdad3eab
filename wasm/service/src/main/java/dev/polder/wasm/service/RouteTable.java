package dev.polder.wasm.service;

import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The public routes of an app, most specific first. A private trigger is not in it, so no request from outside reaches
 * it. Immutable; safe for any thread.
 *
 * @param <T> what a route leads to
 */
final class RouteTable<T> {

    /** A route and what it leads to. */
    record Entry<T>(RoutePattern pattern, T target) {}

    /** A match: the entry, and where the rest of the path begins. */
    record Match<T>(Entry<T> entry, int restStart) {}

    private final List<Entry<T>> entries;

    RouteTable(List<Entry<T>> entries) {
        this.entries =
                entries.stream().sorted(Comparator.comparing(Entry::pattern)).toList();
    }

    /** The most specific route that matches a raw path, or null. */
    @Nullable
    Match<T> find(String path) {
        for (int i = 0; i < entries.size(); i++) {
            Entry<T> entry = entries.get(i);
            int restStart = entry.pattern().match(path);
            if (restStart >= 0) {
                return new Match<>(entry, restStart);
            }
        }
        return null;
    }

    List<Entry<T>> entries() {
        return entries;
    }
}
