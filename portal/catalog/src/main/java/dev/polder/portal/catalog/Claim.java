package dev.polder.portal.catalog;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * An entity reference as one round of processing found it taken.
 *
 * @param locationKey the location that owns the reference; another one that names it too is refused
 * @param origin the root that it was reached from
 * @param good what is served: this round's result, the last good one, or null when there never was any
 * @param parents the Location entities that name it; empty for roots
 * @param root whether the catalogue's own settings name it, so that it needs no parent
 * @param errors what is wrong with it, for its status
 */
record Claim(
        String ref,
        String locationKey,
        String origin,
        @Nullable Processed good,
        Set<String> parents,
        boolean root,
        List<EntityProblem> errors) {

    Claim {
        parents = java.util.Collections.unmodifiableSet(new TreeSet<>(parents));
        errors = List.copyOf(errors);
    }

    Claim withParent(String parent) {
        Set<String> more = new TreeSet<>(parents);
        more.add(parent);
        return new Claim(ref, locationKey, origin, good, more, root, errors);
    }

    Claim withErrors(List<EntityProblem> found) {
        return new Claim(ref, locationKey, origin, good, parents, root, found);
    }

    /** The same without anybody that names it. */
    Claim orphaned() {
        return new Claim(ref, locationKey, origin, good, Set.of(), false, List.of());
    }

    boolean orphan() {
        return !root && parents.isEmpty();
    }
}
