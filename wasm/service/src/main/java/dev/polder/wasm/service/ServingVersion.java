package dev.polder.wasm.service;

import dev.polder.kernel.model.Digest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything that one deployed version needs to serve; a request holds on to the one that it began with. Immutable.
 *
 * @param components what the components with an HTTP trigger are for each other, private ones included
 * @param events what its other triggers lead to, by their ids and in their order
 * @param service what runs beside its requests, or null; started and closed by the {@link App}
 */
record ServingVersion(
        Digest digest,
        RouteTable<ServingVersion.Target> routes,
        Map<String, ServingVersion.Target> components,
        Map<String, Event> events,
        @Nullable ServiceGuest service,
        AppLimits limits,
        AppInventory inventory) {

    ServingVersion {
        components = Map.copyOf(components);
    }

    /** A trigger, its templates resolved, and who handles its events. */
    record Event(SpinTrigger.Event trigger, EventGuest guest) {}

    /** Where a route leads. */
    sealed interface Target {
        /** {@code ""} where none runs. */
        String component();
    }

    /** A program behind the WAGI executor, and what is known of its variables before a request comes. */
    record Wagi(String component, WagiGuest guest, CgiEnvironment environment, CgiArguments arguments)
            implements Target {}

    /** A component behind the http executor. */
    record Http(String component, ComponentGuest guest, RoutePattern pattern) implements Target {}

    /** A response that is the same for every request. */
    record Static(HttpResponseData response) implements Target {
        @Override
        public String component() {
            return "";
        }
    }

    /** Whether all compiled code was released. */
    boolean isIdle() {
        List<Reloadable<?>> all = code();
        return !all.isEmpty() && all.stream().allMatch(Reloadable::isReleased);
    }

    /**
     * Lets go of compiled code and of instances that wait; the next request loads the code again.
     *
     * @return what frees the code at once, where nothing of this version runs
     */
    List<Reloadable.Released> release() {
        List<Reloadable.Released> released = new ArrayList<>();
        for (Target target : components.values()) { // those behind routes are among them
            switch (target) {
                case Wagi wagi -> released.add(wagi.guest().code().release());
                case Http http -> released.add(http.guest().release());
                case Static _ -> {}
            }
        }
        events.values().forEach(event -> released.add(event.guest().code().release()));
        return released;
    }

    /** Wakes all compiled code for nobody; on a guest thread. False when none of it could be woken. */
    boolean rehearse() {
        boolean woke = false;
        for (Target target : components.values()) {
            woke |= switch (target) {
                case Wagi wagi -> wagi.guest().code().rehearse(_ -> {});
                case Http http -> http.guest().rehearse();
                case Static _ -> false;
            };
        }
        for (Event event : events.values()) {
            woke |= event.guest().code().rehearse(_ -> {});
        }
        return woke;
    }

    /** Another version took its place: those under way finish, and nothing waits for more. */
    void retire() {
        for (RouteTable.Entry<Target> entry : routes.entries()) {
            if (entry.target() instanceof Http http) {
                http.guest().retire();
            }
        }
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
        events.values().forEach(event -> all.add(event.guest().code()));
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
