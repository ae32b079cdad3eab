package dev.polder.portal.catalog;

import dev.polder.kernel.model.EntityRef;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/**
 * What became of one descriptor. Compared by identity: the same object means that nothing has changed.
 *
 * <p>{@code entity} is good only when there are no {@code problems}; {@code edges} are the relations it declares, both
 * halves of each.
 */
final class Processed {

    private final EntityRef ref;
    private final ObjectNode entity;
    private final List<RelationRules.Edge> edges;
    private final List<EntityProblem> problems;
    private final List<Placeholders.Dependency> dependencies;

    Processed(
            EntityRef ref,
            ObjectNode entity,
            List<RelationRules.Edge> edges,
            List<EntityProblem> problems,
            List<Placeholders.Dependency> dependencies) {
        this.ref = ref;
        this.entity = entity;
        this.edges = List.copyOf(edges);
        this.problems = List.copyOf(problems);
        this.dependencies = List.copyOf(dependencies);
    }

    EntityRef ref() {
        return ref;
    }

    /** Not to be changed. */
    ObjectNode entity() {
        return entity;
    }

    List<RelationRules.Edge> edges() {
        return edges;
    }

    List<EntityProblem> problems() {
        return problems;
    }

    List<Placeholders.Dependency> dependencies() {
        return dependencies;
    }

    boolean good() {
        return problems.isEmpty();
    }
}
