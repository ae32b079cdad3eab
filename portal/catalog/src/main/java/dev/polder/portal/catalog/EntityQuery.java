package dev.polder.portal.catalog;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A question to the catalogue with Backstage's by-query rules: entities without the order field are left out, ties go
 * by uid.
 *
 * @param where the condition, or null for all
 * @param order the field to sort by, or null for by uid
 * @param text a text that a field must contain, or null
 * @param limit entities on a page; 0 only counts
 * @param offset entities to skip on the first page
 * @param countTotal whether {@link EntityPage#totalItems()} is wanted
 * @param cursor a page's {@code nextCursor} or {@code prevCursor}; then only {@code limit} is read beside it
 */
public record EntityQuery(
        @Nullable EntityPredicate where,
        @Nullable Order order,
        @Nullable Text text,
        int limit,
        int offset,
        boolean countTotal,
        @Nullable String cursor) {

    /** Backstage's page size where none is given. */
    public static final int DEFAULT_LIMIT = 200;

    /**
     * @param field a flattened path
     */
    public record Order(String field, boolean descending) {}

    /**
     * A text to look for, with SQL's {@code %} and {@code _} as wildcards.
     *
     * @param fields where; empty for the order field, or the uid when there is none
     */
    public record Text(String term, List<String> fields) {
        public Text {
            fields = List.copyOf(fields);
        }
    }

    /** Everything, by uid. */
    public static EntityQuery all() {
        return new EntityQuery(null, null, null, DEFAULT_LIMIT, 0, true, null);
    }

    /** What matches, by uid. */
    public static EntityQuery where(EntityPredicate condition) {
        return new EntityQuery(condition, null, null, DEFAULT_LIMIT, 0, true, null);
    }

    /** The page that a cursor stands for. */
    public static EntityQuery page(String cursor) {
        return new EntityQuery(null, null, null, DEFAULT_LIMIT, 0, true, cursor);
    }

    public EntityQuery orderBy(String field, boolean descending) {
        return new EntityQuery(where, new Order(field, descending), text, limit, offset, countTotal, cursor);
    }

    public EntityQuery containing(String term, String... fields) {
        return new EntityQuery(where, order, new Text(term, List.of(fields)), limit, offset, countTotal, cursor);
    }

    public EntityQuery limit(int entities) {
        return new EntityQuery(where, order, text, entities, offset, countTotal, cursor);
    }

    public EntityQuery offset(int entities) {
        return new EntityQuery(where, order, text, limit, entities, countTotal, cursor);
    }

    public EntityQuery withoutTotal() {
        return new EntityQuery(where, order, text, limit, offset, false, cursor);
    }

    /**
     * One page of answers.
     *
     * @param items the entities in order
     * @param totalItems all that match; 0 when not counted
     * @param nextCursor base64 JSON, absent on the last page
     * @param prevCursor base64 JSON, absent on the first page
     */
    public record EntityPage(
            List<Entity> items, int totalItems, Optional<String> nextCursor, Optional<String> prevCursor) {}
}
