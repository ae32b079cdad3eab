package dev.polder.wasm.component;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An interface that the host implements: its name, the Java classes of its resources, and the class whose methods are its
 * functions. Methods are found by {@link Wit}; how WIT types and Java types meet stands in the README of this module.
 *
 * <pre>{@code
 * HostInterface.of("wasi:clocks/monotonic-clock", "0.2.12", MonotonicClock.class)
 *         .resource("pollable", Pollable.class) // what it defines; what it uses of others is found there
 * }</pre>
 *
 * @param name {@code namespace:package/interface} without version, or the plain name of an import without one
 * @param version the newest version that it implements, or {@code ""}; an import of an older version of the same semver
 *     track (0.2.x, 1.x) is satisfied too, and so is a newer one of which it has every function
 * @param functions a class with {@link Wit} methods; the object is asked of the {@link HostServices} of each instance
 */
public record HostInterface(
        String name, String version, Class<?> functions, Map<String, Class<? extends HostResource>> resources) {

    public HostInterface {
        resources = Map.copyOf(resources);
    }

    public static HostInterface of(String name, String version, Class<?> functions) {
        return new HostInterface(name, version, functions, Map.of());
    }

    /** Adds a resource that this interface defines. */
    public HostInterface resource(String resource, Class<? extends HostResource> type) {
        Map<String, Class<? extends HostResource>> more = new LinkedHashMap<>(resources);
        more.put(resource, type);
        return new HostInterface(name, version, functions, more);
    }
}
