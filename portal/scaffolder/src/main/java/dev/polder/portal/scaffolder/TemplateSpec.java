package dev.polder.portal.scaffolder;

import dev.polder.kernel.model.EntityRef;
import dev.polder.kernel.model.Problem;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A template entity that was checked: {@code scaffolder.backstage.io/v1beta3}, with steps that name actions.
 *
 * @param steps with {@code id} and {@code name} filled in
 */
record TemplateSpec(ObjectNode entity, List<ObjectNode> steps) {

    static final String API_VERSION = "scaffolder.backstage.io/v1beta3";
    private static final int MAX_STEPS = 1_000;

    /** @throws Problem INVALID with the field that is wrong */
    static TemplateSpec of(JsonNode entity, String what) {
        if (!entity.isObject() || !entity.path("kind").asString("").equalsIgnoreCase("Template")) {
            throw Problem.invalid(what + ": kind " + entity.path("kind") + " (expected: Template)");
        }
        String version = entity.path("apiVersion").asString("");
        if (!version.equals(API_VERSION)) {
            throw Problem.invalid(
                    "Unsupported apiVersion field in schema entity, " + version + " (expected: " + API_VERSION + ")");
        }
        if (entity.path("metadata").path("name").asString("").isEmpty()) {
            throw Problem.invalid(what + ": metadata.name is missing (expected: a name)");
        }
        JsonNode written = entity.path("spec").path("steps");
        if (!written.isArray() || written.size() > MAX_STEPS) {
            throw Problem.invalid(what + ": spec.steps: " + written.getNodeType() + " of " + written.size()
                    + " (expected: a list of at most " + MAX_STEPS + " steps)");
        }
        List<ObjectNode> steps = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        for (JsonNode step : written) {
            String where = what + ": spec.steps[" + steps.size() + "]";
            if (!step.isObject() || step.path("action").asString("").isEmpty()) {
                throw Problem.invalid(where + ".action is missing (expected: the id of an action)");
            }
            ObjectNode copy = ((ObjectNode) step).deepCopy();
            if (copy.path("id").asString("").isEmpty()) {
                copy.put("id", "step-" + (steps.size() + 1));
            }
            if (copy.path("name").asString("").isEmpty()) {
                copy.put("name", copy.path("action").asString());
            }
            if (!ids.add(copy.path("id").asString())) {
                throw Problem.invalid(where + ".id: \"" + copy.path("id").asString() + "\" stands twice");
            }
            steps.add(copy);
        }
        return new TemplateSpec((ObjectNode) entity, List.copyOf(steps));
    }

    EntityRef ref() {
        return EntityRef.of(
                "template",
                entity.path("metadata").path("namespace").asString(EntityRef.DEFAULT_NAMESPACE),
                entity.path("metadata").path("name").asString());
    }

    JsonNode spec() {
        return entity.path("spec");
    }

    /** The pages of the form; one, several, or none. */
    List<JsonNode> pages() {
        JsonNode parameters = spec().path("parameters");
        return parameters.isArray()
                ? parameters.valueStream().toList()
                : parameters.isObject() ? List.of(parameters) : List.of();
    }

    /** What is wrong with the values; empty when nothing is. Only the first page with mistakes speaks, as in Backstage. */
    ArrayNode valueErrors(ObjectNode values) {
        int page = 0;
        for (JsonNode schema : pages()) {
            ArrayNode errors = SchemaErrors.of(ref() + " spec.parameters[" + page++ + "]", schema, values, "instance");
            if (!errors.isEmpty()) {
                return errors;
            }
        }
        return JsonNodeFactory.instance.arrayNode();
    }

    /** What is wrong with the secrets, never with their values in it. */
    ArrayNode secretErrors(Map<String, String> secrets) {
        ArrayNode errors = JsonNodeFactory.instance.arrayNode();
        JsonNode schema = spec().path("secrets").path("schema");
        if (!schema.isObject()) {
            return errors;
        }
        ObjectNode given = JsonNodeFactory.instance.objectNode();
        secrets.forEach(given::put);
        for (JsonNode error : SchemaErrors.of(ref() + " spec.secrets.schema", schema, given, "instance")) {
            String property = error.path("property").asString().replaceFirst("^instance", "secrets");
            boolean missing = error.path("name").asString().equals("required");
            ObjectNode shown = ((ObjectNode) error).deepCopy();
            shown.put("property", property);
            shown.put(
                    "message",
                    missing
                            ? "secrets." + error.path("argument").asString() + " is required"
                            : property + " " + error.path("message").asString());
            // the value itself stays out of the answer
            shown.putObject("instance");
            errors.add(shown);
        }
        return errors;
    }
}
