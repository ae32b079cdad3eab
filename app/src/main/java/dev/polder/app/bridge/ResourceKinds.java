package dev.polder.app.bridge;

import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.Resource;
import dev.polder.kernel.model.ResourceKey;
import dev.polder.mesh.config.MeshKinds;
import dev.polder.wasm.service.WasmcloudWorkload;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The kinds that {@code polder get} and {@code apply} know, under the names people write. */
final class ResourceKinds {

    private static final Set<String> CLUSTER_SCOPED = Set.of("Namespace");
    private static final String POLDER = "polder.dev";
    private static final String BACKSTAGE = "backstage.io";
    private static final List<String> CATALOGUE =
            List.of("Component", "API", "Resource", "System", "Domain", "Group", "User", "Location", "Template");

    /** Who declares the resources of a kind, and where they are kept. */
    enum Origin {
        /** People, by apply. */
        APPLIED,
        /** Polder itself. */
        WRITTEN,
        /** People, by descriptors: kept by the catalogue. */
        CATALOGUE
    }

    /** One kind. */
    record Kind(String group, String name, Origin origin) {

        /** Whether it is made by apply. */
        boolean writable() {
            return origin == Origin.APPLIED;
        }

        boolean namespaced() {
            return !CLUSTER_SCOPED.contains(name);
        }
    }

    private static final List<Kind> ALL = kinds();

    private ResourceKinds() {}

    private static List<Kind> kinds() {
        List<Kind> kinds = new ArrayList<>();
        MeshKinds.ALL.forEach(kind -> kinds.add(new Kind(kind.group(), kind.name(), Origin.APPLIED)));
        kinds.add(new Kind(WasmcloudWorkload.GROUP, WasmcloudWorkload.KIND, Origin.APPLIED));
        kinds.add(new Kind(WasmcloudWorkload.GROUP, WasmcloudWorkload.ARTIFACT_KIND, Origin.APPLIED));
        kinds.add(new Kind("", ConfigResources.CONFIG_MAP, Origin.APPLIED));
        kinds.add(new Kind("", ConfigResources.SECRET, Origin.APPLIED));
        kinds.add(new Kind(POLDER, "WasmApp", Origin.WRITTEN));
        kinds.add(new Kind(POLDER, "Release", Origin.WRITTEN));
        CATALOGUE.forEach(name -> kinds.add(new Kind(BACKSTAGE, name, Origin.CATALOGUE)));
        return List.copyOf(kinds);
    }

    /**
     * Finds a kind by {@code HTTPRoute}, {@code httproutes} or {@code httproute.gateway.networking.k8s.io}.
     *
     * @throws Problem NOT_FOUND naming the kinds there are
     */
    static Kind find(String written) {
        String wanted = written.toLowerCase(Locale.ROOT);
        for (Kind kind : ALL) {
            String name = kind.name().toLowerCase(Locale.ROOT);
            if (names(name).contains(wanted)
                    || names(name).stream().anyMatch(form -> (form + "." + kind.group()).equals(wanted))) {
                return kind;
            }
        }
        throw Problem.notFound("kind \"" + written + "\" (expected one of: "
                + String.join(", ", ALL.stream().map(Kind::name).toList()) + ")");
    }

    /** The kind of a document somebody wants to apply. */
    static Kind of(Resource resource) {
        String group = ResourceKey.groupOf(resource.apiVersion());
        return ALL.stream()
                .filter(kind -> kind.group().equals(group) && kind.name().equals(resource.kind()))
                .findFirst()
                .orElseThrow(() -> Problem.invalid("no kind " + resource.kind() + " in " + resource.apiVersion()
                        + " (expected one of: "
                        + String.join(
                                ", ",
                                ALL.stream()
                                        .filter(Kind::writable)
                                        .map(kind -> kind.name() + (kind.group().isEmpty() ? "" : "." + kind.group()))
                                        .toList())
                        + "; descriptors of the catalogue are loaded by location)"));
    }

    /**
     * Checks every field of a resource that has rules.
     *
     * @throws Problem INVALID naming each field that is wrong, what was found and what was expected
     */
    static void validate(Resource resource) {
        MeshKinds.validate(resource);
        if (ResourceKey.groupOf(resource.apiVersion()).equals(WasmcloudWorkload.GROUP)) {
            if (!resource.apiVersion().equals(WasmcloudWorkload.API_VERSION)) {
                throw Problem.invalid("apiVersion: \"" + resource.apiVersion() + "\" (expected: "
                        + WasmcloudWorkload.API_VERSION + ")");
            }
            if (resource.kind().equals(WasmcloudWorkload.ARTIFACT_KIND)) {
                var _ = WasmcloudWorkload.Artifact.of(resource);
            } else if (resource.kind().equals(WasmcloudWorkload.KIND)) {
                var _ = WasmcloudWorkload.of(resource);
            }
        }
        ConfigResources.validate(resource);
    }

    private static Set<String> names(String singular) {
        String plural = singular.endsWith("y")
                ? singular.substring(0, singular.length() - 1) + "ies"
                : singular + (singular.endsWith("s") || singular.endsWith("x") ? "es" : "s");
        return Set.of(singular, plural);
    }
}
