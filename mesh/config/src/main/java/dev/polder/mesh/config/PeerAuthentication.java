package dev.polder.mesh.config;

import java.util.Map;

/**
 * Whether a workload insists on mutual TLS. Source: Istio PeerAuthentication; STRICT unless said otherwise.
 *
 * @param portModes exceptions by the workload's own port
 */
public record PeerAuthentication(Mode mode, Map<Integer, Mode> portModes) {

    /** What is accepted from a peer. */
    public enum Mode {
        /** Mutual TLS only. */
        STRICT,
        /** Mutual TLS or plain. */
        PERMISSIVE,
        /** Plain; a tunnel is still accepted. */
        DISABLE
    }

    /** Mutual TLS on every port. */
    public static final PeerAuthentication STRICT = new PeerAuthentication(Mode.STRICT, Map.of());

    public PeerAuthentication {
        portModes = Map.copyOf(portModes);
    }

    /** The mode of one port. */
    public Mode mode(int port) {
        return portModes.isEmpty() ? mode : portModes.getOrDefault(port, mode);
    }
}
