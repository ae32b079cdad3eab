package dev.polder.app.config;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;

/** Every port Polder listens on; 0 takes a free one. */
public record Ports(
        @Setting(value = "The portal: interface and /api.", max = 65535)
        int portal,

        @Setting(value = "The gateway, HTTP.", max = 65535) int gatewayHttp,
        @Setting(value = "The gateway, HTTPS.", max = 65535) int gatewayHttps,

        @Setting(value = "Administration of the proxy; loopback only.", max = 65535)
        int admin,

        @Setting(value = "xDS without TLS; loopback only.", max = 65535)
        int xds,

        @Setting(value = "xDS and certificate authority with TLS.", max = 65535)
        int xdsTls,

        @Setting(value = "HBONE: what proxies say to each other.", max = 65535)
        int hbone,

        @Setting(value = "Captured outbound connections.", max = 65535)
        int outbound,

        @Setting(value = "Captured inbound connections.", max = 65535)
        int inbound,

        @Setting(value = "Metrics for Prometheus.", max = 65535)
        int metrics,

        @Setting(value = "Readiness for an orchestrator.", max = 65535)
        int readiness,

        @Setting(value = "DNS of the mesh.", max = 65535) int dns,

        @Setting(value = "SOCKS5 into the mesh.", max = 65535)
        int socks) {

    /** How many consecutive ports {@link #from} takes. */
    public static final int COUNT = 13;

    /** The ports people know. */
    public static final Ports USUAL =
            new Ports(7007, 8080, 8443, 15000, 15010, 15012, 15008, 15001, 15006, 15020, 15021, 15053, 15080);

    /**
     * Consecutive ports in the order of the components, so that several instances live side by side.
     *
     * @param first the portal's port
     */
    public static Ports from(int first) {
        return new Ports(
                first,
                first + 1,
                first + 2,
                first + 3,
                first + 4,
                first + 5,
                first + 6,
                first + 7,
                first + 8,
                first + 9,
                first + 10,
                first + 11,
                first + 12);
    }

    /** Pairs of keys that were given the same port, as {@code metrics and portal: 7007}. */
    List<String> clashes() {
        RecordComponent[] components = Ports.class.getRecordComponents();
        List<String> clashes = new ArrayList<>();
        for (int i = 0; i < components.length; i++) {
            int port = (Integer) Records.valueOf(this, components[i]);
            for (int j = i + 1; port != 0 && j < components.length; j++) {
                if (port == (Integer) Records.valueOf(this, components[j])) {
                    clashes.add(components[i].getName() + " and " + components[j].getName() + ": " + port);
                }
            }
        }
        return clashes;
    }
}
