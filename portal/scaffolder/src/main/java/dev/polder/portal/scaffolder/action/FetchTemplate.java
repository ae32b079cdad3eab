package dev.polder.portal.scaffolder.action;

import dev.polder.kernel.model.Problem;
import dev.polder.portal.scaffolder.ActionContext;
import dev.polder.portal.scaffolder.TemplateAction;
import dev.polder.portal.scaffolder.expression.Expressions;
import dev.polder.portal.scaffolder.expression.Syntax;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code fetch:template} and {@code workspace:template}: render a folder, names and contents, into the workspace.
 *
 * <p>A file that cannot be rendered fails the step with its name and line.
 */
final class FetchTemplate implements TemplateAction {

    private static final String OPTIONS = """
              "targetPath":{"type":"string","description":"Folder in the workspace; the workspace itself by default"},
              "values":{"type":"object","description":"What the files see as values"},
              "copyWithoutTemplating":{"type":"array","items":{"type":"string"},"description":"Globs of files whose content is copied as it is; names are rendered"},
              "cookiecutterCompat":{"type":"boolean","description":"Write {{ cookiecutter.x }} instead of ${{ values.x }}"},
              "templateFileExtension":{"type":["string","boolean"],"description":"Render only files of this extension, .njk when true, and drop it"},
              "replace":{"type":"boolean","description":"Overwrite files that are already there"},
              "trimBlocks":{"type":"boolean","description":"A newline after a tag goes"},
              "lstripBlocks":{"type":"boolean","description":"Blanks before a tag on its line go"},
              "token":{"type":"string","description":"Not used: only local folders are read"}}}""";

    private static final JsonNode FETCH_INPUT = Schemas.parse("""
            {"type":"object","required":["url"],"properties":{
              "url":{"type":"string","description":"Folder of the skeleton, relative to the template"},
            """ + OPTIONS);

    private static final JsonNode WORKSPACE_INPUT = Schemas.parse("""
            {"type":"object","required":["sourcePath"],"properties":{
              "sourcePath":{"type":"string","description":"Folder of the skeleton in the workspace"},
            """ + OPTIONS);

    private final Fetcher fetcher;
    private final Expressions expressions;
    private final boolean fromWorkspace;

    private FetchTemplate(Fetcher fetcher, Expressions expressions, boolean fromWorkspace) {
        this.fetcher = fetcher;
        this.expressions = expressions;
        this.fromWorkspace = fromWorkspace;
    }

    static FetchTemplate fetching(Fetcher fetcher, Expressions expressions) {
        return new FetchTemplate(fetcher, expressions, false);
    }

    static FetchTemplate inWorkspace(Fetcher fetcher, Expressions expressions) {
        return new FetchTemplate(fetcher, expressions, true);
    }

    @Override
    public String id() {
        return fromWorkspace ? "workspace:template" : "fetch:template";
    }

    @Override
    public String description() {
        return fromWorkspace
                ? "Renders a folder of the workspace into another place in it."
                : "Renders a folder of the template into the workspace: file names and contents.";
    }

    @Override
    public JsonNode inputSchema() {
        return fromWorkspace ? WORKSPACE_INPUT : FETCH_INPUT;
    }

    @Override
    public List<Example> examples() {
        return fromWorkspace ? List.of() : List.of(new Example("Render the skeleton beside the template", """
                        steps:
                          - action: fetch:template
                            id: fetch
                            input:
                              url: ./skeleton
                              values:
                                name: ${{ parameters.name }}
                        """));
    }

    @Override
    public boolean supportsDryRun() {
        return true;
    }

