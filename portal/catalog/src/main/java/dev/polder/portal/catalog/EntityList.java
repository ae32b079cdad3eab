package dev.polder.portal.catalog;

import dev.polder.portal.catalog.EntityQuery.Order;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;

/**
 * The older list, {@code GET /entities} with {@code limit}, {@code offset} or {@code after}: unlike by-query it keeps
 * the entities without the order field, last, and honours every order field.
 */
final class EntityList {

    /** One combination of order values of one entity. */
    @SuppressWarnings("ArrayRecordComponent") // lives within one question
    private record Row(int number, @Nullable String[] values) {}

    private final CatalogIndex index;

    EntityList(CatalogIndex index) {
        this.index = index;
    }

    /** At most {@code limit} entities from {@code offset} on; a negative limit means all. */
    List<Entity> slice(@Nullable EntityPredicate where, List<Order> orders, int offset, int limit) {
        RoaringBitmap matching = index.matching(where == null ? EntityPredicate.everything() : where);
        List<Entity> found = new ArrayList<>();
        int end = limit < 0 ? Integer.MAX_VALUE : (int) Math.min(Integer.MAX_VALUE, (long) offset + limit);
        int position = 0;
        for (int number : order(matching, orders)) {
            if (position >= end) {
                break;
            }
            if (position++ >= offset) {
                found.add(index.entity(number));
            }
        }
        return found;
    }

    private int[] order(RoaringBitmap matching, List<Order> orders) {
        if (orders.isEmpty()) {
            int[] sorted = index.inRefOrder();
            return java.util.Arrays.stream(sorted).filter(matching::contains).toArray();
        }
        if (orders.size() == 1) {
            return byOne(matching, orders.getFirst());
        }
        List<Row> rows = new ArrayList<>();
        for (int number : matching) {
            rows.add(new Row(number, new @Nullable String[orders.size()]));
        }
        for (int i = 0; i < orders.size(); i++) {
            rows = joined(rows, index.column(orders.get(i).field()), i);
        }
        rows.sort(comparator(orders));
        return rows.stream().mapToInt(Row::number).toArray();
    }

    private int[] byOne(RoaringBitmap matching, Order order) {
        KeyColumn column = index.column(order.field());
        List<Integer> numbers = new ArrayList<>();
        int size = column.size();
        int from = 0;
        while (from < size) {
            // Rows of one value keep the order of uids in both directions here; only the values turn round.
            int start = order.descending() ? size - 1 - from : from;
            String value = column.valueAt(start);
            int low = start;
            int high = start + 1;
            while (low > 0 && column.valueAt(low - 1).equals(value)) {
                low--;
            }
            while (high < size && column.valueAt(high).equals(value)) {
                high++;
            }
            for (int row = low; row < high; row++) {
                if (matching.contains(column.entityAt(row))) {
                    numbers.add(column.entityAt(row));
                }
            }
            from += high - low;
        }
        for (int number : RoaringBitmap.andNot(matching, column.having())) {
            numbers.add(number);
        }
        return numbers.stream().mapToInt(Integer::intValue).toArray();
    }

    private static List<Row> joined(List<Row> rows, KeyColumn column, int place) {
        java.util.Map<Integer, List<String>> values = new java.util.HashMap<>();
        for (int row = 0; row < column.size(); row++) {
            values.computeIfAbsent(column.entityAt(row), k -> new ArrayList<>()).add(column.valueAt(row));
        }
        List<Row> all = new ArrayList<>(rows.size());
        for (Row row : rows) {
            for (String value : values.getOrDefault(row.number(), List.of())) {
                @Nullable String[] copy = row.values().clone();
                copy[place] = value;
                all.add(new Row(row.number(), copy));
            }
            if (!values.containsKey(row.number())) {
                all.add(row);
            }
        }
        return all;
    }

    private static Comparator<Row> comparator(List<Order> orders) {
        return (a, b) -> {
            for (int i = 0; i < orders.size(); i++) {
                String x = a.values()[i];
                String y = b.values()[i];
                if (x == null || y == null) {
                    if (x != y) {
                        return x == null ? 1 : -1;
                    }
                    continue;
                }
                int byValue = CodePoints.compare(x, y);
                if (byValue != 0) {
                    return orders.get(i).descending() ? -byValue : byValue;
                }
            }
            return Integer.compare(a.number(), b.number());
        };
    }
}
