package dev.polder.portal.scaffolder;

import dev.polder.kernel.model.EntityRef;
import dev.polder.kernel.model.Problem;
import dev.polder.kernel.server.Principal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What an action may see and do in one step. Used by the thread of the step; {@link #log} by any. */
public interface ActionContext {

    /** The step's input, rendered and valid against the action's schema. */
    ObjectNode input();

    /** A text field of the input; empty when it is missing or null. */
    default Optional<String> text(String field) {
        JsonNode value = input().path(field);
        return value.isMissingNode() || value.isNull() ? Optional.empty() : Optional.of(value.asString());
    }

    /** A truth value of the input; false when it is missing. */
    default boolean flag(String field) {
        return input().path(field).asBoolean(false);
    }

    /** The folder of this task, its own alone; removed when the task ends. */
    Path workspace();

    /**
     * A path inside the workspace.
     *
     * @throws Problem INVALID for an absolute path, {@code ..} that leaves the workspace, or a link out of it
     */
    Path resolve(String relative);

    /**
     * A path inside the folder of the template.
     *
     * @throws Problem INVALID when it leaves the folder, NOT_FOUND when the template has no local folder
     */
    Path resolveTemplate(String relative);

    /** Shows one line, or several, in the task's log; secrets are blacked out. */
    void log(String text);

    /** Gives a value to later steps; in an {@code each} step values are collected into a list. */
    void output(String name, JsonNode value);

    /** Gives a text to later steps. */
    void output(String name, String value);

    /** The secrets of the task. */
    Map<String, String> secrets();

    /** Who started the task. */
    Principal principal();

    /** The catalogue entity of who started the task. */
    Optional<ObjectNode> user();

    /** The template that runs. */
    EntityRef templateRef();

    /** Where the template's descriptor stands. */
    String templateBaseUrl();

    String taskId();

    String stepId();

    /** Whether nothing outside the workspace may change. */
    boolean dryRun();

    boolean cancelled();

    /**
     * Ends the step when the task was cancelled.
     *
     * @throws Problem CANCELLED
     */
    void requireNotCancelled();

    /** Called once when the task is cancelled while this step runs; at once when it already is. */
    void onCancel(Runnable cleanUp);

    /**
     * Runs a program, its output going to the log line by line; it and its children are killed when the task is
     * cancelled. Input is empty.
     *
     * @return the exit status
     */
    int execute(ProcessBuilder program) throws IOException, InterruptedException;
}
