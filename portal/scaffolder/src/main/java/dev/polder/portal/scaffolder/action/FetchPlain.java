package dev.polder.portal.scaffolder.action;

import dev.polder.portal.scaffolder.ActionContext;
import dev.polder.portal.scaffolder.TemplateAction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** {@code fetch:plain}: copies a folder of the template as it is. */
final class FetchPlain implements TemplateAction {

    private static final JsonNode INPUT = Schemas.parse("""
            {"type":"object","required":["url"],"properties":{
              "url":{"type":"string","description":"Folder to copy, relative to the template"},
              "targetPath":{"type":"string","description":"Folder in the workspace; the workspace itself by default"},
              "token":{"type":"string","description":"Not used: only local folders are copied"}}}""");

    private final Fetcher fetcher;

    FetchPlain(Fetcher fetcher) {
        this.fetcher = fetcher;
    }

    @Override
    public String id() {
        return "fetch:plain";
    }

    @Override
    public String description() {
        return "Copies a folder of the template into the workspace, unchanged.";
    }

    @Override
    public JsonNode inputSchema() {
        return INPUT;
    }

    @Override
    public List<Example> examples() {
        return List.of(new Example(
                "Copy the folder beside the template",
                "steps:\n  - action: fetch:plain\n    id: fetch\n    input:\n      url: ./skeleton\n"));
    }

    @Override
    public boolean supportsDryRun() {
        return true;
    }

    @Override
    public void run(ActionContext context) throws IOException {
        context.log("Fetching plain content from remote URL");
        String url = context.text("url").orElse("./");
        Path source = fetcher.folder(context, url);
        Path target = context.resolve(context.text("targetPath").orElse("./"));
        Files.createDirectories(target);
        for (FileTrees.Entry entry : FileTrees.list(source)) {
            context.requireNotCancelled();
            Path to = context.resolve(
                    context.workspace().relativize(target.resolve(entry.path())).toString());
            if (entry.folder()) {
                Files.createDirectories(to);
            } else {
                FileTrees.copy(context, entry.file(), to);
            }
        }
    }
}
