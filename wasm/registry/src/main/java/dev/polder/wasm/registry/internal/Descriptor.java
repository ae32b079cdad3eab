package dev.polder.wasm.registry.internal;

import dev.polder.kernel.model.Digest;
import java.util.Map;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a manifest says of a blob (OCI image specification, content descriptors).
 *
 * @param size bytes
 */
public record Descriptor(String mediaType, Digest digest, long size, Map<String, String> annotations) {

    private static final int MAX_ANNOTATIONS = 256;

    public Descriptor(String mediaType, Digest digest, long size) {
        this(mediaType, digest, size, Map.of());
    }

    static Descriptor read(Fields fields) {
        return new Descriptor(
                fields.text("mediaType"),
                fields.digest("digest"),
                fields.number("size"),
                fields.textMap("annotations", MAX_ANNOTATIONS));
    }

    ObjectNode write() {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("mediaType", mediaType);
        node.put("digest", digest.toString());
        node.put("size", size);
        if (!annotations.isEmpty()) {
            ObjectNode target = node.putObject("annotations");
            annotations.forEach(target::put);
        }
        return node;
    }
}
