package dev.polder.portal.catalog;

import dev.polder.portal.catalog.EntityQuery.EntityPage;
import dev.polder.portal.catalog.EntityQuery.Order;
import dev.polder.portal.catalog.EntityQuery.Text;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;

/**
 * Answers by-query questions from an index: filter, full text, order by one key, paging in both directions.
 *
 * <p>A list is a sequence of rows, not of entities: an entity with two tags stands twice in a list ordered by tag, as it
 * does in Backstage.
 */
final class Queries {

    /** A row of a list: the entity, and the value that it is sorted by when the list is ordered. */
    private record Row(@Nullable String value, String uid, Entity entity) {
        List<String> position() {
            return value == null ? List.of(uid) : List.of(value, uid);
        }
    }

    private final CatalogIndex index;

    Queries(CatalogIndex index) {
        this.index = index;
    }

    EntityPage answer(EntityQuery query) {
        Cursor cursor = query.cursor() == null
                ? new Cursor(query.where(), query.order(), query.text(), List.of(), false, null, null)
                : Cursor.decode(query.cursor());
        boolean first = query.cursor() == null;
        RoaringBitmap matching = index.matching(cursor.where() == null ? EntityPredicate.everything() : cursor.where());
        Order order = cursor.order();
        String sortKey = order == null ? null : order.field().toLowerCase(Locale.ROOT);
        Predicate<String> rowFilter = null;
        Text text = cursor.text();
        if (text != null && !text.term().isBlank()) {
            Predicate<String> like = LikePattern.containing(text.term().trim().toLowerCase(Locale.ROOT));
            List<String> fields =
                    text.fields().isEmpty() ? List.of(sortKey == null ? "metadata.uid" : sortKey) : text.fields();
            matching.and(containing(fields, like));
            if (fields.size() == 1 && fields.getFirst().equals(sortKey)) {
                rowFilter = like;
            }
        }
        if (sortKey != null) {
            matching.and(index.column(sortKey).having());
        }
        int total = cursor.totalItems() != null
                ? cursor.totalItems()
                : first && query.countTotal() ? matching.getCardinality() : 0;
        int wanted = cursor.backwards() ? query.limit() : query.limit() + 1;
        int skip = first ? query.offset() : 0;
        List<Row> rows = query.limit() == 0
                ? new ArrayList<>()
                : sortKey == null || order == null
                        ? byUid(matching, cursor, skip, wanted)
                        : byValue(index.column(sortKey), order, matching, rowFilter, cursor, skip, wanted);
        return page(query, cursor, rows, total);
    }

    private static EntityPage page(EntityQuery query, Cursor cursor, List<Row> rows, int total) {
        if (cursor.backwards()) {
            Collections.reverse(rows);
        }
        boolean more = query.limit() > 0 && (cursor.backwards() || rows.size() > query.limit());
        if (rows.size() > query.limit()) {
            rows.removeLast();
        }
        List<Entity> items = rows.stream().map(Row::entity).toList();
        if (rows.isEmpty()) {
            return new EntityPage(items, total, Optional.empty(), Optional.empty());
        }
        List<String> firstOfAll =
                cursor.first() != null ? cursor.first() : rows.getFirst().position();
        Optional<String> next =
                more ? Optional.of(at(cursor, rows.getLast().position(), false, firstOfAll, total)) : Optional.empty();
        List<String> edge = rows.getFirst().position();
        Optional<String> previous = cursor.first() != null && !edge.equals(cursor.first())
                ? Optional.of(at(cursor, edge, true, firstOfAll, total))
                : Optional.empty();
        return new EntityPage(items, total, next, previous);
    }

    private static String at(Cursor cursor, List<String> edge, boolean backwards, List<String> first, int total) {
        return new Cursor(cursor.where(), cursor.order(), cursor.text(), edge, backwards, first, total).encode();
    }

    private RoaringBitmap containing(List<String> fields, Predicate<String> like) {
        RoaringBitmap found = new RoaringBitmap();
        for (String field : fields) {
            found.or(index.column(field.toLowerCase(Locale.ROOT)).matching(like));
        }
        return found;
    }

    private List<Row> byUid(RoaringBitmap matching, Cursor cursor, int skip, int wanted) {
        List<Row> rows = new ArrayList<>();
        int[] numbers = matching.toArray();
        int step = cursor.backwards() ? -1 : 1;
        int at = cursor.backwards() ? numbers.length - 1 : 0;
        if (!cursor.at().isEmpty()) {
            String uid = cursor.at().getFirst();
            int number = index.numberAtOrAfterUid(uid);
            boolean present =
                    number < index.size() && index.entity(number).uid().equals(uid);
            int position = java.util.Arrays.binarySearch(numbers, number);
            int insertion = position < 0 ? -position - 1 : position;
            boolean onRow = position >= 0 && present;
            at = cursor.backwards() ? insertion - 1 : onRow ? insertion + 1 : insertion;
        }
        for (at += step * skip; at >= 0 && at < numbers.length && rows.size() < wanted; at += step) {
            Entity entity = index.entity(numbers[at]);
            rows.add(new Row(null, entity.uid(), entity));
        }
        return rows;
    }

    private List<Row> byValue(
            KeyColumn column,
            Order order,
            RoaringBitmap matching,
            @Nullable Predicate<String> rowFilter,
            Cursor cursor,
            int skip,
            int wanted) {
        List<Row> rows = new ArrayList<>();
        boolean up = order.descending() == cursor.backwards();
        int at = up ? 0 : column.size() - 1;
        if (cursor.at().size() == 2) {
            String uid = cursor.at().get(1);
            int number = index.numberAtOrAfterUid(uid);
            int row = column.rowAtOrAfter(cursor.at().getFirst(), number);
            boolean onRow = row < column.size()
                    && column.entityAt(row) == number
                    && index.entity(number).uid().equals(uid)
                    && column.valueAt(row).equals(cursor.at().getFirst());
            at = up ? (onRow ? row + 1 : row) : row - 1;
        }
        int toSkip = skip;
        for (int step = up ? 1 : -1; at >= 0 && at < column.size() && rows.size() < wanted; at += step) {
            if (!matching.contains(column.entityAt(at))) {
                continue;
            }
            String value = column.valueAt(at);
            if (rowFilter != null && !rowFilter.test(value)) {
                continue;
            }
            if (toSkip > 0) {
                toSkip--;
                continue;
            }
            Entity entity = index.entity(column.entityAt(at));
            rows.add(new Row(value, entity.uid(), entity));
        }
        return rows;
    }
}
