package dev.polder.portal.scaffolder.action;

import dev.polder.kernel.model.Problem;
import dev.polder.portal.scaffolder.ActionContext;
import dev.polder.portal.scaffolder.TemplateAction;
import dev.polder.portal.scaffolder.expression.Expressions;
import dev.polder.portal.scaffolder.expression.Syntax;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@code fetch:template:file} and {@code workspace:template:file}: render one file. */
final class FetchTemplateFile implements TemplateAction {

    private static final String OPTIONS = """
              "targetPath":{"type":"string","description":"File in the workspace"},
              "values":{"type":"object","description":"What the file sees as values"},
              "cookiecutterCompat":{"type":"boolean"},
              "replace":{"type":"boolean","description":"Overwrite a file that is already there"},
              "trimBlocks":{"type":"boolean"},
              "lstripBlocks":{"type":"boolean"},
              "token":{"type":"string"}}}""";

    private static final JsonNode FETCH_INPUT = Schemas.parse("""
            {"type":"object","required":["url","targetPath"],"properties":{
              "url":{"type":"string","description":"File to render, relative to the template or on an allowed host"},
            """ + OPTIONS);

    private static final JsonNode WORKSPACE_INPUT = Schemas.parse("""
            {"type":"object","required":["sourcePath","targetPath"],"properties":{
              "sourcePath":{"type":"string","description":"File to render, in the workspace"},
            """ + OPTIONS);

    private final Fetcher fetcher;
    private final Expressions expressions;
    private final boolean fromWorkspace;

    private FetchTemplateFile(Fetcher fetcher, Expressions expressions, boolean fromWorkspace) {
        this.fetcher = fetcher;
        this.expressions = expressions;
        this.fromWorkspace = fromWorkspace;
    }

    static FetchTemplateFile fetching(Fetcher fetcher, Expressions expressions) {
        return new FetchTemplateFile(fetcher, expressions, false);
    }

    static FetchTemplateFile inWorkspace(Fetcher fetcher, Expressions expressions) {
        return new FetchTemplateFile(fetcher, expressions, true);
    }

    @Override
    public String id() {
        return fromWorkspace ? "workspace:template:file" : "fetch:template:file";
    }

    @Override
    public String description() {
        return fromWorkspace ? "Renders one file of the workspace." : "Renders one file into the workspace.";
    }

    @Override
    public JsonNode inputSchema() {
        return fromWorkspace ? WORKSPACE_INPUT : FETCH_INPUT;
    }

    @Override
    public boolean supportsDryRun() {
        return true;
    }

    @Override
    public void run(ActionContext context) throws IOException, InterruptedException {
        String source = context.text(fromWorkspace ? "sourcePath" : "url").orElse("");
        Path target = context.resolve(context.text("targetPath").orElse(""));
        if (Files.exists(target) && !context.flag("replace")) {
            context.log(
                    "File " + context.text("targetPath").orElse("") + " already exists in workspace, not replacing.");
            return;
        }
        byte[] content = fromWorkspace ? Files.readAllBytes(file(context, source)) : fetcher.file(context, source);
        String text = FileTrees.text(content)
                .orElseThrow(() -> Problem.invalid(source + ": binary (expected: text in UTF-8)"));
        boolean cookiecutter = context.flag("cookiecutterCompat");
        ObjectNode values = JsonNodeFactory.instance.objectNode();
        values.set(
                cookiecutter ? "cookiecutter" : "values",
                context.input().path("values").isObject()
                        ? context.input().path("values")
                        : JsonNodeFactory.instance.objectNode());
        String rendered = expressions
                .with(new Syntax(cookiecutter, context.flag("trimBlocks"), context.flag("lstripBlocks")))
                .render(source, text, values);
        FileTrees.write(target, rendered.getBytes(StandardCharsets.UTF_8), Optional.empty());
        context.log("Template file has been written to "
                + context.text("targetPath").orElse(""));
    }

    private static Path file(ActionContext context, String source) {
        Path file = context.resolve(source);
        if (!Files.isRegularFile(file)) {
            throw Problem.notFound("sourcePath: " + source + " is no file in the workspace");
        }
        return file;
    }
}
