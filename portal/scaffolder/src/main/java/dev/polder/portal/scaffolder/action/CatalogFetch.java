package dev.polder.portal.scaffolder.action;

import dev.polder.kernel.model.EntityRef;
import dev.polder.kernel.model.Problem;
import dev.polder.portal.scaffolder.ActionContext;
import dev.polder.portal.scaffolder.Catalogue;
import dev.polder.portal.scaffolder.TemplateAction;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@code catalog:fetch}: reads one entity or several. */
final class CatalogFetch implements TemplateAction {

    private static final JsonNode INPUT = Schemas.parse("""
            {"type":"object","properties":{
              "entityRef":{"type":"string","description":"Reference of one entity"},
              "entityRefs":{"type":"array","items":{"type":"string"},"description":"References of several"},
              "optional":{"type":"boolean","description":"Do not fail when one is not there"},
              "defaultKind":{"type":"string","description":"Kind of references that name none"},
              "defaultNamespace":{"type":"string","description":"Namespace of references that name none"}}}""");

    private static final JsonNode OUTPUT = Schemas.parse("""
            {"type":"object","properties":{
              "entity":{"type":"object","description":"The entity"},
              "entities":{"type":"array","items":{"type":"object"},"description":"The entities, null where not found"}}}""");

    private final Catalogue catalogue;

    CatalogFetch(Catalogue catalogue) {
        this.catalogue = catalogue;
    }

    @Override
    public String id() {
        return "catalog:fetch";
    }

    @Override
    public String description() {
        return "Reads an entity, or several, from the catalogue.";
    }

    @Override
    public JsonNode inputSchema() {
        return INPUT;
    }

    @Override
    public Optional<JsonNode> outputSchema() {
        return Optional.of(OUTPUT);
    }

    @Override
    public boolean supportsDryRun() {
        return true;
    }

    @Override
    public void run(ActionContext context) {
        JsonNode many = context.input().path("entityRefs");
        Optional<String> one = context.text("entityRef");
        if (one.isEmpty() && many.isEmpty()) {
            if (context.flag("optional")) {
                return;
            }
            throw Problem.invalid("Missing entity reference or references (expected: entityRef or entityRefs)");
        }
        one.ifPresent(ref -> {
            Optional<ObjectNode> entity = find(context, ref);
            context.output("entity", entity.isPresent() ? entity.get() : JsonNodeFactory.instance.nullNode());
        });
        if (!many.isEmpty()) {
            ArrayNode entities = JsonNodeFactory.instance.arrayNode();
            many.forEach(ref -> {
                Optional<ObjectNode> entity = find(context, ref.asString());
                entities.add(entity.isPresent() ? entity.get() : JsonNodeFactory.instance.nullNode());
            });
            context.output("entities", entities);
        }
    }

    private Optional<ObjectNode> find(ActionContext context, String written) {
        EntityRef ref = EntityRef.parse(
                written,
                context.text("defaultKind").orElse(null),
                context.text("defaultNamespace").orElse(EntityRef.DEFAULT_NAMESPACE));
        Optional<ObjectNode> entity = catalogue.entity(ref, context.principal());
        if (entity.isEmpty() && !context.flag("optional")) {
            throw Problem.notFound("Entity " + ref + " not found");
        }
        return entity;
    }
}
