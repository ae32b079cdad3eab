package dev.polder.wasm.service;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** One object of a JSON document that is being read: its path, what was read of it, and where mistakes go. */
final class JsonCursor {

    private static final int MAX_TEXT = 64 * 1024;

    /** What is wrong with a document, each with its path. */
    static final class Mistakes {
        private static final int MOST = 50;
        private final Set<String> texts = new LinkedHashSet<>();

        void add(String path, String text) {
            if (texts.size() < MOST) {
                texts.add(path + ": " + text);
            }
        }

        boolean isEmpty() {
            return texts.isEmpty();
        }

        String text() {
            return String.join("; ", texts);
        }
    }

    /** A text of a list. */
    record Text(String path, String text) {}

    private final String path;
    private final ObjectNode object;
    private final Mistakes mistakes;
    private final Set<String> taken = new LinkedHashSet<>();

    JsonCursor(String path, ObjectNode object, Mistakes mistakes) {
        this.path = path;
        this.object = object;
        this.mistakes = mistakes;
    }

    String path() {
        return path;
    }

    String at(String field) {
        return path + "." + field;
    }

    void mistake(String field, String text) {
        mistakes.add(at(field), text);
    }

    boolean has(String field) {
        return object.hasNonNull(field);
    }

    /** The value, which counts as read; null when it is not there. */
    @Nullable
    JsonNode take(String field) {
        taken.add(field);
        return object.hasNonNull(field) ? object.get(field) : null;
    }

    @Nullable
    JsonCursor object(String field) {
        JsonNode value = take(field);
        if (value == null) {
            return null;
        }
        if (value instanceof ObjectNode inner) {
            return new JsonCursor(at(field), inner, mistakes);
        }
        mistake(field, shown(value) + " (expected: a mapping)");
        return null;
    }

    List<JsonNode> list(String field, int most) {
        JsonNode value = take(field);
        if (value == null) {
            return List.of();
        }
        if (!(value instanceof ArrayNode array)) {
            mistake(field, shown(value) + " (expected: a list)");
            return List.of();
        }
        if (most > 0 && array.size() > most) {
            mistake(field, array.size() + " entries (expected: at most " + most + ")");
            return List.of();
        }
        return array.valueStream().toList();
    }

    List<JsonCursor> objects(String field, int most) {
        List<JsonCursor> cursors = new ArrayList<>();
        List<JsonNode> list = list(field, most);
        for (int i = 0; i < list.size(); i++) {
            String here = at(field) + "[" + i + "]";
            if (list.get(i) instanceof ObjectNode inner) {
                cursors.add(new JsonCursor(here, inner, mistakes));
            } else {
                mistakes.add(here, shown(list.get(i)) + " (expected: a mapping)");
            }
        }
        return cursors;
    }

    List<Text> texts(String field, int most, Pattern form) {
        List<Text> texts = new ArrayList<>();
        List<JsonNode> list = list(field, most);
        for (int i = 0; i < list.size(); i++) {
            String here = at(field) + "[" + i + "]";
            JsonNode value = list.get(i);
            if (value.isString()
                    && value.stringValue().length() <= 512
                    && form.matcher(value.stringValue()).matches()) {
                texts.add(new Text(here, value.stringValue()));
            } else {
                mistakes.add(here, shown(value) + " (expected: text of the form " + form + ")");
            }
        }
        return texts;
    }

    String text(String field, String otherwise, @Nullable Pattern form) {
        JsonNode value = take(field);
        if (value == null) {
            return otherwise;
        }
        String text = value.isString() ? value.stringValue() : "";
        if (text.isEmpty()
                || text.length() > MAX_TEXT
                || (form != null && !form.matcher(text).matches())) {
            mistake(field, shown(value) + " (expected: text" + (form == null ? "" : " of the form " + form) + ")");
            return otherwise;
        }
        return text;
    }

    String requiredText(String field, @Nullable Pattern form) {
        if (!has(field)) {
            taken.add(field);
            mistake(field, "missing (expected: text)");
            return "";
        }
        return text(field, "", form);
    }

    String oneOf(String field, String otherwise, List<String> choices) {
        String text = text(field, otherwise, null);
        if (!choices.contains(text)) {
            mistake(field, "\"" + text + "\" (expected one of: " + String.join(", ", choices) + ")");
            return otherwise;
        }
        return text;
    }

    int number(String field, int otherwise, int least, int most) {
        JsonNode value = take(field);
        if (value == null) {
            return otherwise;
        }
        if (!value.isIntegralNumber()
                || !value.canConvertToInt()
                || value.intValue() < least
                || value.intValue() > most) {
            mistake(field, shown(value) + " (expected: a whole number from " + least + " to " + most + ")");
            return otherwise;
        }
        return value.intValue();
    }

    boolean flag(String field) {
        JsonNode value = take(field);
        if (value != null && !value.isBoolean()) {
            mistake(field, shown(value) + " (expected: true or false)");
        }
        return value != null && value.isBoolean() && value.booleanValue();
    }

    Map<String, String> textMap(String field, int most) {
        Map<String, String> texts = new LinkedHashMap<>();
        JsonCursor map = object(field);
        if (map == null) {
            return texts;
        }
        if (map.object.size() > most) {
            mistake(field, map.object.size() + " entries (expected: at most " + most + ")");
            return texts;
        }
        map.object.properties().forEach(entry -> {
            JsonNode value = entry.getValue();
            if (value.isString()
                    && value.stringValue().length() <= MAX_TEXT
                    && value.stringValue().indexOf('\0') < 0) {
                texts.put(entry.getKey(), value.stringValue());
            } else {
                map.mistake(entry.getKey(), value.getNodeType() + " (expected: text without NUL)");
            }
        });
        return texts;
    }

    /** Reports what nobody read. */
    void finish(String known) {
        object.properties().forEach(entry -> {
            if (!taken.contains(entry.getKey())) {
                mistake(entry.getKey(), "unknown (expected one of: " + known + ")");
            }
        });
    }

    private static String shown(JsonNode value) {
        return TomlCursor.shortened(value.isContainer() ? String.valueOf(value.getNodeType()) : value.toString());
    }
}
