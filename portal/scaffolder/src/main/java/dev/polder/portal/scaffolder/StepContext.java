package dev.polder.portal.scaffolder;

import dev.polder.kernel.model.EntityRef;
import dev.polder.kernel.model.Problem;
import dev.polder.kernel.server.Principal;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** One call of an action. */
final class StepContext implements ActionContext {

    private static final int MAX_LINE = 8_192;

    private final TaskRun.Job job;
    private final String stepId;
    private final ObjectNode input;
    private final Path workspace;
    private final Consumer<String> log;
    private final ObjectNode outputs;
    private final boolean collect;

    StepContext(
            TaskRun.Job job,
            String stepId,
            ObjectNode input,
            Path workspace,
            Consumer<String> log,
            ObjectNode outputs,
            boolean collect) {
        this.job = job;
        this.stepId = stepId;
        this.input = input;
        this.workspace = workspace;
        this.log = log;
        this.outputs = outputs;
        this.collect = collect;
    }

    @Override
    public ObjectNode input() {
        return input;
    }

    @Override
    public Path workspace() {
        return workspace;
    }

    @Override
    public Path resolve(String relative) {
        return SafePaths.inside(workspace, relative, "workspace");
    }

    @Override
    public Path resolveTemplate(String relative) {
        Path folder = job.templateFolder()
                .orElseThrow(() -> Problem.notFound("template " + job.templateRef() + " at " + job.templateBaseUrl()
                        + " has no local folder (expected: a template that was loaded from files)"));
        return SafePaths.inside(folder, relative, "template folder");
    }

    @Override
    public void log(String text) {
        log.accept(text);
    }

    @Override
    public void output(String name, JsonNode value) {
        if (!collect) {
            outputs.set(name, value);
        } else if (outputs.get(name) instanceof tools.jackson.databind.node.ArrayNode list) {
            list.add(value);
        } else {
            outputs.putArray(name).add(value);
        }
    }

    @Override
    public void output(String name, String value) {
        output(name, JsonNodeFactory.instance.stringNode(value));
    }

    @Override
    public Map<String, String> secrets() {
        return job.secrets();
    }

    @Override
    public Principal principal() {
        return job.principal();
    }

    @Override
    public Optional<ObjectNode> user() {
        return job.spec().path("user").path("entity") instanceof ObjectNode entity
                ? Optional.of(entity)
                : Optional.empty();
    }

    @Override
    public EntityRef templateRef() {
        return job.templateRef();
    }

    @Override
    public String templateBaseUrl() {
        return job.templateBaseUrl();
    }

    @Override
    public String taskId() {
        return job.taskId();
    }

    @Override
    public String stepId() {
        return stepId;
    }

    @Override
    public boolean dryRun() {
        return job.dryRun();
    }

    @Override
    public boolean cancelled() {
        return job.cancellation().cancelled();
    }

    @Override
    public void requireNotCancelled() {
        job.cancellation().check();
    }

    @Override
    public void onCancel(Runnable cleanUp) {
        job.cancellation().onCancel(cleanUp);
    }

    @Override
    public int execute(ProcessBuilder program) throws IOException, InterruptedException {
        requireNotCancelled();
        Process process = program.redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.PIPE)
                .start();
        process.getOutputStream().close();
        onCancel(() -> kill(process));
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                log(line.length() > MAX_LINE ? line.substring(0, MAX_LINE) + " …" : line);
            }
            int status = process.waitFor();
            requireNotCancelled();
            return status;
        } catch (IOException e) {
            requireNotCancelled();
            throw e;
        } finally {
            kill(process);
        }
    }

    private static void kill(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
