package dev.polder.portal.scaffolder;

import dev.polder.kernel.model.EntityRef;
import dev.polder.kernel.model.Problem;
import dev.polder.kernel.server.Principal;
import dev.polder.portal.scaffolder.expression.Expressions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Runs a template from files in memory and gives back what it would have made. */
final class DryRun {

    private static final long MAX_RESULT = 50L * 1024 * 1024;

    private final Map<String, TemplateAction> actions;
    private final ScaffolderSettings settings;
    private final Expressions expressions;
    private final Path workFolder;

    DryRun(Map<String, TemplateAction> actions, ScaffolderSettings settings, Expressions expressions, Path workFolder) {
        this.actions = actions;
        this.settings = settings;
        this.expressions = expressions;
        this.workFolder = workFolder;
    }

    ObjectNode run(ObjectNode spec, Map<String, String> secrets, Map<String, byte[]> files, Principal caller)
            throws Exception {
        String id = UUID.randomUUID().toString();
        Path contents = workFolder.resolve("dry-run-content-" + id);
        Path workspace = workFolder.resolve("dry-run-" + id);
        try {
            Files.createDirectories(contents);
            Files.createDirectories(workspace);
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                Path target = SafePaths.inside(contents, file.getKey(), "template folder");
                Files.createDirectories(target.getParent());
                Files.write(target, file.getValue());
            }
            ObjectNode result = JsonNodeFactory.instance.objectNode();
            ArrayNode log = result.putArray("log");
            TaskRun.Job job = new TaskRun.Job(
                    "dry-run-" + id,
                    spec,
                    EntityRef.of("template", EntityRef.DEFAULT_NAMESPACE, "dry-run"),
                    contents.resolve("template.yaml").toUri().toString(),
                    Optional.of(contents),
                    secrets,
                    caller,
                    true,
                    new Cancellation());
            TaskRun.Log emit = (message, stepId, status) -> {
                ObjectNode body = log.addObject().putObject("body");
                if (stepId != null) {
                    body.put("stepId", stepId);
                }
                if (status != null) {
                    body.put("status", status);
                }
                body.put("message", message);
            };
            ObjectNode output = new TaskRun(job, actions, settings, expressions, workspace, emit, new Redactor()).run();
            result.set("steps", spec.path("steps"));
            result.set("directoryContents", contents(workspace));
            result.set("output", output);
            return result;
        } finally {
            Folders.delete(contents);
            Folders.delete(workspace);
        }
    }

    private static ArrayNode contents(Path workspace) throws IOException {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        List<Path> files;
        try (Stream<Path> all = Files.walk(workspace)) {
            files = all.filter(path -> Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS))
                    .sorted()
                    .toList();
        }
        long bytes = 0;
        for (Path file : files) {
            bytes += Files.size(file);
            if (bytes > MAX_RESULT) {
                throw Problem.tooLarge("dry run: more than " + MAX_RESULT + " bytes were made");
            }
            list.addObject()
                    .put("path", workspace.relativize(file).toString().replace('\\', '/'))
                    .put("executable", Files.isExecutable(file))
                    .put("base64Content", Base64.getEncoder().encodeToString(Files.readAllBytes(file)));
        }
        return list;
    }
}
