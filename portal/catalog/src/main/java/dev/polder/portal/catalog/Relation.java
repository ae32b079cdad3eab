package dev.polder.portal.catalog;

import dev.polder.kernel.model.EntityRef;

/**
 * A directed edge of the catalogue, seen from the entity that holds it.
 *
 * @param type such as {@code ownedBy}
 * @param target the other end; it need not exist
 */
public record Relation(String type, EntityRef target) implements Comparable<Relation> {
    @Override
    public int compareTo(Relation other) {
        int byType = type.compareTo(other.type);
        return byType != 0 ? byType : target.compareTo(other.target);
    }
}
