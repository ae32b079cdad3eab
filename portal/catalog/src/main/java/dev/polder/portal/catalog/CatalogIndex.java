package dev.polder.portal.catalog;

import dev.polder.kernel.model.EntityRef;
import dev.polder.kernel.model.Problem;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;

/**
 * Everything that questions are answered from: the entities, numbered in the order of their uids, and one sorted
 * {@link KeyColumn} per flattened key.
 *
 * <p>Immutable; the catalogue swaps it whole. Numbering by uid makes a bitmap's own order the default order of answers
 * and the tie-break of every other one.
 */
final class CatalogIndex {

    /** The index of an empty catalogue. */
    static final CatalogIndex EMPTY = of(List.of(), Map.of());

    private static final KeyColumn NO_ROWS = new KeyColumn();

    private final Entity[] entities;
    private final Map<String, Integer> byRef = new HashMap<>();
    private final Map<String, Integer> byUid = new HashMap<>();
    private final Map<String, KeyColumn> columns = new HashMap<>();
    private final Map<String, Set<String>> parents;
    private final int[] inRefOrder;
    private final RoaringBitmap all = new RoaringBitmap();

    private CatalogIndex(List<Entity> sorted, Map<String, Set<String>> parents) {
        this.entities = sorted.toArray(Entity[]::new);
        this.parents = parents;
        for (int number = 0; number < entities.length; number++) {
            Entity entity = entities[number];
            byRef.put(entity.ref().toString(), number);
            byUid.put(entity.uid(), number);
            for (SearchRows.Row row : entity.rows()) {
                columns.computeIfAbsent(row.key(), k -> new KeyColumn()).add(row.value(), row.original(), number);
            }
        }
        all.add(0L, (long) entities.length);
        List<String> refs = new ArrayList<>(byRef.keySet());
        refs.sort(CodePoints.ORDER);
        this.inRefOrder = refs.stream().mapToInt(byRef::get).toArray();
    }

    /**
     * Builds an index.
     *
     * @param entities each with a uid and a ref of its own, and with rows that {@link SearchRows} accepts
     * @param parents for each entity the entities whose locations name it
     */
    static CatalogIndex of(Collection<Entity> entities, Map<String, Set<String>> parents) {
        List<Entity> sorted = new ArrayList<>(entities);
        sorted.sort(Comparator.comparing(Entity::uid, CodePoints.ORDER));
        return new CatalogIndex(sorted, Map.copyOf(parents));
    }

    int size() {
        return entities.length;
    }

    Entity entity(int number) {
        return entities[number];
    }

    Optional<Entity> byRef(String canonicalRef) {
        return Optional.ofNullable(byRef.get(canonicalRef)).map(number -> entities[number]);
    }

    Optional<Entity> byRef(EntityRef ref) {
        return byRef(ref.toString());
    }

    @Nullable
    Integer numberOf(String canonicalRef) {
        return byRef.get(canonicalRef);
    }

    Optional<Entity> byUid(String uid) {
        return Optional.ofNullable(byUid.get(uid.toLowerCase(Locale.ROOT))).map(number -> entities[number]);
    }

    /** The entities whose locations name this one; empty for those that nobody names. */
    Set<String> parentsOf(String canonicalRef) {
        return parents.getOrDefault(canonicalRef, Set.of());
    }

    Map<String, Set<String>> parents() {
        return parents;
    }

    /** Entity numbers sorted by reference. Not to be changed. */
    int[] inRefOrder() {
        return inRefOrder;
    }

    /** The number that a uid has, or would have if it were there. */
    int numberAtOrAfterUid(String uid) {
        int low = 0;
        int high = entities.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (CodePoints.compare(entities[middle].uid(), uid) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** The rows of a key in lower case; empty for an unknown key. */
    KeyColumn column(String key) {
        return columns.getOrDefault(key, NO_ROWS);
    }

    Set<String> keys() {
        return columns.keySet();
    }

    List<Entity> entities() {
        return List.of(entities);
    }

    /** The numbers of the entities that a predicate holds for; the caller may change the answer. */
    RoaringBitmap matching(EntityPredicate predicate) {
        return switch (predicate) {
            case EntityPredicate.All parts -> {
                RoaringBitmap found = all.clone();
                for (EntityPredicate part : parts.parts()) {
                    found.and(matching(part));
                }
                yield found;
            }
            case EntityPredicate.Any parts -> {
                RoaringBitmap found = new RoaringBitmap();
                for (EntityPredicate part : parts.parts()) {
                    found.or(matching(part));
                }
                yield found;
            }
            case EntityPredicate.Not not -> RoaringBitmap.andNot(all, matching(not.part()));
            case EntityPredicate.Exists exists ->
                column(exists.key()).existing().clone();
            case EntityPredicate.Prefix prefix -> column(prefix.key()).startingWith(prefix.prefix());
            case EntityPredicate.In in -> {
                KeyColumn column = column(in.key());
                RoaringBitmap found = new RoaringBitmap();
                for (String value : in.values()) {
                    found.or(column.equal(value));
                }
                yield found;
            }
        };
    }

    /**
     * Checks what the rest of the code takes for granted; tests call it after each change.
     *
     * @throws Problem INTERNAL that names the first broken rule
     */
    void checkInvariants() {
        for (int number = 0; number < entities.length; number++) {
            Entity entity = entities[number];
            require(!entity.uid().isEmpty(), entity + " has no uid");
            require(
                    number == 0 || CodePoints.compare(entities[number - 1].uid(), entity.uid()) < 0,
                    "uids out of order at " + entity);
            require(
                    Integer.valueOf(number).equals(byRef.get(entity.ref().toString())),
                    entity + " is not found by ref");
            for (SearchRows.Row row : entity.rows()) {
                KeyColumn column = column(row.key());
                require(column.existing().contains(number), entity + " is missing in the rows of " + row.key());
                require(
                        row.value() == null || column.equal(row.value()).contains(number),
                        entity + " is not found by " + row.key() + "=" + row.value());
            }
        }
        require(byRef.size() == entities.length && inRefOrder.length == entities.length, "two entities share a ref");
        for (KeyColumn column : columns.values()) {
            for (int row = 1; row < column.size(); row++) {
                int byValue = CodePoints.compare(column.valueAt(row - 1), column.valueAt(row));
                require(
                        byValue < 0 || (byValue == 0 && column.entityAt(row - 1) < column.entityAt(row)),
                        "rows out of order at " + column.valueAt(row));
            }
        }
        parents.keySet().forEach(child -> require(byRef.containsKey(child), "parents of an unknown " + child));
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw Problem.internal("catalogue index: " + otherwise, null);
        }
    }
}
