package dev.polder.mesh.config;

import dev.polder.kernel.model.Resource;
import dev.polder.kernel.model.ResourceKey;
import java.util.List;

/** The kinds the mesh is made of, and the rules their fields follow. */
public final class MeshKinds {

    /** A kind and the API group it belongs to. */
    public record Kind(String group, String name) {}

    private static final String GATEWAY = "gateway.networking.k8s.io";

    /** Every kind that is compiled. */
    public static final List<Kind> ALL = List.of(
            new Kind(GATEWAY, "Gateway"),
            new Kind(GATEWAY, "HTTPRoute"),
            new Kind(GATEWAY, "ReferenceGrant"),
            new Kind("", "Namespace"),
            new Kind("", "Service"),
            new Kind("", "ServiceAccount"),
            new Kind("discovery.k8s.io", "EndpointSlice"),
            new Kind("networking.istio.io", "WorkloadEntry"),
            new Kind("networking.istio.io", "ServiceEntry"),
            new Kind("security.istio.io", "AuthorizationPolicy"),
            new Kind("security.istio.io", "PeerAuthentication"));

    private MeshKinds() {}

    /** Whether a resource is of one of these kinds. */
    public static boolean isMesh(Resource resource) {
        String group = ResourceKey.groupOf(resource.apiVersion());
        return ALL.stream()
                .anyMatch(kind -> kind.group().equals(group) && kind.name().equals(resource.kind()));
    }
}
