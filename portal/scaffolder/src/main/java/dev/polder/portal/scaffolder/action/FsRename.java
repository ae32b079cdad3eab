package dev.polder.portal.scaffolder.action;

import dev.polder.kernel.model.Problem;
import dev.polder.portal.scaffolder.ActionContext;
import dev.polder.portal.scaffolder.TemplateAction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import tools.jackson.databind.JsonNode;

/** {@code fs:rename}: moves files and folders inside the workspace. */
final class FsRename implements TemplateAction {

    private static final JsonNode INPUT = Schemas.parse("""
            {"type":"object","required":["files"],"properties":{
              "files":{"type":"array","items":{"type":"object","required":["from","to"],"properties":{
                "from":{"type":"string","description":"Where it is"},
                "to":{"type":"string","description":"Where it goes"},
                "overwrite":{"type":"boolean","description":"Replace what is there; false by default"}}}}}}""");

    @Override
    public String id() {
        return "fs:rename";
    }

    @Override
    public String description() {
        return "Renames files and directories within the workspace.";
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
        for (JsonNode file : context.input().path("files")) {
            String from = file.path("from").asString();
            String to = file.path("to").asString();
            Path source = context.resolve(from);
            Path target = context.resolve(to);
            if (!Files.exists(source, LinkOption.NOFOLLOW_LINKS)) {
                throw Problem.notFound("files: from \"" + from + "\" is not in the workspace");
            }
            boolean there = Files.exists(target, LinkOption.NOFOLLOW_LINKS);
            if (there && !file.path("overwrite").asBoolean(false)) {
                throw Problem.conflict(
                        "files: to \"" + to + "\" is already there (expected: a new path, or overwrite: true)");
            }
            Files.createDirectories(target.getParent());
            if (there) {
                Files.move(source, target, StandardCopyOption.REPLACE_EXISTING);
            } else {
                Files.move(source, target);
            }
            context.log("File " + from + " renamed to " + to + " successfully");
        }
    }
}
