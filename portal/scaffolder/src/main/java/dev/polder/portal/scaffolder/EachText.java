package dev.polder.portal.scaffolder;

import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What a step is repeated for, as its log line shows it: key and value as plain text. */
final class EachText {

    private EachText() {}

    static ObjectNode of(ObjectNode each) {
        ObjectNode shown = JsonNodeFactory.instance.objectNode();
        each.properties().forEach(field -> shown.put(field.getKey(), text(field.getValue())));
        return shown;
    }

    private static String text(JsonNode value) {
        if (value.isArray()) {
            return value.valueStream()
                    .map(item -> item.isNull() ? "" : text(item))
                    .collect(Collectors.joining(","));
        }
        return value.isObject() ? "[object Object]" : value.isNull() ? "null" : value.asString();
    }
}
