package dev.polder.portal.catalog;

import dev.polder.kernel.model.EntityRef;
import dev.polder.kernel.model.YamlDocument;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Makes an entity of a descriptor: annotations, placeholders, the envelope's rules, the kind's rules, relations.
 *
 * <p>Remembers what it made of each document, so that an unchanged one costs a look-up. Used by one thread.
 */
final class Processor {

    static final String MANAGED_BY = "backstage.io/managed-by-location";
    static final String ORIGIN = "backstage.io/managed-by-origin-location";
    private static final String VIEW_URL = "backstage.io/view-url";
    private static final String SOURCE = "backstage.io/source-location";

    /** Where a descriptor was found. */
    record Place(
            LocationSpec location,
            LocationSpec origin,
            @Nullable Path root) {}

    private record Input(IdentityKey document, String location, String origin) {}

    /** A document by identity: equal documents of different files must not share their results. */
    private record IdentityKey(YamlDocument document) {
        @Override
        @SuppressWarnings("ReferenceEquality") // identity is the point
        public boolean equals(@Nullable Object other) {
            return other instanceof IdentityKey key && key.document == document;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(document);
        }
    }

    private final EntitySchemas schemas;
    private final UrlSource urls;
    private final Map<Input, Processed> made = new HashMap<>();
    private final Map<Input, Processed> touched = new HashMap<>();

    Processor(EntitySchemas schemas, UrlSource urls) {
        this.schemas = schemas;
        this.urls = urls;
    }

    void endRound() {
        made.clear();
        made.putAll(touched);
        touched.clear();
    }

    /** What the document says it is; empty when kind or name are not even there. */
    static Optional<EntityRef> refOf(JsonNode entity) {
        JsonNode metadata = entity.path("metadata");
        String kind = entity.path("kind").asString("");
        String name = metadata.path("name").asString("");
        String namespace =
                metadata.has("namespace") ? metadata.path("namespace").asString("") : EntityRef.DEFAULT_NAMESPACE;
        return kind.isBlank()
                        || name.isBlank()
                        || namespace.isBlank()
                        || !metadata.path("name").isString()
                ? Optional.empty()
                : Optional.of(EntityRef.of(kind, namespace, name));
    }

    /** What is wrong with an envelope that does not even say what it is. */
    List<EntityProblem> envelope(JsonNode entity) {
        return schemas.envelope(entity);
    }

    /** Processes a document, or answers from memory when neither it nor what it refers to has changed. */
    Processed process(YamlDocument document, EntityRef ref, Place place) {
        Input input = new Input(
                new IdentityKey(document),
                place.location().ref(),
                place.origin().ref());
        Processed known = made.get(input);
        boolean unchanged =
                known != null && known.dependencies().stream().allMatch(dependency -> dependency.unchanged(urls));
        Processed processed = known != null && unchanged ? known : process(document.root(), ref, place);
        touched.put(input, processed);
        return processed;
    }

    /** Processes an entity that comes from no file. */
    Processed process(JsonNode raw, EntityRef ref, Place place) {
        List<EntityProblem> problems = new ArrayList<>();
        ObjectNode entity = annotated(JsNumbers.normalized(raw), place);
        Placeholders placeholders = new Placeholders(place.location(), place.root(), urls);
        entity = (ObjectNode) placeholders.resolve(entity, "");
        for (EntityProblem problem : placeholders.problems()) {
            problems.add(
                    problem.wrapped("InputError", "Processor PlaceholderProcessor threw an error while preprocessing"));
        }
        sortLists(entity);
        check(entity, ref, problems);
        List<RelationRules.Edge> edges = List.of();
        if (problems.isEmpty()) {
            if (entity.get("metadata") instanceof ObjectNode metadata && !metadata.has("namespace")) {
                metadata.put("namespace", EntityRef.DEFAULT_NAMESPACE);
            }
            List<EntityProblem> badRefs = new ArrayList<>();
            edges = RelationRules.edges(entity, ref, badRefs);
            for (EntityProblem problem : badRefs) {
                problems.add(problem.wrapped(
                        "InputError", "Processor BuiltinKindsEntityProcessor threw an error while postprocessing"));
            }
        }
        return new Processed(ref, entity, edges, problems, placeholders.dependencies());
    }

    /** What a good entity that was stored once declares. */
    static Processed restored(ObjectNode entity, EntityRef ref) {
        return new Processed(ref, entity, RelationRules.edges(entity, ref, new ArrayList<>()), List.of(), List.of());
    }

    private void check(ObjectNode entity, EntityRef ref, List<EntityProblem> problems) {
        List<EntityProblem> envelope = schemas.envelope(entity);
        for (EntityProblem problem : envelope) {
            int parameters = problem.message().lastIndexOf(" - ");
            String text = parameters < 0 ? problem.message() : problem.message().substring(0, parameters);
            problems.add(EntityProblem.of("Error", "Malformed envelope, " + text, problem.field())
                    .wrapped("InputError", "Policy check failed for " + ref));
        }
        if (!envelope.isEmpty()) {
            return;
        }
        for (EntityProblem problem : FieldFormats.check(entity)) {
            problems.add(problem.wrapped("InputError", "Policy check failed for " + ref));
        }
        Optional<List<EntityProblem>> kind = schemas.kind(entity);
        if (kind.isEmpty()) {
            problems.add(EntityProblem.of(
                            "InputError",
                            "No processor recognized the entity " + ref
                                    + " as valid, possibly caused by a foreign kind or apiVersion",
                            "kind")
                    .hinting("kind " + entity.path("kind").asString("") + ", apiVersion "
                            + entity.path("apiVersion").asString("") + "; expected: kind " + schemas.names()
                            + " in the apiVersion that Backstage gives it"));
        }
        List<String> told = problems.stream().map(EntityProblem::field).toList();
        for (EntityProblem problem : kind.orElse(List.of())) {
            if (told.contains(problem.field())) {
                // A placeholder that failed is not what its field should hold either; once is enough.
                continue;
            }
            problems.add(problem.wrapped(
                    "InputError",
                    "Processor BuiltinKindsEntityProcessor threw an error while validating the entity " + ref));
        }
    }

    private ObjectNode annotated(JsonNode raw, Place place) {
        ObjectNode entity = raw instanceof ObjectNode object ? object : JsonNodeFactory.instance.objectNode();
        if (!(entity.get("metadata") instanceof ObjectNode metadata)) {
            return entity;
        }
        JsonNode own = metadata.get("annotations");
        if (own != null && !own.isObject() && !own.isNull()) {
            return entity;
        }
        ObjectNode annotations = JsonNodeFactory.instance.objectNode();
        LocationSpec location = place.location();
        if (location.type().equals(LocationSpec.URL)) {
            annotations.put(VIEW_URL, location.target());
            urls.source(location.target()).ifPresent(source -> annotations.put(SOURCE, "url:" + source));
        }
        if (own instanceof ObjectNode written) {
            annotations.setAll(written);
        }
        annotations.put(MANAGED_BY, location.ref());
        annotations.put(ORIGIN, place.origin().ref());
        metadata.set("annotations", annotations);
        return entity;
    }

    private static void sortLists(ObjectNode entity) {
        for (String field : RelationRules.SORTED_FIELDS) {
            if (entity.get("spec") instanceof ObjectNode spec
                    && spec.get(field) instanceof ArrayNode list
                    && list.valueStream().allMatch(JsonNode::isString)) {
                ArrayNode sorted = JsonNodeFactory.instance.arrayNode();
                list.valueStream().map(JsonNode::asString).sorted().forEach(sorted::add);
                spec.set(field, sorted);
            }
        }
    }
}
