package dev.polder.portal.scaffolder;

import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** One kind of step that templates may use. Stateless; one instance serves every task at once. */
public interface TemplateAction {

    /** An example for the list of actions; {@code example} is YAML. */
    record Example(String description, String example) {}

    /** What templates write after {@code action:}, such as {@code fetch:plain}. */
    String id();

    /** One sentence for people. */
    String description();

    /** JSON Schema (draft-07) of the input; checked before {@link #run}. */
    JsonNode inputSchema();

    /** JSON Schema of the output; a dry run makes its outputs up from it when the action cannot run dry. */
    default Optional<JsonNode> outputSchema() {
        return Optional.empty();
    }

    default List<Example> examples() {
        return List.of();
    }

    /** Whether {@link #run} keeps its hands off the world when {@link ActionContext#dryRun()}. */
    default boolean supportsDryRun() {
        return false;
    }

    /**
     * Does the work, on a virtual thread that is interrupted when the task is cancelled.
     *
     * @throws Exception fails the step; the message is shown with secrets blacked out
     */
    void run(ActionContext context) throws Exception;
}
