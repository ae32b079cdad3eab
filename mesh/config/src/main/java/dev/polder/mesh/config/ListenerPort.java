package dev.polder.mesh.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All listeners of one port; they share the protocol and differ in host name.
 *
 * @param byHost the listener for a host: exact before wildcard, longer wildcard before shorter, then any
 */
public record ListenerPort(int port, Listener.Protocol protocol, List<Listener> listeners, HostTable<Listener> byHost) {

    public ListenerPort {
        listeners = List.copyOf(listeners);
    }

    /**
     * The most specific listener for a host. Only its routes count (listener isolation). No allocation.
     *
     * @param host lower case, without port
     */
    public @Nullable Listener listener(String host) {
        return byHost.first(host);
    }
}
