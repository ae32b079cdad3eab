package dev.polder.wasm.service;

import dev.polder.kernel.model.Digest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Everything that one deployed version needs to serve; a request holds on to the one that it began with. Immutable.
 *
 * @param components what the components with an HTTP trigger are for each other, private ones included
 */
record ServingVersion(
        Digest digest,
        RouteTable<ServingVersion.Target> routes,
        Map<String, ServingVersion.Target> components,
        AppLimits limits) {

    ServingVersion {
        components = Map.copyOf(components);
    }

    /** Where a route leads. */
    sealed interface Target {}

    /** A core module behind the WAGI executor, and what is known of its variables before a request comes. */
    record Wagi(String component, WagiGuest guest, CgiEnvironment environment, CgiArguments arguments)
            implements Target {}

    /** A component behind the http executor. */
    record Http(String component, ComponentGuest guest, RoutePattern pattern) implements Target {}

    /** A response that is the same for every request. */
    record Static(HttpResponseData response) implements Target {}

    /** Whether all compiled code was released. */
    boolean isIdle() {
        List<Reloadable<?>> all = code();
        return !all.isEmpty() && all.stream().allMatch(Reloadable::isReleased);
    }

    /** Lets go of compiled code; the next request loads it again. */
    void release() {
        code().forEach(Reloadable::release);
    }

    private List<Reloadable<?>> code() {
        List<Reloadable<?>> all = new ArrayList<>();
        for (Target target : components.values()) { // those behind routes are among them
            switch (target) {
                case Wagi wagi -> all.add(wagi.guest().code());
                case Http http -> all.add(http.guest().code());
                case Static _ -> {}
            }
        }
        return all;
    }

    List<AppState.Trigger> triggers() {
        return routes.entries().stream()
                .map(entry -> switch (entry.target()) {
                    case Wagi wagi ->
                        new AppState.Trigger("http", entry.pattern().raw(), "wagi", wagi.component());
                    case Http http ->
                        new AppState.Trigger("http", entry.pattern().raw(), "http", http.component());
                    case Static _ ->
                        new AppState.Trigger("http", entry.pattern().raw(), "static", "");
                })
                .toList();
    }
}
