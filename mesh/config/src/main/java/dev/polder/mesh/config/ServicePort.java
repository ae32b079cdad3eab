package dev.polder.mesh.config;

/**
 * A port of a service.
 *
 * @param name {@code ""} when unnamed
 * @param port the port callers use
 * @param targetPort the default port on an endpoint; 0 when it is a name that each endpoint resolves by itself
 */
public record ServicePort(String name, int port, int targetPort, AppProtocol appProtocol) {

    /** What is spoken on the port. Source: {@code appProtocol} of core/v1 Service and Istio's port names. */
    public enum AppProtocol {
        UNKNOWN,
        HTTP11,
        HTTP2,
        GRPC,
        TCP,
        TLS
    }
}
