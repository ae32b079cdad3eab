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
        InetAddress address, Workload workload, @Nullable LocalHttpHandler handler) {}
