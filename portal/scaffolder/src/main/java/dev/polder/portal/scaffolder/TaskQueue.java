package dev.polder.portal.scaffolder;

import dev.polder.kernel.model.EntityRef;
import dev.polder.kernel.model.Problem;
import dev.polder.kernel.server.Principal;
import dev.polder.portal.scaffolder.expression.Expressions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Takes open tasks and runs them, each on a virtual thread, no more than allowed at once.
 *
 * <p>Secrets live here, in memory, from the creation of a task to its end: a restart loses them, and a task that needs
 * them fails with those words.
 */
final class TaskQueue {

    private static final Logger LOG = LoggerFactory.getLogger(TaskQueue.class);
    private static final Duration HEARTBEAT = Duration.ofSeconds(5);
    private static final Duration ABANDONED_AFTER = Duration.ofMinutes(1);
    private static final Duration DRAIN = Duration.ofSeconds(20);
    private static final int MAX_MESSAGE = 64 * 1024;

    private final TaskStore store;
    private final TemplateSource templates;
    private final Map<String, TemplateAction> actions;
    private final ScaffolderSettings settings;
    private final Expressions expressions;
    private final Path workFolder;
    private final InstantSource clock;
    private final TaskSignals signals;
    private final Semaphore places;
    private final Map<String, Map<String, String>> secrets = new ConcurrentHashMap<>();
    private final Map<String, Running> running = new ConcurrentHashMap<>();
    private volatile boolean closing;
    private @Nullable Thread dispatcher;
    private @Nullable Thread janitor;

    private record Running(Cancellation cancellation, Thread thread, Instant since) {}

    TaskQueue(
            TaskStore store,
            TemplateSource templates,
            Map<String, TemplateAction> actions,
            ScaffolderSettings settings,
            Expressions expressions,
            Path workFolder,
            InstantSource clock,
            TaskSignals signals) {
        this.store = store;
        this.templates = templates;
        this.actions = actions;
        this.settings = settings;
        this.expressions = expressions;
        this.workFolder = workFolder;
        this.clock = clock;
        this.signals = signals;
        this.places = new Semaphore(settings.concurrency());
    }

    void start() {
        try {
            Files.createDirectories(workFolder);
            if (store.singleProcess()) {
                // whatever is there belongs to a process that is gone
                try (var old = Files.list(workFolder)) {
                    for (Path folder : old.toList()) {
                        Folders.delete(folder);
                    }
                }
            }
        } catch (IOException e) {
            throw Problem.unavailable("scaffolder folder " + workFolder + ": " + e, e);
        }
        recover(store.singleProcess() ? Instant.MAX : clock.instant().minus(ABANDONED_AFTER));
        dispatcher = Thread.ofVirtual().name("scaffolder dispatcher").start(this::dispatch);
        janitor = Thread.ofVirtual().name("scaffolder janitor").start(this::watch);
    }

    void keepSecrets(String taskId, Map<String, String> values) {
        if (!values.isEmpty()) {
            secrets.put(taskId, Map.copyOf(values));
        }
    }

    void forgetSecrets(String taskId) {
        secrets.remove(taskId);
    }

    /** Cancels a task if it runs here. */
    boolean cancel(String taskId) {
        Running task = running.get(taskId);
        if (task == null) {
            return false;
        }
        task.cancellation().cancel();
        return true;
    }

