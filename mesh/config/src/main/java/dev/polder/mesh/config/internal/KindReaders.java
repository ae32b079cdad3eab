package dev.polder.mesh.config.internal;

import dev.polder.kernel.model.Resource;
import dev.polder.kernel.model.ResourceKey;
import java.util.List;
import java.util.Map;

/** Which reader reads which kind, and the API versions that are understood. */
public final class KindReaders {

    /** A Namespace or ServiceAccount: only its name and labels count. */
    record Named() {}

    private interface Reader {
        Object read(Fields root, String namespace);
    }

    private record Entry(List<String> versions, boolean namespaced, Reader reader) {}

    private static final List<String> ISTIO_NETWORKING = List.of("v1", "v1beta1", "v1alpha3");
    private static final List<String> ISTIO_SECURITY = List.of("v1", "v1beta1");

    private static final Map<String, Entry> KINDS = Map.ofEntries(
            entry(Groups.GATEWAY, "Gateway", List.of("v1", "v1beta1"), (root, ns) -> GatewaySpec.read(root)),
            entry(Groups.GATEWAY, "HTTPRoute", List.of("v1", "v1beta1"), HttpRouteSpec::read),
            entry(
                    Groups.GATEWAY,
                    "ReferenceGrant",
                    List.of("v1", "v1beta1"),
                    (root, ns) -> ReferenceGrantSpec.read(root)),
            Map.entry(Groups.CORE + "/Namespace", new Entry(List.of("v1"), false, (root, ns) -> new Named())),
            entry(Groups.CORE, "ServiceAccount", List.of("v1"), (root, ns) -> new Named()),
            entry(Groups.CORE, "Service", List.of("v1"), (root, ns) -> ServiceSpec.read(root)),
            entry(Groups.DISCOVERY, "EndpointSlice", List.of("v1"), (root, ns) -> EndpointSliceSpec.read(root)),
            entry(
                    Groups.ISTIO_NETWORKING,
                    "WorkloadEntry",
                    ISTIO_NETWORKING,
                    (root, ns) -> WorkloadEntrySpec.read(root)),
            entry(Groups.ISTIO_NETWORKING, "ServiceEntry", ISTIO_NETWORKING, (root, ns) -> ServiceEntrySpec.read(root)),
            entry(Groups.ISTIO_SECURITY, "AuthorizationPolicy", ISTIO_SECURITY, AuthorizationPolicySpec::read),
            entry(
                    Groups.ISTIO_SECURITY,
                    "PeerAuthentication",
                    ISTIO_SECURITY,
                    (root, ns) -> PeerAuthenticationSpec.read(root)));

    private KindReaders() {}

    private static Map.Entry<String, Entry> entry(String group, String kind, List<String> versions, Reader reader) {
        return Map.entry(group + "/" + kind, new Entry(versions, true, reader));
    }

    /** Whether the kind is one of the mesh's. */
    public static boolean known(Resource resource) {
        return KINDS.containsKey(id(resource));
    }

    /** Reads a resource of a known kind; what is wrong goes into {@code mistakes}. */
    public static Object read(Resource resource, Mistakes mistakes) {
        Entry entry = KINDS.get(id(resource));
        if (entry == null) {
            throw new IllegalArgumentException("not a kind of the mesh: " + id(resource));
        }
        String version = resource.apiVersion().substring(resource.apiVersion().indexOf('/') + 1);
        if (!entry.versions().contains(version)) {
            mistakes.add(
                    "apiVersion",
                    Fields.shown(resource.apiVersion()) + " (expected: version " + String.join(" or ", entry.versions())
                            + ")");
        }
        if (entry.namespaced() && resource.metadata().namespace().isEmpty()) {
            mistakes.add("metadata.namespace", "missing (expected: a namespace)");
        }
        return entry.reader()
                .read(Fields.of(resource, mistakes), resource.metadata().namespace());
    }

    private static String id(Resource resource) {
        return ResourceKey.groupOf(resource.apiVersion()) + "/" + resource.kind();
    }
}
