package dev.polder.wasm.registry;

import dev.polder.kernel.model.Digest;
import dev.polder.kernel.model.Problem;
import dev.polder.wasm.registry.internal.Fields;
import dev.polder.wasm.registry.internal.Origin;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The config of a Wasm OCI artifact, {@code application/vnd.wasm.config.v0+json} (CNCF TAG Runtime).
 *
 * @param created when the artifact was made, or null
 * @param author who made it, or null
 * @param os {@code wasip1} for a core module, {@code wasip2} for a component
 * @param layerDigests the manifest's layers in their order
 * @param component what the component asks for and offers; null for a core module
 */
public record WasmConfig(
        @Nullable Instant created,
        @Nullable String author,
        String os,
        List<Digest> layerDigests,
        @Nullable Component component) {

    /** The only architecture there is. */
    public static final String ARCHITECTURE = "wasm";

    private static final int MAX_NAMES = 10_000;

    /**
     * A component's world, by name.
     *
     * @param target the world it was built for, such as {@code wasi:http/proxy@0.2.0}, or null
     */
    public record Component(
            List<String> exports,
            List<String> imports,
            @Nullable String target) {}

    /**
     * Reads a config that came with an artifact.
     *
     * @param source what to call it in messages
     * @throws Problem BAD_UPSTREAM naming the field, UNSUPPORTED for another architecture
     */
    public static WasmConfig read(byte[] bytes, String source) {
        Fields root = Fields.read(bytes, source, Origin.REGISTRY);
        String architecture = root.text("architecture");
        if (!architecture.equals(ARCHITECTURE)) {
            throw root.unsupported("architecture", "\"" + architecture + "\" (expected: " + ARCHITECTURE + ")");
        }
        String os = root.text("os");
        if (!os.startsWith("wasi")) {
            throw root.unsupported("os", "\"" + os + "\" (expected: wasip1 or wasip2)");
        }
        List<Digest> digests = new ArrayList<>();
        for (String text : root.texts("layerDigests", MAX_NAMES)) {
            try {
                digests.add(Digest.parse(text));
            } catch (Problem e) {
                throw root.wrong("layerDigests[" + digests.size() + "]", e.detail());
            }
        }
        Fields component = root.objectOrNull("component");
        return new WasmConfig(
                created(root),
                root.textOrNull("author"),
                os,
                List.copyOf(digests),
                component == null
                        ? null
                        : new Component(
                                component.texts("exports", MAX_NAMES),
                                component.texts("imports", MAX_NAMES),
                                component.textOrNull("target")));
    }

    private static @Nullable Instant created(Fields root) {
        String text = root.textOrNull("created");
        try {
            return text == null ? null : OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeParseException e) {
            throw root.wrong("created", "\"" + text + "\" (expected: a time as in RFC 3339)");
        }
    }

    /** The JSON form. */
    public byte[] write() {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        if (created != null) {
            root.put("created", created.toString());
        }
        if (author != null) {
            root.put("author", author);
        }
        root.put("architecture", ARCHITECTURE);
        root.put("os", os);
        ArrayNode digests = root.putArray("layerDigests");
        layerDigests.forEach(digest -> digests.add(digest.toString()));
        if (component != null) {
            ObjectNode target = root.putObject("component");
            ArrayNode exports = target.putArray("exports");
            component.exports().forEach(exports::add);
            ArrayNode imports = target.putArray("imports");
            component.imports().forEach(imports::add);
            if (component.target() != null) {
                target.put("target", component.target());
            }
        }
        return Fields.write(root);
    }
}
