package dev.polder.wasm.service;

import dev.polder.kernel.model.Digest;
import java.util.List;

/** Everything that one deployed version needs to serve; a request holds on to the one that it began with. Immutable. */
record ServingVersion(Digest digest, RouteTable<ServingVersion.Target> routes, AppLimits limits) {

    /** Where a route leads: a guest, and what is known of its variables before a request comes. */
    record Target(String component, Guest guest, CgiEnvironment environment, CgiArguments arguments) {}

    List<AppState.Trigger> triggers() {
        return routes.entries().stream()
                .map(entry -> new AppState.Trigger(
                        "http", entry.pattern().raw(), "wagi", entry.target().component()))
                .toList();
    }
}
