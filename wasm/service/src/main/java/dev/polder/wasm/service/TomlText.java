package dev.polder.wasm.service;

import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Writes TOML: tables by their headers, what is in them a key a line, in inline form. */
final class TomlText {

    private final StringBuilder text = new StringBuilder();

    /** Begins a table. */
    void table(String... path) {
        text.append("\n[").append(dotted(path)).append("]\n");
    }

    /** Begins the next table of an array. */
    void element(String... path) {
        text.append("\n[[").append(dotted(path)).append("]]\n");
    }

    private static String dotted(String... path) {
        return Stream.of(path).map(TomlText::string).collect(Collectors.joining("."));
    }

    /** @param value not null */
    void key(String name, JsonNode value) {
        text.append(string(name)).append(" = ");
        value(value);
        text.append('\n');
    }

    private void value(JsonNode value) {
        switch (value) {
            case ObjectNode object -> {
                String separator = "{ ";
                for (Map.Entry<String, JsonNode> entry : object.properties()) {
                    if (!entry.getValue().isNull()) {
                        text.append(separator).append(string(entry.getKey())).append(" = ");
                        value(entry.getValue());
                        separator = ", ";
                    }
                }
                text.append(separator.equals("{ ") ? "{}" : " }");
            }
            case JsonNode array
            when array.isArray() -> {
                text.append('[');
                String separator = "";
                for (JsonNode item : array) {
                    text.append(separator);
                    value(item);
                    separator = ", ";
                }
                text.append(']');
            }
            case JsonNode number when number.isNumber() || number.isBoolean() -> text.append(number);
            default -> text.append(string(value.asString("")));
        }
    }

    /** A basic string, control characters escaped. */
    private static String string(String value) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < ' ' || c == 0x7f) {
                quoted.append(String.format("\\u%04X", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
