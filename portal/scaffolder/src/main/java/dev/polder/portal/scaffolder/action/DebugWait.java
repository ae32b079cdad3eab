package dev.polder.portal.scaffolder.action;

import dev.polder.kernel.model.Problem;
import dev.polder.portal.scaffolder.ActionContext;
import dev.polder.portal.scaffolder.TemplateAction;
import java.time.Duration;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** {@code debug:wait}: waits, at most ten minutes. */
final class DebugWait implements TemplateAction {

    private static final Duration MOST = Duration.ofMinutes(10);

    private static final JsonNode INPUT = Schemas.parse("""
            {"type":"object","properties":{
              "minutes":{"type":"number"},
              "seconds":{"type":"number"},
              "milliseconds":{"type":"number"}}}""");

    @Override
    public String id() {
        return "debug:wait";
    }

    @Override
    public String description() {
        return "Waits for a certain period of time.";
    }

    @Override
    public JsonNode inputSchema() {
        return INPUT;
    }

    @Override
    public List<Example> examples() {
        return List.of(new Example(
                "Wait for two seconds",
                "steps:\n  - action: debug:wait\n    id: wait\n    input:\n      seconds: 2\n"));
    }

    @Override
    public void run(ActionContext context) throws InterruptedException {
        double millis = context.input().path("minutes").asDouble(0) * 60_000
                + context.input().path("seconds").asDouble(0) * 1_000
                + context.input().path("milliseconds").asDouble(0);
        if (millis > MOST.toMillis() || millis < 0) {
            throw Problem.invalid("Waiting duration is longer than the maximum threshold of " + MOST.toMinutes()
                    + " minutes (found: " + (long) (millis / 1000) + " s)");
        }
        context.log("Waiting for "
                + Duration.ofMillis((long) millis).toString().substring(2).toLowerCase(java.util.Locale.ROOT));
        Thread.sleep(Duration.ofMillis((long) millis));
    }
}
