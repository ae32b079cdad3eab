package dev.polder.portal.scaffolder;

import dev.polder.kernel.model.EntityRef;
import dev.polder.kernel.model.Problem;
import dev.polder.kernel.server.Principal;
import dev.polder.portal.scaffolder.expression.Expressions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Makes things from templates: checks what was filled in, stores a task, runs its steps, and keeps its log.
 *
 * <p>Made by {@link #builder}. All methods block and are safe for any thread, virtual ones included. Tasks are durable;
 * secrets are kept in memory only, until the task ends.
 */
public final class Scaffolder implements AutoCloseable {

    private final ScaffolderBuilder parts;
    private final TaskStore store;
    private final TaskQueue queue;
    private final TaskSignals signals = new TaskSignals();
    private final InstantSource clock;
    private final Expressions expressions;
    private final Map<String, TemplateAction> actions;

    Scaffolder(ScaffolderBuilder parts, Map<String, TemplateAction> actions, Expressions expressions) {
        this.parts = parts;
        this.actions = actions;
        this.clock = parts.clock;
        this.expressions = expressions;
        this.store = new TaskStore(parts.database);
        this.queue = new TaskQueue(
                store, parts.templates, actions, parts.settings, expressions, parts.workFolder, clock, signals);
    }

    /**
     * A scaffolder in the making.
     *
     * @param database where tasks are stored; its tables are brought up to date
     * @param workFolder where each task gets a folder of its own; nothing else may be in it
     */
    public static ScaffolderBuilder builder(
            dev.polder.kernel.store.Database database, java.nio.file.Path workFolder, TemplateSource templates) {
        return new ScaffolderBuilder(database, workFolder, templates);
    }

    /** Deals with tasks whose process died, and begins to run open ones. */
    public void start() {
        queue.start();
    }

    /** Takes no more tasks, lets running ones finish for 20 seconds, then stops them; they recover at the next start. */
    @Override
    public void close() {
        queue.close();
    }

    /** The actions that templates may use, by id. */
    public List<TemplateAction> actions() {
        return actions.values().stream()
                .sorted((a, b) -> a.id().compareTo(b.id()))
                .toList();
    }

    /** Names of the filters that templates may use. */
    public List<String> filters() {
        return expressions.filterNames();
    }

    /**
     * What is wrong with the values or secrets for a template, as Backstage's {@code errors}; empty when nothing is.
     *
     * @throws Problem NOT_FOUND for an unknown template, INVALID when it is none
     */
    public ArrayNode check(EntityRef templateRef, ObjectNode values, Map<String, String> secrets) {
        TemplateSpec template = template(templateRef);
        ArrayNode errors = template.valueErrors(values);
        return errors.isEmpty() ? template.secretErrors(secrets) : errors;
    }

    /**
     * Stores a task for a template; it runs as soon as there is room.
     *
     * @return the task's id
     * @throws Problem NOT_FOUND for an unknown template; INVALID for a broken one or wrong values; TOO_LARGE
     */
    public String create(EntityRef templateRef, ObjectNode values, Map<String, String> secrets, Principal caller) {
        ArrayNode errors = check(templateRef, values, secrets);
        if (!errors.isEmpty()) {
            throw Problem.invalid("template " + templateRef + ": " + SchemaErrors.text(errors));
        }
        TemplateSource.Template found = find(templateRef);
        TemplateSpec template = TemplateSpec.of(found.entity(), templateRef.toString());
        requireSize(values);
        ObjectNode spec = spec(template, values, caller);
        ObjectNode info = spec.putObject("templateInfo");
        info.put("entityRef", template.ref().toString());
        info.put("baseUrl", found.baseUrl());
        info.putObject("entity").set("metadata", template.entity().path("metadata"));
        String id = UUID.randomUUID().toString();
        Task task = new Task(
                id,
                spec,
                TaskStatus.OPEN,
                clock.instant(),
                Optional.empty(),
                Optional.of(caller.ref().toString()));
        queue.keepSecrets(id, secrets);
        try {
            store.insert(task, caller.kind(), !secrets.isEmpty());
        } catch (RuntimeException e) {
            queue.forgetSecrets(id);
            throw e;
        }
        signals.signal();
        return id;
    }

    private void requireSize(ObjectNode values) {
        int bytes = JsonMapper.shared().writeValueAsString(values).getBytes(StandardCharsets.UTF_8).length;
        if (bytes > parts.settings.maxTaskBytes()) {
            throw Problem.tooLarge(
                    "values: " + bytes + " bytes of JSON (expected: at most " + parts.settings.maxTaskBytes() + ")");
        }
    }

    private ObjectNode spec(TemplateSpec template, ObjectNode values, Principal caller) {
        ObjectNode spec = JsonNodeFactory.instance.objectNode();
        spec.put("apiVersion", TemplateSpec.API_VERSION);
        ArrayNode steps = spec.putArray("steps");
        template.steps().forEach(steps::add);
        for (String recovery : List.of("EXPERIMENTAL_recovery")) {
            if (template.spec().has(recovery)) {
                spec.set(recovery, template.spec().path(recovery));
            }
        }
        JsonNode output = template.spec().path("output");
        spec.set("output", output.isObject() ? output : JsonNodeFactory.instance.objectNode());
        spec.set("parameters", values);
        ObjectNode user = spec.putObject("user");
        parts.catalogue
                .flatMap(catalogue -> catalogue.entity(caller.ref(), caller))
                .ifPresent(entity -> user.set("entity", entity));
        user.put("ref", caller.ref().toString());
        return spec;
    }

    /** @throws Problem NOT_FOUND */
    public Task task(String id) {
        return store.find(id).orElseThrow(() -> Problem.notFound("No task with id '" + id + "' found"));
    }

    List<Task> list(TaskStore.Query query) {
        return store.list(query);
    }

    long count(TaskStore.Query query) {
        return store.count(query);
    }

    /** What is stored after an event, and the ending whatever its id; empty when nothing is. */
    public List<TaskEvent> eventsNow(String id, long after) {
        return store.events(id, after);
    }

    /**
     * Waits for events after one, at most so long.
     *
     * @return them, or none when nothing happened
     */
    public List<TaskEvent> awaitEvents(String id, long after, Duration most) throws InterruptedException {
        long deadline = System.nanoTime() + most.toNanos();
        while (true) {
            long seen = signals.version();
            List<TaskEvent> events = store.events(id, after);
            long left = deadline - System.nanoTime();
            if (!events.isEmpty() || left <= 0) {
                return events;
            }
            // Another replica may run the task; only a look tells.
            signals.await(
                    seen, Duration.ofNanos(Math.min(left, Duration.ofSeconds(1).toNanos())));
        }
    }

    /**
     * The events of a task after one, as they come, up to its end. {@code next} and {@code hasNext} block; an interrupt
     * ends the stream with a CANCELLED problem.
     */
    public Iterator<TaskEvent> events(String id, long after) {
        task(id);
        return new EventIterator(this, id, after);
    }

    /**
     * Cancels a task: an open one ends at once, a running one is interrupted. Nothing happens to an ended one.
     *
     * @throws Problem NOT_FOUND
     */
    public void cancel(String id) {
        Task task = task(id);
        if (task.status().ended()) {
            return;
        }
        String step = store.events(id, 0).stream()
                .map(event -> event.body().path("stepId").asString(""))
                .filter(stepId -> !stepId.isEmpty())
                .reduce("", (before, now) -> now);
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        if (!step.isEmpty()) {
            body.put("stepId", step);
        }
        body.put("status", "cancelled");
        body.put("message", step.isEmpty() ? "The task has been cancelled." : "Step " + step + " has been cancelled.");
        store.askToCancel(id, body, clock.instant());
        ObjectNode ending =
                JsonNodeFactory.instance.objectNode().put("message", "Run completed with status: cancelled");
        ending.putObject("error").put("name", "Error").put("message", "the task has been cancelled");
        if (store.end(id, TaskStatus.OPEN, TaskStatus.CANCELLED, ending, clock.instant())) {
            queue.forgetSecrets(id);
        } else {
            queue.cancel(id);
        }
        signals.signal();
    }

    /**
     * Runs an ended task again from its first step.
     *
     * @throws Problem CONFLICT when it has not ended, INVALID when its template now asks for other secrets
     */
    public void retry(String id, Map<String, String> secrets) {
        Task task = task(id);
        if (!task.status().ended()) {
            throw Problem.conflict(
                    "task " + id + ": " + task.status().word() + " (expected: cancelled, completed or failed)");
        }
        ArrayNode errors = retryErrors(task, secrets);
        if (!errors.isEmpty()) {
            throw Problem.invalid("task " + id + ": " + SchemaErrors.text(errors));
        }
        queue.keepSecrets(id, secrets);
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("message", "Task was retried");
        if (!store.reopen(id, task.status(), body, !secrets.isEmpty(), clock.instant())) {
            throw Problem.conflict("task " + id + ": somebody else retried it");
        }
        signals.signal();
    }

    ArrayNode retryErrors(Task task, Map<String, String> secrets) {
        return template(EntityRef.parse(
                        task.spec().path("templateInfo").path("entityRef").asString()))
                .secretErrors(secrets);
    }

    /**
     * Runs a template that is not stored anywhere, without touching the world.
     *
     * @param files the template's folder by relative path
     * @return {@code {log, steps, directoryContents, output}}
     * @throws Problem the failure of the first step that failed
     */
    public ObjectNode dryRun(
            ObjectNode template,
            ObjectNode values,
            Map<String, String> secrets,
            Map<String, byte[]> files,
            Principal caller)
            throws Exception {
        TemplateSpec spec = TemplateSpec.of(template, "template");
        ArrayNode errors = dryRunErrors(template, values, secrets);
        if (!errors.isEmpty()) {
            throw Problem.invalid("template " + spec.ref() + ": " + SchemaErrors.text(errors));
        }
        requireSize(values);
        return new DryRun(actions, parts.settings, expressions, parts.workFolder)
                .run(spec(spec, values, caller), secrets, files, caller);
    }

    ArrayNode dryRunErrors(ObjectNode template, ObjectNode values, Map<String, String> secrets) {
        TemplateSpec spec = TemplateSpec.of(template, "template");
        ArrayNode errors = spec.valueErrors(values);
        return errors.isEmpty() ? spec.secretErrors(secrets) : errors;
    }

    /** What a template would do with these values, for the page before it starts. */
    public Preview preview(EntityRef templateRef, ObjectNode values) {
        TemplateSpec template = template(templateRef);
        return Preview.of(
                template,
                values,
                new TreeRenderer(expressions),
                find(templateRef).folder());
    }

    TemplateSpec template(EntityRef ref) {
        return TemplateSpec.of(find(ref).entity(), ref.toString());
    }

    private TemplateSource.Template find(EntityRef ref) {
        TemplateSource.@Nullable Template found = parts.templates.find(ref).orElse(null);
        if (found == null) {
            throw Problem.notFound("Template " + ref + " not found");
        }
        return found;
    }
}
