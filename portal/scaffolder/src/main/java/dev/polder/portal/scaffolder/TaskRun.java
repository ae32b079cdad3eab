package dev.polder.portal.scaffolder;

import dev.polder.kernel.model.EntityRef;
import dev.polder.kernel.model.Problem;
import dev.polder.kernel.server.Principal;
import dev.polder.portal.scaffolder.expression.Expressions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Runs the steps of one task, in the order and with the messages of Backstage's workflow runner: a failed step does not
 * end the run, it makes later steps be skipped unless their {@code if} asks {@code always()} or {@code failure()}.
 */
final class TaskRun {

    /** Receives what the task says. */
    @FunctionalInterface
    interface Log {
        void emit(String message, @Nullable String stepId, @Nullable String status);
    }

    /** What is run, and for whom. */
    record Job(
            String taskId,
            ObjectNode spec,
            EntityRef templateRef,
            String templateBaseUrl,
            Optional<Path> templateFolder,
            Map<String, String> secrets,
            Principal principal,
            boolean dryRun,
            Cancellation cancellation) {}

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final Job job;
    private final Map<String, TemplateAction> actions;
    private final ScaffolderSettings settings;
    private final Path workspace;
    private final Log log;
    private final Redactor redactor;
    private final TreeRenderer renderer;
    private final ObjectNode context = JSON.objectNode();
    private final AtomicBoolean statusAsked = new AtomicBoolean();
    private boolean failed;

    TaskRun(
            Job job,
            Map<String, TemplateAction> actions,
            ScaffolderSettings settings,
            Expressions expressions,
            Path workspace,
            Log log,
            Redactor redactor) {
        this.job = job;
        this.actions = actions;
        this.settings = settings;
        this.workspace = workspace;
        this.redactor = redactor;
        this.log = (message, stepId, status) -> log.emit(redactor.clean(message), stepId, status);
        this.renderer = new TreeRenderer(expressions
                .withFunction("always", () -> {
                    statusAsked.set(true);
                    return JSON.booleanNode(true);
                })
                .withFunction("failure", () -> {
                    statusAsked.set(true);
                    return JSON.booleanNode(failed);
                }));
        redactor.hide(job.secrets().values());
        redactor.hide(settings.environmentSecrets().values());
    }

    /**
     * Runs every step and gives the rendered output.
     *
     * @throws Exception the failure of the first step that failed
     */
    ObjectNode run() throws Exception {
        JsonNode steps = job.spec().path("steps");
        log.emit("Starting up task with " + steps.size() + " steps", null, null);
        context.set("parameters", job.spec().path("parameters"));
        ObjectNode environment = context.putObject("environment");
        environment.set("parameters", settings.environmentParameters());
        environment.putObject("secrets");
        context.putObject("steps");
        context.set("user", job.spec().path("user"));
        context.putObject("context").putObject("task").put("id", job.taskId());
        Exception first = null;
        for (JsonNode step : steps) {
            if (failed && !runsAfterFailure(step)) {
                String id = step.path("id").asString();
                log.emit("Skipping step " + id + " because a previous step failed", id, "skipped");
                continue;
            }
            try {
                runStep((ObjectNode) step);
            } catch (InterruptedException | Problem e) {
                first = first == null ? e : alsoFailed(step, e, first);
                failed = true;
            } catch (Exception | StackOverflowError e) {
                Exception failure = e instanceof Exception x ? x : Problem.internal(e.toString(), e);
                first = first == null ? failure : alsoFailed(step, failure, first);
                failed = true;
            }
        }
        if (first != null) {
            throw first;
        }
        return output();
    }

    private Exception alsoFailed(JsonNode step, Exception failure, Exception first) {
        log.emit(
                "Additional error occurred: " + ErrorNames.message(failure),
                step.path("id").asString(),
                "failed");
        return first;
    }

    private boolean runsAfterFailure(JsonNode step) {
        if (!step.path("if").isString() || job.cancellation().cancelled()) {
            return false;
        }
        statusAsked.set(false);
        renderer.renderLeniently(step.path("if"), context);
        return statusAsked.get();
    }

