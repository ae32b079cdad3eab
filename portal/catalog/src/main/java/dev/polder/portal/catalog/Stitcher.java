package dev.polder.portal.catalog;

import dev.polder.kernel.model.Problem;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Makes final entities of claims: the relations that others declared are added, the status, the uid and the etag.
 *
 * <p>Kept from round to round, used by one thread. An entity that comes out as it was stays the same object, so that nothing is written and nobody is told.
 */
final class Stitcher {

    /** A final entity and the hash of everything in it but its uid. */
    record Stitched(Entity entity, String hash, String locationKey, String origin, java.util.Set<String> parents) {}

    private static final String ORPHAN = "backstage.io/orphan";
    private static final String PROCESSING = "backstage.io/catalog-processing";
    private static final String REJECTED = "https://backstage.io/annotation-rejected-for-security-reasons";

    /** All that a final entity was made of; the same again gives the same entity, so its hash need not be taken. */
    private record Recipe(Processed good, SortedSet<Relation> relations, List<EntityProblem> errors, boolean orphan) {}

    private final Map<String, Recipe> recipes = new HashMap<>();
    private final List<Round.Mistake> mistakes = new ArrayList<>();

    /** What could not be made final. */
    List<Round.Mistake> mistakes() {
        return mistakes;
    }

    Map<String, Stitched> stitch(Map<String, Claim> claims, Map<String, Stitched> before) {
        mistakes.clear();
        recipes.keySet().retainAll(claims.keySet());
        Map<String, SortedSet<Relation>> relations = new HashMap<>();
        for (Claim claim : claims.values()) {
            Processed good = claim.good();
            if (good != null) {
                for (RelationRules.Edge edge : good.edges()) {
                    relations
                            .computeIfAbsent(edge.source().toString(), k -> new TreeSet<>())
                            .add(new Relation(edge.type(), edge.target()));
                }
            }
        }
        Map<String, Stitched> stitched = new LinkedHashMap<>();
        claims.forEach((ref, claim) -> {
            Processed good = claim.good();
            if (good != null) {
                Stitched known = before.get(ref);
                Recipe recipe =
                        new Recipe(good, relations.getOrDefault(ref, new TreeSet<>()), claim.errors(), claim.orphan());
                boolean same = recipe.equals(recipes.put(ref, recipe));
                Stitched made = known != null && same
                        ? new Stitched(
                                known.entity(), known.hash(), claim.locationKey(), claim.origin(), claim.parents())
                        : one(claim, good, recipe.relations(), known);
                if (made != null) {
                    stitched.put(ref, made);
                }
            }
        });
        return stitched;
    }

    private @Nullable Stitched one(
            Claim claim, Processed good, SortedSet<Relation> relations, @Nullable Stitched known) {
        // Only the levels that are changed below are copied; the rest is shared, and nobody changes it.
        ObjectNode entity = shallow(good.entity());
        ObjectNode metadata = shallow((ObjectNode) good.entity().path("metadata"));
        entity.set("metadata", metadata);
        if (metadata.get("annotations") instanceof ObjectNode written) {
            ObjectNode annotations = shallow(written);
            metadata.set("annotations", annotations);
            if (claim.orphan()) {
                annotations.put(ORPHAN, "true");
            }
            for (String key : List.of("backstage.io/view-url", "backstage.io/edit-url")) {
                if (LocationSpec.isScript(annotations.path(key).asString(""))) {
                    annotations.put(key, REJECTED);
                }
            }
        }
        ArrayNode list = entity.putArray("relations");
        for (Relation relation : relations) {
            list.addObject()
                    .put("type", relation.type())
                    .put("targetRef", relation.target().toString());
        }
        if (!claim.errors().isEmpty()) {
            status(entity, claim.errors());
        }
        String hash = Root.sha1(stable(entity));
        if (known != null && known.hash().equals(hash)) {
            return new Stitched(known.entity(), hash, claim.locationKey(), claim.origin(), claim.parents());
        }
        metadata.put(
                "uid",
                known == null ? UUID.randomUUID().toString() : known.entity().uid());
        if (!metadata.hasNonNull("etag")) {
            metadata.put("etag", hash);
        }
        try {
            return new Stitched(new Entity(entity), hash, claim.locationKey(), claim.origin(), claim.parents());
        } catch (Problem e) {
            mistakes.add(new Round.Mistake(
                    dev.polder.kernel.model.Where.of(
                            LocationSpec.parse(claim.locationKey()).target()),
                    e.detail() + " in " + claim.ref(),
                    known != null));
            recipes.remove(claim.ref());
            return known;
        }
    }

    private static ObjectNode shallow(ObjectNode object) {
        ObjectNode copy = JsonNodeFactory.instance.objectNode();
        copy.setAll(object);
        return copy;
    }

    private static void status(ObjectNode entity, List<EntityProblem> errors) {
        ObjectNode status = entity.get("status") instanceof ObjectNode own ? shallow(own) : entity.objectNode();
        ArrayNode items = entity.arrayNode();
        status.path("items").forEach(items::add);
        for (EntityProblem error : errors) {
            ObjectNode item = items.addObject()
                    .put("type", PROCESSING)
                    .put("level", "error")
                    .put("message", error.toString());
            item.set("error", json(error));
        }
        status.set("items", items);
        entity.set("status", status);
    }

    /** An error as Backstage serialises it. */
    static ObjectNode json(EntityProblem error) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("name", error.name()).put("message", error.message());
        if (error.cause() != null) {
            json.set("cause", json(error.cause()));
        }
        return json;
    }

    /** What was stored as final, without all that stitching adds. */
    static ObjectNode unstitched(ObjectNode entity) {
        ObjectNode plain = entity.deepCopy();
        plain.remove("relations");
        plain.remove("status");
        if (plain.get("metadata") instanceof ObjectNode metadata) {
            metadata.remove("uid");
            metadata.remove("etag");
            if (metadata.get("annotations") instanceof ObjectNode annotations) {
                annotations.remove(ORPHAN);
            }
        }
        return plain;
    }

    /** JSON with sorted keys, which the hash is taken of. */
    static String stable(JsonNode node) {
        StringBuilder text = new StringBuilder();
        write(node, text);
        return text.toString();
    }

    private static void write(JsonNode node, StringBuilder text) {
        if (node.isObject()) {
            Map<String, JsonNode> sorted = new TreeMap<>();
            node.properties().forEach(field -> sorted.put(field.getKey(), field.getValue()));
            String separator = "{";
            for (Map.Entry<String, JsonNode> field : sorted.entrySet()) {
                text.append(separator).append(quoted(field.getKey())).append(':');
                write(field.getValue(), text);
                separator = ",";
            }
            text.append(sorted.isEmpty() ? "{}" : "}");
        } else if (node.isArray()) {
            text.append('[');
            for (int i = 0; i < node.size(); i++) {
                text.append(i == 0 ? "" : ",");
                write(node.path(i), text);
            }
            text.append(']');
        } else {
            text.append(node.isString() ? quoted(node.asString()) : node.isNull() ? "null" : JsNumbers.text(node));
        }
    }

    private static String quoted(String text) {
        return JsonNodeFactory.instance.stringNode(text).toString();
    }
}
