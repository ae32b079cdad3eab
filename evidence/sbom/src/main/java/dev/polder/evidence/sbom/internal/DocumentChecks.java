package dev.polder.evidence.sbom.internal;

import com.github.packageurl.MalformedPackageURLException;
import com.github.packageurl.PackageURL;
import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.polder.kernel.model.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.cyclonedx.CycloneDxSchema;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Whether a document is good: by the CycloneDX 1.6 schema, and by what the schema cannot say.
 *
 * <p>The schemas are the ones in CycloneDX's library, read with the house's validator: the library's own validation
 * wants an older one.
 */
public final class DocumentChecks {

    private static final String BASE = "http://cyclonedx.org/schema/";
    private static final int SHOWN = 5;

    private DocumentChecks() {}

    private static final class Holder {
        private static final Schema SCHEMA = SchemaRegistry.withDefaultDialect(
                        SpecificationVersion.DRAFT_7, builder -> builder.schemas(DocumentChecks::resource))
                .getSchema(SchemaLocation.of(BASE + "bom-1.6.schema.json"));
    }

    private static @Nullable String resource(String iri) {
        if (!iri.startsWith(BASE)) {
            return null;
        }
        String name = iri.substring(BASE.length());
        try (InputStream in = CycloneDxSchema.class.getResourceAsStream("/" + name)) {
            return in == null ? null : new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("the bundled schema " + name + " cannot be read", e);
        }
    }

    /**
     * Checks a document.
     *
     * @throws Problem INTERNAL naming what is wrong: Polder wrote it, so it is Polder's defect
     */
    public static void check(byte[] json) {
        List<String> flaws = flaws(json);
        if (!flaws.isEmpty()) {
            throw Problem.internal(
                    "the CycloneDX document is not valid: "
                            + String.join("; ", flaws.subList(0, Math.min(SHOWN, flaws.size()))),
                    null);
        }
    }

    /** Everything that is wrong with a document; empty when nothing is. */
    public static List<String> flaws(byte[] json) {
        String text = new String(json, StandardCharsets.UTF_8);
        List<String> flaws = new ArrayList<>();
        for (Error error : Holder.SCHEMA.validate(
                text,
                InputFormat.JSON,
                context -> context.executionConfig(config -> config.formatAssertionsEnabled(true)))) {
            flaws.add(error.getInstanceLocation() + ": " + error.getMessage());
        }
        if (flaws.isEmpty()) {
            beyondSchema(JsonMapper.shared().readTree(text), flaws);
        }
        return flaws;
    }

    private static void beyondSchema(JsonNode root, List<String> flaws) {
        if (!root.path("specVersion").asString("").equals("1.6")) {
            flaws.add("specVersion: " + root.path("specVersion") + " (expected: 1.6)");
        }
        if (root.has("vulnerabilities")) {
            flaws.add("vulnerabilities: set (expected: a bill of materials without findings)");
        }
        Set<String> refs = new HashSet<>();
        component(root.path("metadata").path("component"), refs, flaws);
        root.path("components").forEach(component -> component(component, refs, flaws));
        Set<String> told = new HashSet<>();
        for (JsonNode dependency : root.path("dependencies")) {
            String ref = dependency.path("ref").asString("");
            if (!told.add(ref)) {
                flaws.add("dependencies: " + ref + " stands twice");
            }
            known(ref, "dependencies", refs, flaws);
            dependency
                    .path("dependsOn")
                    .forEach(target -> known(target.asString(""), "dependsOn of " + ref, refs, flaws));
        }
        for (JsonNode composition : root.path("compositions")) {
            composition.path("assemblies").forEach(ref -> known(ref.asString(""), "compositions", refs, flaws));
            composition.path("dependencies").forEach(ref -> known(ref.asString(""), "compositions", refs, flaws));
        }
    }

    private static void known(String ref, String where, Set<String> refs, List<String> flaws) {
        if (!refs.contains(ref)) {
            flaws.add(where + ": " + ref + " is no bom-ref of this document");
        }
    }

    private static void component(JsonNode component, Set<String> refs, List<String> flaws) {
        String ref = component.path("bom-ref").asString("");
        if (ref.isEmpty() || !refs.add(ref)) {
            flaws.add("bom-ref: \"" + ref + "\" of " + component.path("name") + " (expected: one that is used once)");
        }
        JsonNode purl = component.get("purl");
        if (purl != null) {
            try {
                new PackageURL(purl.asString(""));
            } catch (MalformedPackageURLException e) {
                flaws.add("purl: " + purl + ": " + e.getMessage());
            }
        }
    }
}
