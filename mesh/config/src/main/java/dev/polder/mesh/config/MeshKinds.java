package dev.polder.mesh.config;

import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.Resource;
import dev.polder.kernel.model.ResourceKey;
import dev.polder.mesh.config.internal.KindReaders;
import dev.polder.mesh.config.internal.Mistakes;
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

    /** Whether a kind has no namespace. */
    public static boolean clusterScoped(Resource resource) {
        return resource.apiVersion().equals("v1") && resource.kind().equals("Namespace");
    }

    /**
     * Checks every field of a resource; one of another kind passes unread.
     *
     * @throws Problem INVALID naming each field that is wrong, what was found and what was expected
     */
    public static void validate(Resource resource) {
        if (!KindReaders.known(resource)) {
            return;
        }
        Mistakes mistakes = new Mistakes();
        KindReaders.read(resource, mistakes);
        if (!mistakes.isEmpty()) {
            throw Problem.invalid(mistakes.text());
        }
    }
}
