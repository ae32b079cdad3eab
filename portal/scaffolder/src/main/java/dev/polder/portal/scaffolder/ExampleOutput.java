package dev.polder.portal.scaffolder;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Makes up the output of an action that a dry run leaves out, from its schema. */
final class ExampleOutput {

    private ExampleOutput() {}

    static JsonNode of(JsonNode schema) {
        JsonNodeFactory json = JsonNodeFactory.instance;
        if (schema.path("examples").isArray() && !schema.path("examples").isEmpty()) {
            return schema.path("examples").get(0);
        }
        return switch (schema.path("type").asString("")) {
            case "object" -> {
                ObjectNode object = json.objectNode();
                schema.path("properties").properties().forEach(p -> object.set(p.getKey(), of(p.getValue())));
                yield object;
            }
            case "array" ->
                schema.path("items").isObject() ? json.arrayNode().add(of(schema.path("items"))) : json.arrayNode();
            case "string" -> json.stringNode("<example>");
            case "number" -> json.numberNode(0);
            case "boolean" -> json.booleanNode(false);
            default -> json.stringNode("<unknown>");
        };
    }
}
