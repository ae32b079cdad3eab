package dev.polder.portal.scaffolder.action;

import dev.polder.portal.scaffolder.ActionContext;
import dev.polder.portal.scaffolder.TemplateAction;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** {@code debug:log}: writes a message, and the files of the workspace, to the log. */
final class DebugLog implements TemplateAction {

    private static final int MAX_FILE = 64 * 1024;

    private static final JsonNode INPUT = Schemas.parse("""
            {"type":"object","properties":{
              "message":{"type":"string","description":"What to write"},
              "listWorkspace":{"description":"true lists the files of the workspace, with-filenames too, with-contents shows them",
                "oneOf":[{"type":"boolean"},{"type":"string","enum":["with-filenames","with-contents"]}]},
              "extra":{}}}""");

    @Override
    public String id() {
        return "debug:log";
    }

    @Override
    public String description() {
        return "Writes a message into the log and/or lists all files in the workspace.";
    }

    @Override
    public JsonNode inputSchema() {
        return INPUT;
    }

    @Override
    public List<Example> examples() {
        return List.of(new Example(
                "Write a message", "steps:\n  - action: debug:log\n    id: hello\n    input:\n      message: Hello\n"));
    }

    @Override
    public boolean supportsDryRun() {
        return true;
    }

    @Override
    public void run(ActionContext context) throws IOException {
        context.text("message").filter(message -> !message.isEmpty()).ifPresent(context::log);
        JsonNode list = context.input().path("listWorkspace");
        if (list.isString() || (list.isBoolean() && list.asBoolean())) {
            boolean contents = list.asString("").equals("with-contents");
            List<FileTrees.Entry> files = FileTrees.list(context.workspace()).stream()
                    .filter(entry -> !entry.folder())
                    .toList();
            StringBuilder shown = new StringBuilder("Workspace:\n");
            shown.append(files.stream()
                    .map(file -> "  - " + file.path() + (contents ? "\n\n" + content(file) : ""))
                    .collect(Collectors.joining("\n")));
            context.log(shown.toString());
        }
    }

    private static String content(FileTrees.Entry file) {
        if (file.link()) {
            return "(a link)";
        }
        try {
            byte[] bytes = Files.readAllBytes(file.file());
            return FileTrees.text(bytes)
                    .map(text -> text.substring(0, Math.min(text.length(), MAX_FILE)))
                    .orElse("(" + bytes.length + " bytes)");
        } catch (IOException e) {
            return "(cannot be read: " + e + ")";
        }
    }
}
