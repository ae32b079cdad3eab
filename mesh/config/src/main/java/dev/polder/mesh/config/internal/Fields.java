package dev.polder.mesh.config.internal;

import dev.polder.kernel.model.Resource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A mapping being read: each accessor checks what it finds, notes a mistake with the field's path, and answers a
 * harmless value, so that one reading finds every mistake.
 */
public final class Fields {

    private static final int SHOWN = 80;

    private final ObjectNode node;
    private final String path;
    private final Mistakes mistakes;

    private Fields(ObjectNode node, String path, Mistakes mistakes) {
        this.node = node;
        this.path = path;
        this.mistakes = mistakes;
    }

    /** The top-level fields beside the envelope. */
    public static Fields of(Resource resource, Mistakes mistakes) {
        return new Fields(resource.fields(), "", mistakes);
    }

    /** Dotted path of a field. */
    public String path(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    public String path() {
        return path;
    }

    public Mistakes mistakes() {
        return mistakes;
    }

    /** Notes a mistake at a field of this mapping. */
    public void wrong(String name, String message) {
        mistakes.add(path(name), message);
    }

    /** Notes a mistake: what was found against what was expected. */
    public void wrong(String name, @Nullable Object found, String expected) {
        mistakes.add(path(name), shown(found) + " (expected: " + expected + ")");
    }

    static String shown(@Nullable Object found) {
        String text = found == null ? "missing" : found instanceof String s ? "\"" + s + "\"" : found.toString();
        return text.length() > SHOWN ? text.substring(0, SHOWN) + "…" : text;
    }

    private @Nullable JsonNode raw(String name) {
        JsonNode value = node.get(name);
        return value == null || value.isNull() ? null : value;
    }

    public boolean has(String name) {
        return raw(name) != null;
    }

    /** Every field name that is written. */
    public Set<String> names() {
        Set<String> names = new java.util.TreeSet<>();
        node.propertyNames().forEach(names::add);
        return names;
    }

    /** Refuses fields that the kind does not have. */
    public Fields only(String... known) {
        Set<String> set = Set.of(known);
        for (String name : names()) {
            if (!set.contains(name)) {
                wrong(name, "unknown field (expected: one of " + String.join(", ", known) + ")");
            }
        }
        return this;
    }

    /** A nested mapping; an empty one when it is missing or no mapping. */
    public Fields object(String name) {
        JsonNode value = raw(name);
        if (value != null && !(value instanceof ObjectNode)) {
            wrong(name, value.getNodeType(), "a mapping");
        }
        ObjectNode object = value instanceof ObjectNode found ? found : JsonNodeFactory.instance.objectNode();
        return new Fields(object, path(name), mistakes);
    }

    /** Refuses a mapping that is missing or empty, and lists in it that are empty. */
    public Fields filled() {
        if (node.isEmpty()) {
            mistakes.add(path, "empty (expected: at least one field)");
        }
        node.properties().forEach(entry -> {
            if (entry.getValue() instanceof ArrayNode list && list.isEmpty()) {
                wrong(entry.getKey(), "an empty list (expected: at least one value, or the field left out)");
            }
        });
        return this;
    }

    /** A list of mappings, at most {@code max}. */
    public List<Fields> objects(String name, int max) {
        List<Fields> found = new ArrayList<>();
        int index = 0;
        for (JsonNode item : array(name, max)) {
            String at = name + "[" + index++ + "]";
            if (item instanceof ObjectNode object) {
                found.add(new Fields(object, path(at), mistakes));
            } else {
                wrong(at, item.getNodeType(), "a mapping");
            }
        }
        return found;
    }

    /** A list of strings, at most {@code max}. */
    public List<String> texts(String name, int max) {
        List<String> found = new ArrayList<>();
        int index = 0;
        for (JsonNode item : array(name, max)) {
            String at = name + "[" + index++ + "]";
            if (item.isString() && !item.stringValue().isEmpty()) {
                found.add(item.stringValue());
            } else {
                wrong(at, item, "a string that is not empty");
            }
        }
        return found;
    }

    private Iterable<JsonNode> array(String name, int max) {
        JsonNode value = raw(name);
        if (value == null) {
            return List.of();
        }
        if (!(value instanceof ArrayNode array)) {
            wrong(name, value.getNodeType(), "a list");
            return List.of();
        }
        if (array.size() > max) {
            wrong(name, array.size() + " items (expected: at most " + max + ")");
            return List.of();
        }
        return array;
    }

    /** A string that must be there; {@code ""} when it is not. */
    public String text(String name) {
        JsonNode value = raw(name);
        if (value == null || !value.isString() || value.stringValue().isEmpty()) {
            wrong(name, value, "a string that is not empty");
            return "";
        }
        return value.stringValue();
    }

    /** A string, or the default when none is written. */
    public String text(String name, String byDefault) {
        JsonNode value = raw(name);
        if (value == null) {
            return byDefault;
        }
        if (!value.isString()) {
            wrong(name, value, "a string");
            return byDefault;
        }
        return value.stringValue();
    }

    /** One of a few words. */
    public String choice(String name, String byDefault, String... allowed) {
        String value = text(name, byDefault);
        if (!value.equals(byDefault) && !List.of(allowed).contains(value)) {
            wrong(name, value, "one of " + String.join(", ", allowed));
            return byDefault;
        }
        return value;
    }

    public boolean bool(String name, boolean byDefault) {
        JsonNode value = raw(name);
        if (value != null && !value.isBoolean()) {
            wrong(name, value, "true or false");
            return byDefault;
        }
        return value == null ? byDefault : value.booleanValue();
    }

    /** A whole number within bounds, or the default when none is written. */
    public int integer(String name, int byDefault, int min, int max) {
        JsonNode value = raw(name);
        if (value == null) {
            return byDefault;
        }
        if (!value.isIntegralNumber() || !value.canConvertToInt() || value.intValue() < min || value.intValue() > max) {
            wrong(name, value, "a whole number from " + min + " to " + max);
            return byDefault;
        }
        return value.intValue();
    }

    /** A TCP port that must be there; 0 when it is not. */
    public int port(String name) {
        if (!has(name)) {
            wrong(name, null, "a port from 1 to 65535");
            return 0;
        }
        return integer(name, 0, 1, 65535);
    }

    /** A value that may be a number or a string; {@code ""} when it is missing. */
    public String numberOrText(String name) {
        JsonNode value = raw(name);
        if (value == null) {
            return "";
        }
        if (value.isString() || value.isIntegralNumber()) {
            return value.asString();
        }
        wrong(name, value, "a number or a string");
        return "";
    }

    /** A mapping of strings to strings. */
    public Map<String, String> strings(String name) {
        Map<String, String> found = new LinkedHashMap<>();
        object(name).node.properties().forEach(entry -> {
            if (entry.getValue().isString()) {
                found.put(entry.getKey(), entry.getValue().stringValue());
            } else {
                wrong(name + "." + entry.getKey(), entry.getValue(), "a string");
            }
        });
        return found;
    }

    /** A mapping of names to ports. */
    public Map<String, Integer> ports(String name) {
        Map<String, Integer> found = new LinkedHashMap<>();
        Fields object = object(name);
        for (String key : object.names()) {
            found.put(key, object.port(key));
        }
        return found;
    }
}
