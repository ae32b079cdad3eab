package dev.polder.portal.scaffolder;

import dev.polder.kernel.model.Problem;
import dev.polder.portal.scaffolder.expression.Expressions;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Renders every text in a JSON tree. Keys stay; what renders to nothing disappears from records and becomes null in lists.
 *
 * <p>Backstage lets a text that cannot be rendered pass as it was written, so that an action gets the expression itself.
 * Here only {@link #renderLeniently} does so, where values are still missing; a step fails and names its field.
 */
final class TreeRenderer {

    private static final int SHOWN = 200;

    private final Expressions expressions;

    TreeRenderer(Expressions expressions) {
        this.expressions = expressions;
    }

    /**
     * Renders what must be right.
     *
     * @param where the name of the tree's root in messages, such as {@code input}
     * @throws Problem naming the field and the expression that cannot be rendered
     */
    JsonNode render(String where, JsonNode input, ObjectNode context) {
        return render(where, input, context, false);
    }

    /** Renders what it can; a text that cannot be rendered stays as it was written. */
    JsonNode renderLeniently(JsonNode input, ObjectNode context) {
        return render("", input, context, true);
    }

    private JsonNode render(String where, JsonNode input, ObjectNode context, boolean lenient) {
        if (input.isString()) {
            try {
                return expressions.renderValue("expression", input.asString(), context);
            } catch (Problem e) {
                if (!lenient || e.code() == Problem.Code.TOO_LARGE) {
                    throw new Problem(
                            e.code(),
                            Problem.WhoFailed.CALLER,
                            false,
                            lenient ? e.detail() : where + ": " + e.detail() + " in " + shown(input.asString()),
                            null,
                            e);
                }
                return input;
            }
        }
        if (input.isArray()) {
            ArrayNode array = JsonNodeFactory.instance.arrayNode();
            for (JsonNode item : input) {
                JsonNode rendered = render(where + "[" + array.size() + "]", item, context, lenient);
                array.add(rendered.isMissingNode() ? JsonNodeFactory.instance.nullNode() : rendered);
            }
            return array;
        }
        if (input.isObject()) {
            ObjectNode object = JsonNodeFactory.instance.objectNode();
            for (Map.Entry<String, JsonNode> field : input.properties()) {
                JsonNode rendered = render(where + "." + field.getKey(), field.getValue(), context, lenient);
                if (!rendered.isMissingNode()) {
                    object.set(field.getKey(), rendered);
                }
            }
            return object;
        }
        return input;
    }

    private static String shown(String text) {
        String line = text.strip().replaceAll("\\s+", " ");
        return line.length() <= SHOWN ? line : line.substring(0, SHOWN) + "…";
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
