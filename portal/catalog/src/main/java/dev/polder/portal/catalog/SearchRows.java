package dev.polder.portal.catalog;

import dev.polder.kernel.model.EntityRef;
import dev.polder.kernel.model.Problem;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Flattens an entity into the rows that filters, orders and facets look at, by the rules of Backstage's search table:
 * objects by dotted path, arrays at the path itself, and each text in an array also as {@code path.text = true}.
 */
final class SearchRows {

    /** One row; {@code value} is lower case, both are null where only existence can be asked for. */
    record Row(String key, @Nullable String value, @Nullable String original) {}

    /** How a key was written first, and its first value; few keys have a second one. */
    private record First(String rawKey, @Nullable String value) {}

    private record Term(String key, @Nullable String value) {}

    private static final int MAX_LENGTH = 200;
    private static final Set<String> SKIPPED = Set.of(
            "attachments",
            "relations",
            "status",
            "metadata.name",
            "metadata.namespace",
            "metadata.uid",
            "metadata.etag");

    private final List<Row> rows = new ArrayList<>();
    private final Set<String> seenElements = new HashSet<>();
    private final Map<String, First> firsts = new HashMap<>();
    private final Set<Term> more = new HashSet<>();

    private SearchRows() {}

    /**
     * The rows of an entity, without duplicates.
     *
     * @throws Problem INVALID when two keys differ only in case
     */
    static List<Row> of(JsonNode entity) {
        SearchRows search = new SearchRows();
        search.visit("", entity);
        JsonNode metadata = entity.path("metadata");
        search.add("metadata.name", metadata.path("name").asString(""));
        search.add("metadata.namespace", metadata.path("namespace").asString(EntityRef.DEFAULT_NAMESPACE));
        search.add("metadata.uid", metadata.path("uid").asString(""));
        for (JsonNode relation : entity.path("relations")) {
            search.add(
                    "relations." + relation.path("type").asString(),
                    relation.path("targetRef").asString());
        }
        return search.rows;
    }

    private void visit(String path, JsonNode node) {
        if (SKIPPED.contains(path)) {
            return;
        }
        if (node.isObject()) {
            for (Map.Entry<String, JsonNode> field : node.properties()) {
                visit(path.isEmpty() ? field.getKey() : path + "." + field.getKey(), field.getValue());
            }
        } else if (node.isArray()) {
            for (JsonNode item : node) {
                visit(path, item);
                if (item.isString()) {
                    String element = path + "." + item.asString();
                    if (seenElements.add(element.toLowerCase(Locale.ROOT))) {
                        add(element, "true");
                    }
                }
            }
        } else {
            add(path, node.isNull() ? null : JsNumbers.text(node));
        }
    }

    private void add(String rawKey, @Nullable String original) {
        String key = rawKey.toLowerCase(Locale.ROOT);
        String value = original == null ? null : original.toLowerCase(Locale.ROOT);
        if (value != null && value.length() > MAX_LENGTH) {
            value = null;
        }
        First earlier = firsts.get(key);
        if (earlier == null) {
            firsts.put(key, new First(rawKey, value));
        } else if (!earlier.rawKey().equals(rawKey)) {
            throw Problem.invalid("Entity has duplicate keys that vary only in casing, '" + key + "'");
        } else if (Objects.equals(earlier.value(), value) || !more.add(new Term(key, value))) {
            return;
        }
        if (key.length() <= MAX_LENGTH) {
            rows.add(new Row(key, value, value == null ? null : original));
        }
    }
}
