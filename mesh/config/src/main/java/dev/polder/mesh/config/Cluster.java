package dev.polder.mesh.config;

import java.util.List;

/**
 * One port of a service with its endpoints: the concrete thing a connection is balanced over.
 *
 * @param endpoints every endpoint, unhealthy ones included
 * @param healthy the endpoints that take new connections; may be empty, then the answer is 503
 */
public record Cluster(ServiceKey service, ServicePort port, List<Endpoint> endpoints, List<Endpoint> healthy) {

    public Cluster {
        endpoints = List.copyOf(endpoints);
        healthy = List.copyOf(healthy);
    }

    /** A cluster whose healthy endpoints are those that are healthy and have a weight above 0. */
    public static Cluster of(ServiceKey service, ServicePort port, List<Endpoint> endpoints) {
        return new Cluster(
                service,
                port,
                endpoints,
                endpoints.stream()
                        .filter(endpoint -> endpoint.health() == Health.HEALTHY && endpoint.weight() > 0)
                        .toList());
    }

    /** {@code namespace/hostname:port}, for logs and metrics. */
    public String name() {
        return service + ":" + port.port();
    }
}
