package dev.polder.mesh.config.internal;

/** API groups of the kinds that are compiled. */
public final class Groups {

    public static final String GATEWAY = "gateway.networking.k8s.io";
    public static final String CORE = "";
    public static final String DISCOVERY = "discovery.k8s.io";
    public static final String ISTIO_NETWORKING = "networking.istio.io";
    public static final String ISTIO_SECURITY = "security.istio.io";

    private Groups() {}
}
