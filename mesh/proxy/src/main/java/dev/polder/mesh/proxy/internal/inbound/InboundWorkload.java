package dev.polder.mesh.proxy.internal.inbound;

import dev.polder.mesh.config.Workload;
import dev.polder.mesh.proxy.LocalHttpHandler;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * A workload of this node as the current snapshot has it; swapped whole.
 *
 * @param handler serves its requests in this process; null when it listens on its own address
 */
record InboundWorkload(
        InetAddress address, Workload workload, @Nullable LocalHttpHandler handler) {

    /** Whether the handler in this process serves a port: one that the workload or a service of it names, if any does. */
    boolean serves(int port) {
        return workload.ports().containsValue(port)
                || workload.services().values().stream().anyMatch(ports -> ports.containsValue(port))
                || (workload.ports().isEmpty() && workload.services().isEmpty());
    }
}
