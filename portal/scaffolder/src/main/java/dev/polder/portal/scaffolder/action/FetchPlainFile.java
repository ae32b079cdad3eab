package dev.polder.portal.scaffolder.action;

import dev.polder.portal.scaffolder.ActionContext;
import dev.polder.portal.scaffolder.TemplateAction;
import java.io.IOException;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** {@code fetch:plain:file}: copies one file as it is. */
final class FetchPlainFile implements TemplateAction {

    private static final JsonNode INPUT = Schemas.parse("""
            {"type":"object","required":["url","targetPath"],"properties":{
              "url":{"type":"string","description":"File to copy, relative to the template or on an allowed host"},
              "targetPath":{"type":"string","description":"File in the workspace"},
              "token":{"type":"string","description":"Not used"}}}""");

    private final Fetcher fetcher;

    FetchPlainFile(Fetcher fetcher) {
        this.fetcher = fetcher;
    }

    @Override
    public String id() {
        return "fetch:plain:file";
    }

    @Override
    public String description() {
        return "Copies one file into the workspace, unchanged.";
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
    public void run(ActionContext context) throws IOException, InterruptedException {
        context.log("Fetching plain content from remote URL");
        byte[] content = fetcher.file(context, context.text("url").orElse(""));
        FileTrees.write(context.resolve(context.text("targetPath").orElse("")), content, Optional.empty());
    }
}
