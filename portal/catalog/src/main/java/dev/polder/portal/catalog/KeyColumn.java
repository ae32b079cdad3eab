package dev.polder.portal.catalog;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;

/**
 * All rows of one key, sorted by value and then by entity.
 *
 * <p>Rows are appended while the index is built and sorted at the first question, because most keys (annotations of a
 * single entity, say) are never asked for. After that it is immutable and safe for any thread.
 */
final class KeyColumn {

    private record Cell(@Nullable String value, @Nullable String original, int entity) {}

    /** The sorted form. {@code starts[i]} to {@code starts[i + 1]} are the rows of {@code values[i]}. */
    @SuppressWarnings("ArrayRecordComponent") // an arrangement of arrays that never leaves this class
    private record Sorted(
            String[] values,
            int[] starts,
            int[] entities,
            String[] originals,
            RoaringBitmap having,
            RoaringBitmap all) {}

    private List<Cell> cells = new ArrayList<>(2);
    private volatile @Nullable Sorted sorted;

    void add(@Nullable String value, @Nullable String original, int entity) {
        cells.add(new Cell(value, original, entity));
    }

    private Sorted sorted() {
        Sorted ready = sorted;
        return ready != null ? ready : sort();
    }

    private synchronized Sorted sort() {
        Sorted ready = sorted;
        if (ready != null) {
            return ready;
        }
        RoaringBitmap all = new RoaringBitmap();
        RoaringBitmap having = new RoaringBitmap();
        List<Cell> rows = new ArrayList<>(cells.size());
        for (Cell cell : cells) {
            all.add(cell.entity());
            if (cell.value() != null) {
                having.add(cell.entity());
                rows.add(cell);
            }
        }
        rows.sort((a, b) -> {
            int byValue = CodePoints.compare(valueOf(a), valueOf(b));
            return byValue != 0 ? byValue : Integer.compare(a.entity(), b.entity());
        });
        List<String> values = new ArrayList<>();
        int[] starts = new int[rows.size() + 1];
        int[] entities = new int[rows.size()];
        String[] originals = new String[rows.size()];
        for (int i = 0; i < entities.length; i++) {
            Cell row = rows.get(i);
            String value = valueOf(row);
            if (values.isEmpty() || !values.getLast().equals(value)) {
                starts[values.size()] = i;
                values.add(value);
            }
            entities[i] = row.entity();
            originals[i] = row.original() == null ? value : row.original();
        }
        starts[values.size()] = entities.length;
        ready = new Sorted(
                values.toArray(String[]::new),
                Arrays.copyOf(starts, values.size() + 1),
                entities,
                originals,
                having,
                all);
        sorted = ready;
        cells = List.of();
        return ready;
    }

    private static String valueOf(Cell cell) {
        return cell.value() == null ? "" : cell.value();
    }

    /** The entities that have the key, whatever its value. Not to be changed. */
    RoaringBitmap existing() {
        return sorted().all();
    }

    /** The entities that have the key with a value that can be compared. Not to be changed. */
    RoaringBitmap having() {
        return sorted().having();
    }

    /** The entities with this value, in lower case. */
    RoaringBitmap equal(String value) {
        Sorted rows = sorted();
        int at = Arrays.binarySearch(rows.values(), value, CodePoints.ORDER);
        return at < 0 ? new RoaringBitmap() : range(rows, at, at + 1);
    }

    /** The entities with a value that starts so. */
    RoaringBitmap startingWith(String prefix) {
        Sorted rows = sorted();
        int from = insertion(rows, prefix);
        int to = from;
        while (to < rows.values().length && rows.values()[to].startsWith(prefix)) {
            to++;
        }
        return range(rows, from, to);
    }

    /** The entities with a value that the test accepts. */
    RoaringBitmap matching(Predicate<String> test) {
        Sorted rows = sorted();
        RoaringBitmap found = new RoaringBitmap();
        for (int i = 0; i < rows.values().length; i++) {
            if (test.test(rows.values()[i])) {
                found.or(range(rows, i, i + 1));
            }
        }
        return found;
    }

    private static RoaringBitmap range(Sorted rows, int fromValue, int toValue) {
        RoaringBitmap found = new RoaringBitmap();
        for (int i = rows.starts()[fromValue]; i < rows.starts()[toValue]; i++) {
            found.add(rows.entities()[i]);
        }
        return found;
    }

    private static int insertion(Sorted rows, String value) {
        int at = Arrays.binarySearch(rows.values(), value, CodePoints.ORDER);
        return at < 0 ? -at - 1 : at;
    }

    /** How many rows have a value; rows are numbered from 0 in their order. */
    int size() {
        return sorted().entities().length;
    }

    int entityAt(int row) {
        return sorted().entities()[row];
    }

    /** The value of a row, lower case. */
    String valueAt(int row) {
        Sorted rows = sorted();
        int at = Arrays.binarySearch(rows.starts(), row);
        return rows.values()[at < 0 ? -at - 2 : at];
    }

    /** The first row at or after this value and entity number. */
    int rowAtOrAfter(String value, int entity) {
        Sorted rows = sorted();
        int at = Arrays.binarySearch(rows.values(), value, CodePoints.ORDER);
        if (at < 0) {
            return rows.starts()[-at - 1];
        }
        int row = Arrays.binarySearch(rows.entities(), rows.starts()[at], rows.starts()[at + 1], entity);
        return row < 0 ? -row - 1 : row;
    }

    /** How often each value stands in the rows of these entities, or of all; in the case it was written, sorted. */
    Map<String, Integer> counts(@Nullable RoaringBitmap among) {
        Sorted rows = sorted();
        Map<String, Integer> counts = new TreeMap<>(CodePoints.ORDER);
        for (int i = 0; i < rows.entities().length; i++) {
            if (among == null || among.contains(rows.entities()[i])) {
                counts.merge(rows.originals()[i], 1, Integer::sum);
            }
        }
        return counts;
    }
}
