package dev.polder.kernel.model;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Between the JSON or YAML form of a {@link Resource} and the record. */
public final class ResourceCodec {

    private ResourceCodec() {}

    /**
     * Reads the envelope of one document; {@code spec} and the like are kept as they are.
     *
     * @param defaultNamespace the namespace when none is written; {@code ""} keeps it cluster-scoped
     * @throws Problem INVALID naming the line and the field
     */
    public static Resource decode(YamlDocument document, String defaultNamespace) {
        if (!(document.root() instanceof ObjectNode root)) {
            throw Problem.invalid(
                    "a " + document.root().getNodeType() + " (expected: a mapping with apiVersion, kind and metadata)",
                    document.where(""));
        }
        String apiVersion = text(document, root, "apiVersion");
        String kind = text(document, root, "kind");
        if (!(root.get("metadata") instanceof ObjectNode metadata)) {
            throw Problem.invalid("metadata is missing (expected: a mapping with a name)", document.where("metadata"));
        }
        String name = text(document, metadata, "metadata.name");
        String namespace =
                metadata.hasNonNull("namespace") ? text(document, metadata, "metadata.namespace") : defaultNamespace;
        Resource.Metadata decoded = new Resource.Metadata(
                name,
                namespace,
                strings(document, metadata, "metadata.labels"),
                strings(document, metadata, "metadata.annotations"),
                metadata.path("uid").asString(""),
                version(document, metadata),
                metadata.path("generation").asLong(0),
                created(document, metadata));
        ObjectNode fields = root.deepCopy();
        fields.remove("apiVersion");
        fields.remove("kind");
        fields.remove("metadata");
        JsonNode status = fields.remove("status");
        Resource resource = new Resource(
                apiVersion,
                kind,
                decoded,
                fields,
                status instanceof ObjectNode object ? object : JsonNodeFactory.instance.objectNode());
        try {
            resource.key();
        } catch (Problem e) {
            throw e.at(document.where("metadata.name"));
        }
        return resource;
    }

    /** The document form, fields in the customary order. */
    public static ObjectNode encode(Resource resource) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.put("apiVersion", resource.apiVersion());
        root.put("kind", resource.kind());
        ObjectNode metadata = root.putObject("metadata");
        Resource.Metadata from = resource.metadata();
        metadata.put("name", from.name());
        if (!from.namespace().isEmpty()) {
            metadata.put("namespace", from.namespace());
        }
        putStrings(metadata, "labels", from.labels());
        putStrings(metadata, "annotations", from.annotations());
        if (!from.uid().isEmpty()) {
            metadata.put("uid", from.uid());
            metadata.put("resourceVersion", Long.toString(from.resourceVersion()));
            metadata.put("generation", from.generation());
            if (from.creationTimestamp() != null) {
                metadata.put("creationTimestamp", from.creationTimestamp().toString());
            }
        }
        resource.fields().properties().forEach(field -> root.set(field.getKey(), field.getValue()));
        if (!resource.status().isEmpty()) {
            root.set("status", resource.status());
        }
        return root;
    }

    private static void putStrings(ObjectNode parent, String name, Map<String, String> values) {
        if (!values.isEmpty()) {
            ObjectNode object = parent.putObject(name);
            values.entrySet().stream()
                    .sorted(Map.Entry.comparingByKey())
                    .forEach(entry -> object.put(entry.getKey(), entry.getValue()));
        }
    }

    private static String text(YamlDocument document, ObjectNode object, String path) {
        String name = path.substring(path.lastIndexOf('.') + 1);
        JsonNode value = object.get(name);
        if (value == null || !value.isString() || value.stringValue().isBlank()) {
            throw Problem.invalid(
                    name + ": " + (value == null ? "missing" : value) + " (expected: a string)", document.where(path));
        }
        return value.stringValue();
    }

    private static Map<String, String> strings(YamlDocument document, ObjectNode metadata, String path) {
        JsonNode value = metadata.get(path.substring(path.lastIndexOf('.') + 1));
        if (value == null || value.isNull()) {
            return Map.of();
        }
        if (!(value instanceof ObjectNode object)) {
            throw Problem.invalid(path + ": " + value.getNodeType() + " (expected: a mapping)", document.where(path));
        }
        Map<String, String> strings = new LinkedHashMap<>();
        object.properties().forEach(entry -> {
            if (!entry.getValue().isString()) {
                String at = path + "." + entry.getKey();
                throw Problem.invalid(at + ": " + entry.getValue() + " (expected: a string)", document.where(at));
            }
            strings.put(entry.getKey(), entry.getValue().stringValue());
        });
        return strings;
    }

    private static @Nullable Instant created(YamlDocument document, ObjectNode metadata) {
        JsonNode value = metadata.get("creationTimestamp");
        if (value == null || value.isNull()) {
            return null;
        }
        try {
            return Instant.parse(value.asString());
        } catch (DateTimeParseException e) {
            throw Problem.invalid(
                    "creationTimestamp: " + value + " (expected: a time such as 2026-11-25T18:00:00Z)",
                    document.where("metadata.creationTimestamp"));
        }
    }

    private static long version(YamlDocument document, ObjectNode metadata) {
        JsonNode value = metadata.get("resourceVersion");
        if (value == null || value.isNull()) {
            return 0;
        }
        try {
            return Long.parseLong(value.asString());
        } catch (NumberFormatException e) {
            throw Problem.invalid(
                    "resourceVersion: " + value + " (expected: the value a read returned)",
                    document.where("metadata.resourceVersion"));
        }
    }
}