    private void runStep(ObjectNode step) throws Exception {
        String id = step.path("id").asString();
        String name = step.path("name").asString();
        log.emit("Beginning step " + name, id, "processing");
        try {
            job.cancellation().check();
            JsonNode condition = step.path("if");
            boolean each = step.has("each");
            boolean off = condition.isBoolean() && !condition.asBoolean();
            if (off
                    || (condition.isString()
                            && !each
                            && !TreeRenderer.truthy(renderer.render("if", condition, context)))) {
                log.emit("Skipping step " + id + " because its if condition was false", id, "skipped");
                return;
            }
            TemplateAction action = actions.get(step.path("action").asString());
            if (action == null) {
                throw Problem.notFound("Template action with ID '"
                        + step.path("action").asString()
                        + "' is not registered (expected: one of "
                        + String.join(", ", actions.keySet().stream().sorted().toList()) + ")");
            }
            if (job.dryRun() && !dry(step, id, action)) {
                return;
            }
            ObjectNode outputs = JSON.objectNode();
            for (Iteration iteration : iterations(step, action)) {
                call(action, id, iteration, outputs, each);
            }
            steps().putObject(id).set("output", outputs);
            job.cancellation().check();
            log.emit("Finished step " + name, id, "completed");
        } catch (Exception e) {
            if (job.cancellation().cancelled()) {
                Problem cancelled = new Problem(
                        Problem.Code.CANCELLED,
                        Problem.WhoFailed.CALLER,
                        false,
                        "Step " + id + " (" + name + ") of task " + job.taskId() + " has been cancelled.",
                        null,
                        e);
                log.emit("Step " + id + " has been cancelled.", id, "cancelled");
                throw cancelled;
            }
            log.emit(ErrorNames.name(e) + ": " + ErrorNames.message(e), id, "failed");
            throw e;
        }
    }

    private ObjectNode steps() {
        return (ObjectNode) context.path("steps");
    }

    /** Shows the input of a dry run; false when the action cannot run dry and its outputs were made up. */
    private boolean dry(ObjectNode step, String id, TemplateAction action) {
        ObjectNode shown = context.deepCopy();
        ObjectNode masked = shown.putObject("secrets");
        job.secrets().keySet().forEach(name -> masked.put(name, "***"));
        ObjectNode environment = (ObjectNode) shown.path("environment");
        ObjectNode maskedEnvironment = environment.putObject("secrets");
        settings.environmentSecrets().keySet().forEach(name -> maskedEnvironment.put(name, "***"));
        JsonNode input = step.has("input") ? renderer.render("input", step.path("input"), shown) : JSON.objectNode();
        log.emit(
                "Running " + action.id() + " in dry-run mode with inputs (secrets redacted): "
                        + Expressions.stringify(input, 2),
                id,
                null);
        if (action.supportsDryRun()) {
            return true;
        }
        log.emit("Skipping because " + action.id() + " does not support dry-run", id, "skipped");
        JsonNode example = action.outputSchema().map(ExampleOutput::of).orElseGet(JSON::objectNode);
        steps().putObject(id).set("output", example);
        return false;
    }

    /** One round of a step: with {@code each}, what it is for. */
    private record Iteration(@Nullable ObjectNode each, boolean runs, JsonNode input) {}

    private List<Iteration> iterations(ObjectNode step, TemplateAction action) {
        ObjectNode full = context.deepCopy();
        ObjectNode secrets = full.putObject("secrets");
        job.secrets().forEach(secrets::put);
        ObjectNode environmentSecrets = ((ObjectNode) full.path("environment")).putObject("secrets");
        if (!job.dryRun()) {
            settings.environmentSecrets().forEach(environmentSecrets::put);
        }
        boolean anySecret = !secrets.isEmpty() || !settings.environmentSecrets().isEmpty();
        ObjectNode bare = context.deepCopy();
        bare.putObject("secrets");
        List<Iteration> iterations = new ArrayList<>();
        if (!step.has("each")) {
            iterations.add(iteration(step, null, full, bare, anySecret));
        } else {
            JsonNode items = renderer.render("each", step.path("each"), full);
            JsonNode bareItems = anySecret ? renderer.renderLeniently(step.path("each"), bare) : items;
            requireMany(step, action, items);
            redactor.hide(Redactor.derived(items, bareItems));
            for (Map.Entry<String, JsonNode> item : entries(items)) {
                ObjectNode each = JSON.objectNode().put("key", item.getKey());
                each.set("value", item.getValue());
                ObjectNode bareEach = JSON.objectNode().put("key", item.getKey());
                bareEach.set(
                        "value",
                        items.isArray()
                                ? bareItems.path(Integer.parseInt(item.getKey()))
                                : bareItems.path(item.getKey()));
                full.set("each", each);
                bare.set("each", bareEach);
                iterations.add(iteration(step, each, full, bare, anySecret));
            }
        }
        for (Iteration iteration : iterations) {
            if (iteration.runs()) {
                requireValid(action, iteration);
            }
        }
        return iterations;
    }