    void close() {
        closing = true;
        signals.signal();
        for (Thread thread : new Thread[] {dispatcher, janitor}) {
            if (thread != null) {
                thread.interrupt();
            }
        }
        try {
            if (!places.tryAcquire(settings.concurrency(), DRAIN.toSeconds(), TimeUnit.SECONDS)) {
                // Left in "processing" on purpose: the next start knows what to do with a task whose process went away.
                running.values().forEach(task -> task.cancellation().cancel());
                running.values().forEach(task -> task.thread().interrupt());
                if (!places.tryAcquire(settings.concurrency(), 5, TimeUnit.SECONDS)) {
                    LOG.atWarn().log("scaffolder: {} tasks did not stop in time", running.size());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void dispatch() {
        while (!closing) {
            try {
                places.acquire();
                boolean started = false;
                try {
                    long seen = signals.version();
                    Optional<TaskStore.Claimed> next = store.claim(clock.instant());
                    if (next.isPresent()) {
                        started = true;
                        run(next.get());
                    } else {
                        places.release();
                        started = true;
                        signals.await(seen, Duration.ofSeconds(store.singleProcess() ? 30 : 1));
                    }
                } finally {
                    if (!started) {
                        places.release();
                    }
                }
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                LOG.atError().setCause(e).log("scaffolder: the next task could not be taken; trying again");
                pause();
            }
        }
    }

    private static void pause() {
        try {
            TimeUnit.SECONDS.sleep(1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run(TaskStore.Claimed claimed) {
        Cancellation cancellation = new Cancellation();
        String id = claimed.task().id();
        Thread thread = Thread.ofVirtual().name("task " + id).unstarted(() -> {
            try {
                execute(claimed, cancellation);
            } catch (RuntimeException e) {
                LOG.atError().addKeyValue("task", id).setCause(e).log("a task ended without being recorded");
            } finally {
                running.remove(id);
                places.release();
                signals.signal();
            }
        });
        running.put(id, new Running(cancellation, thread, clock.instant()));
        thread.start();
    }

    private void execute(TaskStore.Claimed claimed, Cancellation cancellation) {
        Task task = claimed.task();
        Path workspace = workFolder.resolve(task.id());
        Redactor redactor = new Redactor();
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        TaskStatus status;
        try {
            Files.createDirectories(workspace);
            TaskRun.Job job = job(claimed, cancellation);
            TaskRun run = new TaskRun(job, actions, settings, expressions, workspace, limitedLog(task.id()), redactor);
            body.set("output", run.run());
            status = TaskStatus.COMPLETED;
        } catch (Exception e) {
            status = cancellation.cancelled() ? TaskStatus.CANCELLED : TaskStatus.FAILED;
            body.set("error", ErrorNames.json(e, redactor));
        }
        try {
            Thread.interrupted();
            Folders.delete(workspace);
        } catch (IOException e) {
            LOG.atWarn().addKeyValue("task", task.id()).setCause(e).log("a task's folder could not be removed");
        }
        if (closing && status == TaskStatus.CANCELLED) {
            return;
        }
        secrets.remove(task.id());
        body.put("message", "Run completed with status: " + status.word());
        store.end(task.id(), TaskStatus.PROCESSING, status, body, clock.instant());
    }

    private TaskRun.Job job(TaskStore.Claimed claimed, Cancellation cancellation) {
        Task task = claimed.task();
        Map<String, String> given = secrets.getOrDefault(task.id(), Map.of());
        if (claimed.hadSecrets() && given.isEmpty()) {
            throw Problem.invalid("the secrets of this task were lost when the process that knew them stopped; they are"
                    + " never stored (expected: start the template again)");
        }
        JsonNode info = task.spec().path("templateInfo");
        EntityRef ref = EntityRef.parse(info.path("entityRef").asString());
        TemplateSource.Template template =
                templates.find(ref).orElseThrow(() -> Problem.notFound("Template " + ref + " not found"));
        EntityRef caller = task.createdBy()
                .map(EntityRef::parse)
                .orElseGet(() -> EntityRef.of("user", EntityRef.DEFAULT_NAMESPACE, "guest"));
        return new TaskRun.Job(
                task.id(),
                task.spec(),
                ref,
                template.baseUrl(),
                template.folder(),
                given,
                new Principal(caller, claimed.callerKind()),
                false,
                cancellation);
    }

    private TaskRun.Log limitedLog(String taskId) {
        AtomicInteger lines = new AtomicInteger();
        return (message, stepId, status) -> {
            int line = lines.incrementAndGet();
            boolean statusLine = status != null;
            if (line > settings.maxLogEvents() && !statusLine) {
                if (line != settings.maxLogEvents() + 1) {
                    return;
                }
                append(
                        taskId,
                        "the log is longer than " + settings.maxLogEvents() + " lines; the rest is left out",
                        stepId,
                        null);
                return;
            }
            append(
                    taskId,
                    message.length() > MAX_MESSAGE ? message.substring(0, MAX_MESSAGE) + " …" : message,
                    stepId,
                    status);
        };
    }

    private void append(String taskId, String message, @Nullable String stepId, @Nullable String status) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        if (stepId != null) {
            body.put("stepId", stepId);
        }
        if (status != null) {
            body.put("status", status);
        }
        body.put("message", message);
        store.append(taskId, TaskEvent.Type.LOG, body, clock.instant());
        signals.signal();
    }

    /** Heartbeats, cancellations asked of another process, time limits, and tasks that lost their process. */
    private void watch() {
        while (!closing) {
            try {
                TimeUnit.MILLISECONDS.sleep(HEARTBEAT.toMillis());
                Instant now = clock.instant();
                running.forEach((id, task) -> {
                    boolean asked = store.heartbeat(id, now);
                    boolean late = now.isAfter(task.since().plus(settings.taskTime()));
                    if (late) {
                        append(id, "the task ran longer than " + settings.taskTime() + " and is cancelled", null, null);
                    }
                    if (asked || late) {
                        task.cancellation().cancel();
                    }
                });
                if (!store.singleProcess()) {
                    recover(now.minus(ABANDONED_AFTER));
                }
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                LOG.atWarn().setCause(e).log("scaffolder: housekeeping failed; trying again");
            }
        }
    }

    private void recover(Instant before) {
        Instant latest = before.equals(Instant.MAX) ? Instant.parse("9999-12-31T23:59:59Z") : before;
        for (Task task : store.abandoned(latest)) {
            if (running.containsKey(task.id())) {
                continue;
            }
            Folderless.remove(workFolder.resolve(task.id()), task.id());
            boolean startOver = task.spec()
                    .path("EXPERIMENTAL_recovery")
                    .path("EXPERIMENTAL_strategy")
                    .asString("none")
                    .equals("startOver");
            if (startOver && settings.recoverOnRestart()) {
                ObjectNode body = JsonNodeFactory.instance
                        .objectNode()
                        .put("message", "The process that ran this task stopped; starting over")
                        .put("recoverStrategy", "startOver");
                store.reopen(task.id(), TaskStatus.PROCESSING, body, false, clock.instant());
            } else {
                ObjectNode body = JsonNodeFactory.instance.objectNode();
                body.putObject("error")
                        .put("name", "Error")
                        .put(
                                "message",
                                "The process that ran this task stopped before it was done. Nothing was undone; look at"
                                        + " the log for the last step, then retry or start again.");
                body.put("message", "Run completed with status: failed");
                store.end(task.id(), TaskStatus.PROCESSING, TaskStatus.FAILED, body, clock.instant());
            }
            signals.signal();
        }
    }

    /** Removes what an abandoned task left, as far as it can. */
    private static final class Folderless {
        static void remove(Path folder, String taskId) {
            try {
                Folders.delete(folder);
            } catch (IOException e) {
                LOG.atWarn().addKeyValue("task", taskId).setCause(e).log("an abandoned folder could not be removed");
            }
        }
    }
}
