package dev.polder.portal.scaffolder;

import dev.polder.kernel.model.Problem;
import dev.polder.portal.scaffolder.expression.Expressions;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Renders every text in a JSON tree. Keys stay; what renders to nothing disappears from records and becomes null in lists;
 * a text that cannot be rendered stays as it was written, as in Backstage.
 */
final class TreeRenderer {

    private final Expressions expressions;

    TreeRenderer(Expressions expressions) {
        this.expressions = expressions;
    }

    JsonNode render(JsonNode input, ObjectNode context) {
        if (input.isString()) {
            try {
                return expressions.renderValue("expression", input.asString(), context);
            } catch (Problem e) {
                if (e.code() == Problem.Code.TOO_LARGE) {
                    throw e;
                }
                return input;
            }
        }
        if (input.isArray()) {
            ArrayNode array = JsonNodeFactory.instance.arrayNode();
            for (JsonNode item : input) {
                JsonNode rendered = render(item, context);
                array.add(rendered.isMissingNode() ? JsonNodeFactory.instance.nullNode() : rendered);
            }
            return array;
        }
        if (input.isObject()) {
            ObjectNode object = JsonNodeFactory.instance.objectNode();
            for (Map.Entry<String, JsonNode> field : input.properties()) {
                JsonNode rendered = render(field.getValue(), context);
                if (!rendered.isMissingNode()) {
                    object.set(field.getKey(), rendered);
                }
            }
            return object;
        }
        return input;
    }

    /** Backstage's own idea of true: an empty list is not. */
    static boolean truthy(JsonNode value) {
        return switch (value.getNodeType()) {
            case MISSING, NULL -> false;
            case BOOLEAN -> value.asBoolean();
            case STRING -> !value.asString().isEmpty();
            case NUMBER -> value.asDouble() != 0;
            case ARRAY -> !value.isEmpty();
            default -> true;
        };
    }
}
