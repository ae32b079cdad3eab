package dev.polder.portal.catalog;

import java.math.BigDecimal;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Numbers as JavaScript writes them, because filter values and entity tags are compared as Backstage writes them. */
final class JsNumbers {

    /** From here on JavaScript switches to exponents. */
    private static final double PLAIN_LIMIT = 1e21;

    /** Whole numbers beyond this may not fit a long. */
    private static final double WHOLE_LIMIT = 9e18;

    private JsNumbers() {}

    /** The text of a scalar, as {@code String(value)} in JavaScript. */
    static String text(JsonNode scalar) {
        if (!scalar.isFloatingPointNumber()) {
            return scalar.asString();
        }
        double value = scalar.doubleValue();
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            return Double.isNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
        }
        if (value == 0) {
            return "0";
        }
        double size = Math.abs(value);
        if (size >= 1e-6 && size < PLAIN_LIMIT) {
            return new BigDecimal(Double.toString(value)).stripTrailingZeros().toPlainString();
        }
        String[] parts = Double.toString(value).split("E");
        String digits = parts[0].endsWith(".0") ? parts[0].substring(0, parts[0].length() - 2) : parts[0];
        int exponent = Integer.parseInt(parts[1]);
        return digits + "e" + (exponent > 0 ? "+" : "") + exponent;
    }

    /** A copy in which whole numbers written as {@code 1.0} are whole, and what JSON cannot say is null. */
    static JsonNode normalized(JsonNode node) {
        if (node.isObject()) {
            ObjectNode copy = JsonNodeFactory.instance.objectNode();
            node.properties().forEach(field -> copy.set(field.getKey(), normalized(field.getValue())));
            return copy;
        }
        if (node.isArray()) {
            ArrayNode copy = JsonNodeFactory.instance.arrayNode();
            node.forEach(item -> copy.add(normalized(item)));
            return copy;
        }
        if (node.isFloatingPointNumber()) {
            double value = node.doubleValue();
            if (Double.isNaN(value) || Double.isInfinite(value)) {
                return JsonNodeFactory.instance.nullNode();
            }
            if (value == Math.rint(value) && Math.abs(value) < WHOLE_LIMIT) {
                return JsonNodeFactory.instance.numberNode((long) value);
            }
        }
        return node;
    }
}