    @Override
    public void run(ActionContext context) throws IOException {
        ObjectNode input = context.input();
        Path target = context.resolve(context.text("targetPath").orElse("./"));
        String extension = extension(input);
        boolean cookiecutter = context.flag("cookiecutterCompat");
        if (!extension.isEmpty() && (input.has("copyWithoutTemplating") || cookiecutter)) {
            throw Problem.invalid("Fetch action input extension incompatible with copyWithoutTemplating and"
                    + " cookiecutterCompat (expected: one of them)");
        }
        Path source = fromWorkspace
                ? context.resolve(context.text("sourcePath").orElse(""))
                : fetcher.folder(context, context.text("url").orElse(""));
        if (!Files.isDirectory(source)) {
            throw Problem.notFound("sourcePath: " + context.text("sourcePath").orElse("") + " is no folder");
        }
        if (fromWorkspace && target.startsWith(source)) {
            throw Problem.invalid("targetPath must not be within template path");
        }
        context.log("Listing files and directories in template");
        List<FileTrees.Entry> entries = FileTrees.list(source);
        context.log("Processing " + entries.size() + " template files/directories with input values");
        Expressions renderer =
                expressions.with(new Syntax(cookiecutter, context.flag("trimBlocks"), context.flag("lstripBlocks")));
        ObjectNode values = JsonNodeFactory.instance.objectNode();
        values.set(
                cookiecutter ? "cookiecutter" : "values",
                input.path("values").isObject() ? input.path("values") : JsonNodeFactory.instance.objectNode());
        Globs copied = Globs.of(texts(input.path("copyWithoutTemplating")));
        Files.createDirectories(target);
        for (FileTrees.Entry entry : entries) {
            context.requireNotCancelled();
            write(context, entry, target, extension, copied, renderer, values);
        }
        String folder = context.workspace().relativize(target).toString().replace('\\', '/');
        context.log("Template result written to " + (folder.isEmpty() ? "the workspace" : folder));
    }

    private static void write(
            ActionContext context,
            FileTrees.Entry entry,
            Path target,
            String extension,
            Globs copied,
            Expressions renderer,
            ObjectNode values)
            throws IOException {
        String name = entry.path();
        boolean render;
        if (extension.isEmpty()) {
            render = !copied.matches(name);
        } else {
            render = !entry.folder() && name.endsWith(extension);
            name = render ? name.substring(0, name.length() - extension.length()) : name;
        }
        String rendered = renderer.render("name of " + entry.path(), name, values);
        if (rendered.isEmpty() || rendered.startsWith("/") || rendered.contains("//")) {
            return;
        }
        Path to = context.resolve(
                context.workspace().relativize(target).resolve(rendered).toString());
        if (!to.startsWith(target)) {
            throw Problem.invalid("name of " + entry.path() + " renders to \"" + rendered
                    + "\", which leaves targetPath (expected: a name inside it)");
        }
        if (Files.exists(to, LinkOption.NOFOLLOW_LINKS) && !context.flag("replace")) {
            return;
        }
        if (!render && extension.isEmpty()) {
            context.log("Copying file/directory " + entry.path() + " without processing.");
        }
        if (entry.folder()) {
            context.log("Writing directory " + entry.path() + " to template output path.");
            Files.createDirectories(to);
            return;
        }
        byte[] content = entry.link() ? new byte[0] : Files.readAllBytes(entry.file());
        Optional<String> text = entry.link() ? Optional.empty() : FileTrees.text(content);
        if (text.isEmpty()) {
            context.log("Copying file binary or symbolic link at " + entry.path() + ", to template output path.");
            FileTrees.copy(context, entry.file(), to);
            return;
        }
        context.log("Writing file " + entry.path() + " to template output path with mode "
                + (Files.isExecutable(entry.file()) ? 33261 : 33188) + ".");
        byte[] result =
                render ? renderer.render(entry.path(), text.get(), values).getBytes(StandardCharsets.UTF_8) : content;
        FileTrees.write(to, result, Optional.of(entry.file()));
    }

    private static String extension(ObjectNode input) {
        JsonNode written = input.path("templateFileExtension");
        if (written.isBoolean()) {
            return written.asBoolean() ? ".njk" : "";
        }
        String text = written.asString("");
        return text.isEmpty() || text.startsWith(".") ? text : "." + text;
    }

    private static List<String> texts(JsonNode list) {
        List<String> texts = new ArrayList<>();
        list.forEach(item -> texts.add(item.asString()));
        return texts;
    }
}
