package dev.polder.portal.scaffolder.action;

import dev.polder.kernel.model.Problem;
import dev.polder.portal.scaffolder.ActionContext;
import dev.polder.portal.scaffolder.TemplateAction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** {@code fs:delete}: removes files and folders of the workspace, by path or glob. */
final class FsDelete implements TemplateAction {

    private static final JsonNode INPUT = Schemas.parse("""
            {"type":"object","required":["files"],"properties":{
              "files":{"type":"array","items":{"type":"string"},"description":"Paths or globs in the workspace"}}}""");

    @Override
    public String id() {
        return "fs:delete";
    }

    @Override
    public String description() {
        return "Deletes files and directories from the workspace.";
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
            String path = file.asString();
            Path exact = context.resolve(path);
            if (exact.equals(context.resolve("./"))) {
                throw Problem.invalid("files: \"" + path + "\" is the workspace itself (expected: a path inside it)");
            }
            if (Files.exists(exact, LinkOption.NOFOLLOW_LINKS)) {
                delete(context, exact);
                continue;
            }
            Globs glob = Globs.of(List.of(path));
            for (FileTrees.Entry entry : FileTrees.list(context.workspace())) {
                if (glob.matches(entry.path()) && Files.exists(entry.file(), LinkOption.NOFOLLOW_LINKS)) {
                    delete(context, entry.file());
                }
            }
        }
    }

    private static void delete(ActionContext context, Path root) throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
        context.log(
                "File " + context.workspace().relativize(root).toString().replace('\\', '/') + " deleted successfully");
    }
}
