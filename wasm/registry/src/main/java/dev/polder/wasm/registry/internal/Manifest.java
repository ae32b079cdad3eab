package dev.polder.wasm.registry.internal;

import dev.polder.wasm.registry.MediaTypes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** An OCI manifest: one artifact, or an index of several for different platforms (OCI image specification 1.1). */
public sealed interface Manifest {

    /** A config and layers. */
    record Image(Descriptor config, List<Descriptor> layers, Map<String, String> annotations) implements Manifest {

        /** All blobs, the config first. */
        public List<Descriptor> blobs() {
            List<Descriptor> blobs = new ArrayList<>(layers.size() + 1);
            blobs.add(config);
            blobs.addAll(layers);
            return blobs;
        }

        public byte[] write() {
            ObjectNode root = JsonNodeFactory.instance.objectNode();
            root.put("schemaVersion", 2);
            root.put("mediaType", MediaTypes.IMAGE_MANIFEST);
            root.set("config", config.write());
            ArrayNode array = root.putArray("layers");
            layers.forEach(layer -> array.add(layer.write()));
            if (!annotations.isEmpty()) {
                ObjectNode target = root.putObject("annotations");
                annotations.forEach(target::put);
            }
            return Fields.write(root);
        }
    }

    /** Manifests to choose from. */
    record Index(List<Entry> entries) implements Manifest {}

    /** One of an index; {@code architecture} and {@code os} are empty when it names no platform. */
    record Entry(Descriptor manifest, String architecture, String os) {}

    int MAX_ENTRIES = 1000;
    int MAX_ANNOTATIONS = 256;

    /**
     * Reads a manifest or index.
     *
     * @param contentType what the registry called it, or null when it is unknown; it must agree with the document
     * @param maxLayers how many layers there may be
     */
    static Manifest read(byte[] bytes, @Nullable String contentType, String source, int maxLayers) {
        Fields root = Fields.read(bytes, source, Origin.REGISTRY);
        if (root.number("schemaVersion") != 2) {
            throw root.unsupported("schemaVersion", root.number("schemaVersion") + " (expected: 2)");
        }
        String mediaType = root.textOrNull("mediaType");
        if (mediaType != null && contentType != null && !mediaType.equals(contentType)) {
            // one reader goes by the header and another by the document: nobody knows what is served
            throw root.wrong("mediaType", "\"" + mediaType + "\", served as " + contentType + " (expected: the same)");
        }
        if (root.has("manifests") && (root.has("layers") || root.has("config"))) {
            throw root.wrong("manifests", "stands beside config or layers (expected: an index or an image, not both)");
        }
        String type = mediaType != null ? mediaType : contentType;
        boolean index = type == null ? root.has("manifests") : isIndex(type);
        if (type != null && !index && !isImage(type)) {
            throw root.unsupported(
                    "mediaType",
                    "\"" + type + "\" (expected: " + MediaTypes.IMAGE_MANIFEST + " or " + MediaTypes.IMAGE_INDEX + ")");
        }
        return index ? index(root) : image(root, maxLayers);
    }

    private static Manifest image(Fields root, int maxLayers) {
        Descriptor config = Descriptor.read(root.object("config"));
        List<Descriptor> layers =
                root.objects("layers", maxLayers).stream().map(Descriptor::read).toList();
        return new Image(config, layers, root.textMap("annotations", MAX_ANNOTATIONS));
    }

    private static Manifest index(Fields root) {
        List<Entry> entries = new ArrayList<>();
        for (Fields entry : root.objects("manifests", MAX_ENTRIES)) {
            Fields platform = entry.objectOrNull("platform");
            entries.add(
                    platform == null
                            ? new Entry(Descriptor.read(entry), "", "")
                            : new Entry(Descriptor.read(entry), platform.text("architecture"), platform.text("os")));
        }
        return new Index(List.copyOf(entries));
    }

    private static boolean isIndex(String type) {
        return type.equals(MediaTypes.IMAGE_INDEX) || type.equals(MediaTypes.DOCKER_LIST);
    }

    private static boolean isImage(String type) {
        return type.equals(MediaTypes.IMAGE_MANIFEST) || type.equals(MediaTypes.DOCKER_MANIFEST);
    }
}
