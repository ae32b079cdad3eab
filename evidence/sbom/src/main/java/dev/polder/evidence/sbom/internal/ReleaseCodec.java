package dev.polder.evidence.sbom.internal;

import dev.polder.evidence.sbom.ComponentSummary;
import dev.polder.evidence.sbom.Release;
import dev.polder.kernel.model.Digest;
import dev.polder.kernel.model.EntityRef;
import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.Resource;
import dev.polder.kernel.model.WorkloadRef;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Between releases and their stored form, and from documents to tables. */
public final class ReleaseCodec {

    public static final String GROUP = "polder.dev";
    public static final String KIND = "Release";
    private static final String API_VERSION = GROUP + "/v1alpha1";

    private ReleaseCodec() {}

    /** The stored form; the namespace is that of the component. */
    public static Resource encode(Release release) {
        ObjectNode spec = JsonNodeFactory.instance.objectNode();
        spec.put("ref", release.ref().toString());
        spec.put("workload", release.workload().toString());
        spec.put("wasm", release.wasm().toString());
        spec.put("wasmBytes", release.wasmBytes());
        spec.put("commit", release.commit());
        spec.put("createdAt", release.createdAt().toString());
        spec.put("sbom", release.sbom().toString());
        spec.put("components", release.components());
        spec.put("language", release.language());
        return Resource.of(API_VERSION, KIND, release.ref().namespace(), release.name(), spec);
    }

    /**
     * The release of a stored resource.
     *
     * @throws Problem INVALID naming the resource
     */
    public static Release decode(Resource resource) {
        ObjectNode spec = resource.spec();
        try {
            String[] workload = spec.path("workload").asString("").split("/", 2);
            if (workload.length != 2) {
                throw Problem.invalid("spec.workload: " + spec.path("workload") + " (expected: NAMESPACE/NAME)");
            }
            return new Release(
                    resource.metadata().name(),
                    EntityRef.parse(spec.path("ref").asString("")),
                    new WorkloadRef(workload[0], workload[1]),
                    Digest.parse(spec.path("wasm").asString("")),
                    spec.path("wasmBytes").asLong(0),
                    spec.path("commit").asString(""),
                    Instant.parse(spec.path("createdAt").asString("")),
                    Digest.parse(spec.path("sbom").asString("")),
                    spec.path("components").asInt(0),
                    spec.path("language").asString(""));
        } catch (Problem | DateTimeException e) {
            throw new Problem(
                    Problem.Code.INVALID,
                    Problem.WhoFailed.CALLER,
                    false,
                    resource.key() + ": " + e.getMessage(),
                    null,
                    e);
        }
    }

    /** The components of a CycloneDX document, as a table. */
    public static List<ComponentSummary> summary(byte[] document) {
        List<ComponentSummary> found = new ArrayList<>();
        try {
            for (JsonNode component : JsonMapper.shared().readTree(document).path("components")) {
                String group = component.path("group").asString("");
                String name = component.path("name").asString("");
                found.add(new ComponentSummary(
                        group.isEmpty() ? name : group + "/" + name,
                        component.path("version").asString(""),
                        component.path("purl").asString(""),
                        component.path("type").asString(""),
                        licenses(component.path("licenses")),
                        component.path("scope").asString("")));
            }
        } catch (JacksonException e) {
            throw Problem.internal("a stored CycloneDX document cannot be read", e);
        }
        return found;
    }

    private static List<String> licenses(JsonNode licenses) {
        List<String> found = new ArrayList<>();
        for (JsonNode item : licenses) {
            JsonNode license = item.path("license");
            String name = item.path("expression")
                    .asString(license.path("id").asString(license.path("name").asString("")));
            if (!name.isEmpty()) {
                found.add(name);
            }
        }
        return found;
    }
}
