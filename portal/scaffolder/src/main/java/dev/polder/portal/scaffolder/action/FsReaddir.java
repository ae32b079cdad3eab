package dev.polder.portal.scaffolder.action;

import dev.polder.kernel.model.Problem;
import dev.polder.portal.scaffolder.ActionContext;
import dev.polder.portal.scaffolder.TemplateAction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@code fs:readdir}: lists what is in folders of the workspace. */
final class FsReaddir implements TemplateAction {

    private static final JsonNode INPUT = Schemas.parse("""
            {"type":"object","required":["paths"],"properties":{
              "paths":{"type":"array","items":{"type":"string"},"description":"Folders in the workspace"},
              "recursive":{"type":"boolean","description":"Look into folders too"}}}""");

    private static final JsonNode OUTPUT = Schemas.parse("""
            {"type":"object","properties":{
              "files":{"type":"array","items":{"type":"object","properties":{
                "name":{"type":"string"},"path":{"type":"string"},"fullPath":{"type":"string"}}}},
              "folders":{"type":"array","items":{"type":"object","properties":{
                "name":{"type":"string"},"path":{"type":"string"},"fullPath":{"type":"string"}}}}}}""");

    @Override
    public String id() {
        return "fs:readdir";
    }

    @Override
    public String description() {
        return "Reads files and directories from the workspace.";
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
    public void run(ActionContext context) throws IOException {
        ArrayNode files = JsonNodeFactory.instance.arrayNode();
        ArrayNode folders = JsonNodeFactory.instance.arrayNode();
        boolean recursive = context.flag("recursive");
        for (JsonNode written : context.input().path("paths")) {
            Path folder = context.resolve(written.asString());
            if (!Files.isDirectory(folder)) {
                throw Problem.notFound("paths: \"" + written.asString() + "\" is no folder in the workspace");
            }
            List<FileTrees.Entry> entries = FileTrees.list(folder);
            for (FileTrees.Entry entry : entries) {
                String path =
                        entry.folder() ? entry.path().substring(0, entry.path().length() - 1) : entry.path();
                if (!recursive && path.contains("/")) {
                    continue;
                }
                ObjectNode shown = (entry.folder() ? folders : files).addObject();
                shown.put("name", entry.file().getFileName().toString());
                shown.put(
                        "path",
                        context.workspace().relativize(entry.file()).toString().replace('\\', '/'));
                shown.put("fullPath", entry.file().toString());
            }
        }
        context.output("files", files);
        context.output("folders", folders);
    }
}
