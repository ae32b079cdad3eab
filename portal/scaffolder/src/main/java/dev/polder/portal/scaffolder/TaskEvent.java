package dev.polder.portal.scaffolder;

import java.time.Instant;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * One line of a task's history.
 *
 * @param id rises within the task
 * @param recoverable whether the task may run again by itself after this event
 * @param body {@code message}, and {@code stepId}, {@code status}, {@code output}, {@code error} where they apply
 */
public record TaskEvent(long id, String taskId, Type type, Instant createdAt, boolean recoverable, ObjectNode body) {

    /** What happened. */
    public enum Type {
        LOG,
        COMPLETION,
        CANCELLED,
        RECOVERED;

        /** The word on the wire. */
        public String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /** The event as Backstage's clients read it. */
    public ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("id", id);
        json.put("taskId", taskId);
        json.put("type", type.word());
        json.put("createdAt", createdAt.toString());
        json.put("isTaskRecoverable", recoverable);
        json.set("body", body);
        return json;
    }
}
