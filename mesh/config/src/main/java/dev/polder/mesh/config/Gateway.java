package dev.polder.mesh.config;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A Gateway with its accepted listeners.
 *
 * @param listeners accepted ones only, in the order of the resource
 * @param ports the same by port, ready to match by host
 */
public record Gateway(String namespace, String name, List<Listener> listeners, Map<Integer, ListenerPort> ports) {

    public Gateway {
        listeners = List.copyOf(listeners);
        ports = Map.copyOf(ports);
    }

    /** The listeners of a port, or null when the gateway does not listen there. */
    public @Nullable ListenerPort port(int port) {
        return ports.get(port);
    }
}