    private static void requireMany(ObjectNode step, TemplateAction action, JsonNode items) {
        String start = "Invalid value on action " + action.id() + ".each parameter, ";
        if (items.isMissingNode()) {
            throw Problem.invalid(start + "\"" + step.path("each").asString("") + "\" cannot be resolved to a value");
        }
        if (!items.isArray() && !items.isObject()) {
            throw Problem.invalid(start + "must resolve to an array or object");
        }
    }

    private static Collection<Map.Entry<String, JsonNode>> entries(JsonNode items) {
        if (items.isObject()) {
            return items.properties();
        }
        List<Map.Entry<String, JsonNode>> entries = new ArrayList<>();
        for (JsonNode item : items) {
            entries.add(Map.entry(Integer.toString(entries.size()), item));
        }
        return entries;
    }

    private Iteration iteration(
            ObjectNode step, @Nullable ObjectNode each, ObjectNode full, ObjectNode bare, boolean anySecret) {
        JsonNode condition = step.path("if");
        boolean runs = each == null
                || !TreeRenderer.truthy(condition)
                || TreeRenderer.truthy(renderer.render("if", condition, full));
        JsonNode input = step.has("input") ? renderer.render("input", step.path("input"), full) : JSON.objectNode();
        if (anySecret && step.has("input")) {
            redactor.hide(Redactor.derived(input, renderer.renderLeniently(step.path("input"), bare)));
        }
        return new Iteration(each == null ? null : each.deepCopy(), runs, input);
    }

    private static void requireValid(TemplateAction action, Iteration iteration) {
        ObjectNode each = iteration.each();
        String name = action.id() + (each == null ? "" : "[" + each.path("key").asString() + "]");
        ArrayNode errors = SchemaErrors.of(
                "input schema of action " + action.id(), action.inputSchema(), iteration.input(), "instance");
        if (!errors.isEmpty()) {
            throw Problem.invalid("Invalid input passed to action " + name + ", " + SchemaErrors.text(errors));
        }
        if (!iteration.input().isObject()) {
            throw Problem.invalid("Invalid input passed to action " + name + ", instance is not of a type(s) object");
        }
    }

    private void call(TemplateAction action, String id, Iteration iteration, ObjectNode outputs, boolean collect)
            throws Exception {
        ObjectNode each = iteration.each();
        if (each != null) {
            String shown = Expressions.stringify(EachText.of(each), 0);
            log.emit((iteration.runs() ? "Running step each: " : "Skipping step each: ") + shown, id, null);
            if (!iteration.runs()) {
                return;
            }
        }
        job.cancellation().check();
        Thread thread = Thread.currentThread();
        job.cancellation().onCancel(thread::interrupt);
        StepContext step = new StepContext(
                job, id, (ObjectNode) iteration.input(), workspace, text -> log.emit(text, id, null), outputs, collect);
        try {
            action.run(step);
        } finally {
            job.cancellation().forget();
        }
    }

    private ObjectNode output() {
        JsonNode output = renderer.renderLeniently(job.spec().path("output"), context);
        if (!(output instanceof ObjectNode object)) {
            return JSON.objectNode();
        }
        for (String list : List.of("links", "text")) {
            if (object.path(list).isArray()) {
                ArrayNode kept = JSON.arrayNode();
                for (JsonNode item : object.path(list)) {
                    if (!item.has("if") || TreeRenderer.truthy(item.path("if"))) {
                        kept.add(item instanceof ObjectNode shown ? shown.without("if") : item);
                    }
                }
                object.set(list, kept);
            }
        }
        return object;
    }
}
