package dev.polder.mesh.config;

import dev.polder.kernel.model.SpiffeId;

/**
 * What a mesh is called.
 *
 * @param rootNamespace policies in it are for the whole mesh
 * @param clusterDomain suffix of service host names: {@code NAME.NAMESPACE.svc.DOMAIN}
 * @param gatewayClass the class whose Gateways are ours
 * @param controllerName written into route status
 */
public record MeshOptions(
        String trustDomain, String rootNamespace, String clusterDomain, String gatewayClass, String controllerName) {

    /** What {@code polder up} uses. */
    public static final MeshOptions DEFAULT = new MeshOptions(
            SpiffeId.DEFAULT_TRUST_DOMAIN, "polder-system", "cluster.local", "polder", "polder.dev/gateway-controller");
}
