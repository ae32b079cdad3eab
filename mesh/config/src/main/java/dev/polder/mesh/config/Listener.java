package dev.polder.mesh.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A listener of a Gateway and the routes attached to it.
 *
 * @param hostname exact or {@code *.suffix}, lower case; null for any host
 * @param tls where the serving certificate comes from; null unless the protocol is {@link Protocol#HTTPS}
 * @param attachedRoutes how many routes are attached
 */
public record Listener(
        String name,
        int port,
        Protocol protocol,
        @Nullable String hostname,
        @Nullable ListenerTls tls,
        int attachedRoutes,
        RouteTable routes) {

    /** Protocols that the gateway serves; a listener of another one is refused in status. */
    public enum Protocol {
        HTTP,
        HTTPS
    }

    /**
     * TLS termination.
     *
     * @param issuer the source of the serving certificate; {@code mesh-ca} is the only one so far
     * @param hostnames the names the certificate has to carry
     */
    public record ListenerTls(String issuer, List<String> hostnames) {
        /** The issuer that is Polder's own certificate authority. */
        public static final String MESH_CA = "mesh-ca";

        public ListenerTls {
            hostnames = List.copyOf(hostnames);
        }
    }
}
