package dev.polder.portal.scaffolder.expression;

import java.util.Iterator;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code JSON.stringify(value, null, indent)}, character for character. */
final class JsonText {

    private static final JsonMapper JSON = JsonMapper.shared();

    private final StringBuilder out = new StringBuilder();
    private final String unit;

    private JsonText(String unit) {
        this.unit = unit;
    }

    static String of(JsonNode node, String unit) {
        JsonText text = new JsonText(unit);
        text.write(node, "\n");
        return text.out.toString();
    }

    private void write(JsonNode node, String newline) {
        if (node.isObject() && !node.isEmpty()) {
            String inner = newline + unit;
            out.append('{');
            for (Iterator<Map.Entry<String, JsonNode>> fields =
                            node.properties().iterator();
                    fields.hasNext(); ) {
                Map.Entry<String, JsonNode> field = fields.next();
                out.append(unit.isEmpty() ? "" : inner)
                        .append(JSON.writeValueAsString(field.getKey()))
                        .append(unit.isEmpty() ? ":" : ": ");
                write(field.getValue(), inner);
                out.append(fields.hasNext() ? "," : "");
            }
            out.append(unit.isEmpty() ? "" : newline).append('}');
        } else if (node.isArray() && !node.isEmpty()) {
            String inner = newline + unit;
            out.append('[');
            for (Iterator<JsonNode> items = node.iterator(); items.hasNext(); ) {
                out.append(unit.isEmpty() ? "" : inner);
                write(items.next(), inner);
                out.append(items.hasNext() ? "," : "");
            }
            out.append(unit.isEmpty() ? "" : newline).append(']');
        } else if (node.isNumber()) {
            out.append(Numbers.text(node.asDouble()));
        } else {
            out.append(JSON.writeValueAsString(node));
        }
    }
}
