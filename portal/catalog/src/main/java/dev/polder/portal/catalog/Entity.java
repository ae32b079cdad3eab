package dev.polder.portal.catalog;

import dev.polder.kernel.model.EntityRef;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * One final entity: what the API answers, and a typed view of what everybody asks for.
 *
 * <p>Immutable by contract: nobody changes {@link #json()} after the entity was made.
 */
public final class Entity {

    private final ObjectNode json;
    private final EntityRef ref;
    private final List<SearchRows.Row> rows;

    /**
     * Wraps a final entity: envelope, {@code metadata.uid}, {@code relations}.
     *
     * @throws dev.polder.kernel.model.Problem INVALID when two of its keys differ only in case
     */
    Entity(ObjectNode json) {
        this.json = json;
        JsonNode metadata = json.path("metadata");
        this.ref = EntityRef.of(
                json.path("kind").asString(),
                metadata.path("namespace").asString(EntityRef.DEFAULT_NAMESPACE),
                metadata.path("name").asString());
        this.rows = SearchRows.of(json);
    }

    /** What filters, orders and facets look at; kept, because every change anywhere builds the index anew. */
    List<SearchRows.Row> rows() {
        return rows;
    }

    /** The whole entity as served; must not be changed. */
    public ObjectNode json() {
        return json;
    }

    public EntityRef ref() {
        return ref;
    }

    /** The kind in the case it was written, such as {@code Component}. */
    public String kind() {
        return json.path("kind").asString();
    }

    /** A UUID, stable while the entity stays in the catalogue. */
    public String uid() {
        return json.path("metadata").path("uid").asString("");
    }

    /** Changes whenever the entity does. */
    public String etag() {
        return json.path("metadata").path("etag").asString("");
    }

    /** The title, or the name where there is none. */
    public String title() {
        return json.path("metadata").path("title").asString(ref.name());
    }

    /** An annotation's value. */
    public Optional<String> annotation(String key) {
        return text(json.path("metadata").path("annotations").get(key));
    }

    /** A text field of {@code spec}, such as {@code owner}. */
    public Optional<String> spec(String field) {
        return text(json.path("spec").get(field));
    }

    /** All relations, sorted by type and target. */
    public List<Relation> relations() {
        List<Relation> relations = new ArrayList<>();
        for (JsonNode relation : json.path("relations")) {
            relations.add(new Relation(
                    relation.path("type").asString(),
                    EntityRef.parse(relation.path("targetRef").asString())));
        }
        return relations;
    }

    /** The targets of one relation type, such as {@code ownedBy}. */
    public List<EntityRef> targets(String relationType) {
        return relations().stream()
                .filter(relation -> relation.type().equals(relationType))
                .map(Relation::target)
                .toList();
    }

    private static Optional<String> text(@Nullable JsonNode node) {
        return node != null && node.isString() ? Optional.of(node.asString()) : Optional.empty();
    }

    @Override
    public String toString() {
        return ref.toString();
    }
}
