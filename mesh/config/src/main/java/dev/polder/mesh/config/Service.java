package dev.polder.mesh.config;

import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A name with ports, and what answers behind each port.
 *
 * @param name the short name, or the host name when the service comes from a ServiceEntry
 * @param vips virtual addresses; empty for a headless service
 * @param clusters the endpoints of each service port
 */
public record Service(ServiceKey key, String name, List<InetAddress> vips, Map<Integer, Cluster> clusters) {

    public Service {
        vips = List.copyOf(vips);
        clusters = Map.copyOf(clusters);
    }

    /** What answers on a service port, or null when the service has no such port. */
    public @Nullable Cluster cluster(int servicePort) {
        return clusters.get(servicePort);
    }
}
