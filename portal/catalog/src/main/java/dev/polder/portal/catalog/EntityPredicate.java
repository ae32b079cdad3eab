package dev.polder.portal.catalog;

import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A condition on entities, Backstage's filter predicate. Keys and values are compared in lower case.
 *
 * <p>Keys are the flattened paths of the search index: {@code kind}, {@code spec.type},
 * {@code metadata.annotations.backstage.io/orphan}, {@code relations.ownedBy}.
 */
public sealed interface EntityPredicate {

    /** Every part holds; true when there is none. */
    record All(List<EntityPredicate> parts) implements EntityPredicate {
        public All {
            parts = List.copyOf(parts);
        }
    }

    /** At least one part holds; false when there is none. */
    record Any(List<EntityPredicate> parts) implements EntityPredicate {
        public Any {
            parts = List.copyOf(parts);
        }
    }

    /** The part does not hold. */
    record Not(EntityPredicate part) implements EntityPredicate {}

    /** The entity has the key, with whatever value. */
    record Exists(String key) implements EntityPredicate {
        public Exists {
            key = lower(key);
        }
    }

    /** The entity has the key with one of these values. */
    record In(String key, List<String> values) implements EntityPredicate {
        public In {
            key = lower(key);
            values = values.stream().map(EntityPredicate::lower).toList();
        }
    }

    /** The entity has the key with a value that starts so. */
    record Prefix(String key, String prefix) implements EntityPredicate {
        public Prefix {
            key = lower(key);
            prefix = lower(prefix);
        }
    }

    /** Holds for every entity. */
    static EntityPredicate everything() {
        return new All(List.of());
    }

    /** {@code key = value}. */
    static EntityPredicate equal(String key, String value) {
        return new In(key, List.of(value));
    }

    /** Every part holds. */
    static EntityPredicate all(EntityPredicate... parts) {
        return new All(List.of(parts));
    }

    /** At least one part holds. */
    static EntityPredicate any(EntityPredicate... parts) {
        return new Any(List.of(parts));
    }

    /** The predicate in Backstage's JSON form, as it stands in cursors. */
    default JsonNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        switch (this) {
            case All all -> list(json.putArray("$all"), all.parts());
            case Any any -> list(json.putArray("$any"), any.parts());
            case Not not -> json.set("$not", not.part().toJson());
            case Exists exists -> json.putObject(exists.key()).put("$exists", true);
            case Prefix prefix -> json.putObject(prefix.key()).put("$hasPrefix", prefix.prefix());
            case In in
            when in.values().size() == 1 -> json.put(in.key(), in.values().getFirst());
            case In in -> in.values().forEach(json.putObject(in.key()).putArray("$in")::add);
        }
        return json;
    }

    private static void list(ArrayNode array, List<EntityPredicate> parts) {
        parts.forEach(part -> array.add(part.toJson()));
    }

    private static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }
}
