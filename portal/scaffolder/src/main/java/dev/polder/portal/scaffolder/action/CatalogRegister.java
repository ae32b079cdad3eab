package dev.polder.portal.scaffolder.action;

import dev.polder.kernel.model.Problem;
import dev.polder.portal.scaffolder.ActionContext;
import dev.polder.portal.scaffolder.Catalogue;
import dev.polder.portal.scaffolder.TemplateAction;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code catalog:register}: registers a descriptor and tells which entity it made. */
final class CatalogRegister implements TemplateAction {

    private static final JsonNode INPUT = Schemas.parse("""
            {"type":"object","oneOf":[
              {"title":"catalogInfoUrl","required":["catalogInfoUrl"],"properties":{
                "catalogInfoUrl":{"type":"string","description":"URL of the descriptor"},
                "optional":{"type":"boolean","description":"Do not fail when there is none"}}},
              {"title":"repoContentsUrl","required":["repoContentsUrl"],"properties":{
                "repoContentsUrl":{"type":"string","description":"URL of the root of the repository's files"},
                "catalogInfoPath":{"type":"string","description":"Path below it; /catalog-info.yaml by default"},
                "optional":{"type":"boolean","description":"Do not fail when there is none"}}}]}""");

    private static final JsonNode OUTPUT = Schemas.parse("""
            {"type":"object","required":["catalogInfoUrl"],"properties":{
              "entityRef":{"type":"string","description":"Reference of the entity"},
              "catalogInfoUrl":{"type":"string","description":"URL of the descriptor"}}}""");

    private final Catalogue catalogue;

    CatalogRegister(Catalogue catalogue) {
        this.catalogue = catalogue;
    }

    @Override
    public String id() {
        return "catalog:register";
    }

    @Override
    public String description() {
        return "Registers entities from a descriptor file in the catalogue.";
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
    public List<Example> examples() {
        return List.of(new Example("Register what was just published", """
                steps:
                  - action: catalog:register
                    id: register
                    input:
                      repoContentsUrl: ${{ steps.publish.output.repoContentsUrl }}
                """));
    }

    @Override
    public void run(ActionContext context) {
        String url = context.text("catalogInfoUrl").orElseGet(() -> {
            String root = context.text("repoContentsUrl").orElse("").replaceFirst("/+$", "");
            String path = context.text("catalogInfoPath").orElse("/catalog-info.yaml");
            return root + (path.startsWith("/") ? "" : "/") + path;
        });
        context.log("Registering " + url + " in the catalog");
        context.output("catalogInfoUrl", url);
        List<ObjectNode> entities;
        try {
            entities = catalogue.register(url, context.principal());
        } catch (Problem e) {
            if (!context.flag("optional")) {
                throw e;
            }
            context.log("Not registered, which this step allows: " + e.getMessage());
            return;
        }
        entities.stream()
                .filter(entity -> entity.path("kind").asString("").equalsIgnoreCase("Component"))
                .findFirst()
                .or(() -> entities.stream()
                        .filter(entity -> !entity.path("metadata")
                                .path("name")
                                .asString("")
                                .startsWith("generated-"))
                        .findFirst())
                .or(() -> entities.stream().findFirst())
                .ifPresent(entity -> context.output("entityRef", ref(entity)));
    }

    static String ref(ObjectNode entity) {
        JsonNode metadata = entity.path("metadata");
        return (entity.path("kind").asString("") + ":"
                        + metadata.path("namespace").asString("default") + "/"
                        + metadata.path("name").asString(""))
                .toLowerCase(Locale.ROOT);
    }
}
