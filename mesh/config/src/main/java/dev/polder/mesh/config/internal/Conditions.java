package dev.polder.mesh.config.internal;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The conditions of one status. A condition that says what it said before keeps its time, so that an unchanged mesh
 * compiles to unchanged statuses. Source: {@code metav1.Condition}.
 */
final class Conditions {

    private record Condition(String type, boolean holds, String reason, String message) {}

    private final List<Condition> conditions = new ArrayList<>();

    /** Says that something holds. */
    Conditions yes(String type, String reason, String message) {
        conditions.add(new Condition(type, true, reason, message));
        return this;
    }

    /** Says that something does not hold, and why. */
    Conditions no(String type, String reason, String message) {
        conditions.add(new Condition(type, false, reason, message));
        return this;
    }

    /**
     * Renders them.
     *
     * @param before the conditions stored so far; those of other types are kept
     */
    ArrayNode render(@Nullable JsonNode before, long generation, Instant now) {
        ArrayNode rendered = JsonNodeFactory.instance.arrayNode();
        for (Condition condition : conditions) {
            JsonNode old = find(before, condition.type());
            ObjectNode node = rendered.addObject();
            node.put("type", condition.type());
            node.put("status", condition.holds() ? "True" : "False");
            node.put("reason", condition.reason());
            node.put("message", condition.message());
            // an int where it fits: that is how it reads back, and equal statuses must compare as equal
            if (generation == (int) generation) {
                node.put("observedGeneration", (int) generation);
            } else {
                node.put("observedGeneration", generation);
            }
            boolean same = old != null
                    && old.path("status")
                            .asString("")
                            .equals(node.path("status").asString(""))
                    && old.path("lastTransitionTime").isString();
            node.put(
                    "lastTransitionTime",
                    same && old != null
                            ? old.path("lastTransitionTime").stringValue()
                            : now.truncatedTo(ChronoUnit.SECONDS).toString());
        }
        if (before instanceof ArrayNode olds) {
            for (JsonNode old : olds) {
                String type = old.path("type").asString("");
                if (conditions.stream().noneMatch(condition -> condition.type().equals(type))) {
                    rendered.add(old);
                }
            }
        }
        return rendered;
    }

    private static @Nullable JsonNode find(@Nullable JsonNode before, String type) {
        if (before instanceof ArrayNode olds) {
            for (JsonNode old : olds) {
                if (old.path("type").asString("").equals(type)) {
                    return old;
                }
            }
        }
        return null;
    }
}
