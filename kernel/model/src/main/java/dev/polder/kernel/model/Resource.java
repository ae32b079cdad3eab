package dev.polder.kernel.model;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Anything declarative: {@code apiVersion}, {@code kind}, {@code metadata}, and the rest of the document.
 *
 * <p>{@code fields} holds every other top-level field as it was written: {@code spec} for most kinds, but
 * {@code endpoints} for an EndpointSlice or {@code data} for a ConfigMap. The record is immutable by convention: the
 * JSON trees that go in and come out must not be changed; {@link #withStatus} and {@link #with} make copies.
 *
 * @param status what Polder observed; empty when nothing was reported
 */
public record Resource(String apiVersion, String kind, Metadata metadata, ObjectNode fields, ObjectNode status) {

    /**
     * Who the resource is.
     *
     * @param namespace {@code ""} for cluster-scoped kinds
     * @param uid set by the store on first apply; {@code ""} before
     * @param resourceVersion set by the store on every change; 0 before. On apply a value above 0 must match
     * @param generation counts changes of {@code fields}; set by the store
     * @param creationTimestamp set by the store on first apply, to the millisecond; null before
     */
    public record Metadata(
            String name,
            String namespace,
            Map<String, String> labels,
            Map<String, String> annotations,
            String uid,
            long resourceVersion,
            long generation,
            @Nullable Instant creationTimestamp) {

        public Metadata {
            labels = Map.copyOf(labels);
            annotations = Map.copyOf(annotations);
        }

        /** Metadata as a person writes it: a name in a namespace. */
        public static Metadata of(String namespace, String name) {
            return new Metadata(name, namespace, Map.of(), Map.of(), "", 0, 0, null);
        }

        /** The same with what the store sets. */
        public Metadata stored(String newUid, long newVersion, long newGeneration, @Nullable Instant created) {
            return new Metadata(name, namespace, labels, annotations, newUid, newVersion, newGeneration, created);
        }

        /** The same after a change of something else than {@code fields}. */
        public Metadata at(long newVersion) {
            return stored(uid, newVersion, generation, creationTimestamp);
        }
    }

    /** A resource whose only other field is {@code spec}. */
    public static Resource of(String apiVersion, String kind, String namespace, String name, ObjectNode spec) {
        ObjectNode fields = JsonNodeFactory.instance.objectNode();
        fields.set("spec", spec);
        return new Resource(
                apiVersion, kind, Metadata.of(namespace, name), fields, JsonNodeFactory.instance.objectNode());
    }

    public ResourceKey key() {
        return new ResourceKey(ResourceKey.groupOf(apiVersion), kind, metadata.namespace(), metadata.name());
    }

    /** The {@code spec} object, empty when the kind has none. */
    public ObjectNode spec() {
        return fields.get("spec") instanceof ObjectNode spec ? spec : JsonNodeFactory.instance.objectNode();
    }

    /** A top-level field other than the envelope. */
    public Optional<JsonNode> field(String name) {
        @Nullable JsonNode value = fields.get(name);
        return Optional.ofNullable(value);
    }

    public Resource with(Metadata newMetadata) {
        return new Resource(apiVersion, kind, newMetadata, fields, status);
    }

    public Resource withStatus(ObjectNode newStatus) {
        return new Resource(apiVersion, kind, metadata, fields, newStatus);
    }
}
