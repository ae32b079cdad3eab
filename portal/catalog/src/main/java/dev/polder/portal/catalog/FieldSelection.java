package dev.polder.portal.catalog;

import dev.polder.kernel.model.Problem;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The {@code fields} parameter: which parts of an entity are wanted, as dotted paths. A dot within a key, as in
 * {@code metadata.annotations.backstage.io/orphan}, is found by trying longer and longer keys.
 */
final class FieldSelection {

    private final List<String[]> paths;

    private FieldSelection(List<String[]> paths) {
        this.paths = paths;
    }

    /**
     * The selection, or null when nothing is selected and so everything is wanted.
     *
     * @param fields paths, each element may hold several joined by commas
     * @throws Problem INVALID for an index such as {@code tags[0]}
     */
    static @Nullable FieldSelection of(List<String> fields) {
        Set<String> wanted = new LinkedHashSet<>();
        for (String joined : fields) {
            for (String field : joined.split(",")) {
                if (!field.isBlank()) {
                    wanted.add(field.trim());
                }
            }
        }
        for (String field : wanted) {
            if (field.contains("[")) {
                throw Problem.invalid("Invalid field \"" + field + "\", array type fields are not supported");
            }
        }
        return wanted.isEmpty()
                ? null
                : new FieldSelection(
                        wanted.stream().map(field -> field.split("\\.", -1)).toList());
    }

    /** A new object with the wanted parts; what is not there is left out. */
    ObjectNode of(ObjectNode entity) {
        ObjectNode selected = JsonNodeFactory.instance.objectNode();
        for (String[] path : paths) {
            List<String> keys = new ArrayList<>();
            JsonNode value = find(entity, path, keys);
            if (value != null) {
                ObjectNode at = selected;
                for (String key : keys.subList(0, keys.size() - 1)) {
                    at = at.get(key) instanceof ObjectNode inner ? inner : at.putObject(key);
                }
                // A copy, because a longer path may add to it and the entity itself must never change.
                at.set(keys.getLast(), value.deepCopy());
            }
        }
        return selected;
    }

    private static @Nullable JsonNode find(JsonNode entity, String[] path, List<String> keys) {
        JsonNode at = entity;
        String key = "";
        boolean pending = false;
        for (String part : path) {
            key = pending ? key + "." + part : part;
            JsonNode inner = at.isObject() ? at.get(key) : null;
            pending = inner == null;
            if (inner != null) {
                keys.add(key);
                at = inner;
            }
        }
        return pending ? null : at;
    }
}
