package dev.polder.portal.scaffolder.action;

import dev.polder.portal.scaffolder.ActionContext;
import dev.polder.portal.scaffolder.TemplateAction;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** {@code catalog:write}: writes an entity as a descriptor, with the template as its origin. */
final class CatalogWrite implements TemplateAction {

    private static final JsonNode INPUT = Schemas.parse("""
            {"type":"object","required":["entity"],"properties":{
              "filePath":{"type":"string","description":"File in the workspace; catalog-info.yaml by default"},
              "entity":{"type":"object","description":"The entity"}}}""");

    @Override
    public String id() {
        return "catalog:write";
    }

    @Override
    public String description() {
        return "Writes an entity to catalog-info.yaml.";
    }

    @Override
    public JsonNode inputSchema() {
        return INPUT;
    }

    @Override
    public boolean supportsDryRun() {
        return true;
    }

    @Override
    public void run(ActionContext context) throws IOException {
        String path = context.text("filePath").orElse("catalog-info.yaml");
        Path file = context.resolve(path);
        ObjectNode entity = ((ObjectNode) context.input().path("entity")).deepCopy();
        if (entity.path("metadata") instanceof ObjectNode metadata) {
            ObjectNode annotations = metadata.path("annotations") instanceof ObjectNode written
                    ? written
                    : metadata.putObject("annotations");
            annotations.put(
                    "backstage.io/source-template", context.templateRef().toString());
        }
        context.log("Writing " + path);
        String yaml = new Dump(DumpSettings.builder()
                        .setDefaultFlowStyle(FlowStyle.BLOCK)
                        .setIndent(2)
                        .build())
                .dumpToString(JsonMapper.shared().convertValue(entity, Map.class));
        FileTrees.write(file, yaml.getBytes(StandardCharsets.UTF_8), Optional.empty());
    }
}
