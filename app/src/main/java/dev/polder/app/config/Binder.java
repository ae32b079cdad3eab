package dev.polder.app.config;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Makes records of a tree. A mistake is noted and the default stands in for the value, so that binding goes on and finds
 * the others; what was bound must not be used when there are any.
 */
final class Binder {

    private final ConfigTree tree;
    private final Mistakes mistakes;

    Binder(ConfigTree tree, Mistakes mistakes) {
        this.tree = tree;
        this.mistakes = mistakes;
    }

    /**
     * Binds a mapping.
     *
     * @param defaults what holds for keys that are not written; null for an entry of a list, which has none
     */
    Object bind(Class<?> type, @Nullable Object defaults, ObjectNode node, String path) {
        RecordComponent[] components = type.getRecordComponents();
        List<String> known =
                Arrays.stream(components).map(RecordComponent::getName).toList();
        for (String key : node.propertyNames()) {
            if (!known.contains(key)) {
                mistakes.add(tree.where(join(path, key)), "unknown key \"" + key + "\"" + Nearest.hint(key, known));
            }
        }
        @Nullable Object[] values = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            RecordComponent component = components[i];
            String at = join(path, component.getName());
            JsonNode child = node.get(component.getName());
            Object otherwise = defaults == null ? blank(component) : Records.valueOrNull(defaults, component);
            Setting setting = Records.settingOf(component);
            if (child == null || child.isNull()) {
                if (defaults == null && setting.required()) {
                    mistakes.add(tree.where(at), component.getName() + ": missing (expected: " + setting.value() + ")");
                }
                values[i] = otherwise;
            } else {
                Object value = component.getType() == Map.class
                        ? byName(component, siblings(components, values, i), child, at)
                        : value(component.getGenericType(), setting, otherwise, child, at);
                values[i] = value == null ? otherwise : value;
            }
        }
        return Records.make(type, values);
    }

    private static Map<String, Object> siblings(RecordComponent[] components, @Nullable Object[] values, int count) {
        Map<String, Object> siblings = new HashMap<>();
        for (int i = 0; i < count; i++) {
            if (values[i] != null) {
                siblings.put(components[i].getName(), values[i]);
            }
        }
        return siblings;
    }

    /** Entries under free names; for what one does not set, the keys of the same name beside the mapping hold. */
    private @Nullable Object byName(
            RecordComponent component, Map<String, Object> siblings, JsonNode node, String path) {
        if (!(node instanceof ObjectNode entries)) {
            return wrong(path, node, "a mapping");
        }
        Class<?> type = Records.entryType(component.getGenericType());
        RecordComponent[] keys = type.getRecordComponents();
        @Nullable Object[] held = new Object[keys.length];
        for (int i = 0; i < keys.length; i++) {
            held[i] = siblings.get(keys[i].getName());
        }
        Object defaults = Records.make(type, held);
        Map<String, Object> values = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : entries.properties()) {
            String at = join(path, entry.getKey());
            values.put(
                    entry.getKey(),
                    entry.getValue() instanceof ObjectNode object
                            ? bind(type, defaults, object, at)
                            : Objects.requireNonNullElse(wrong(at, entry.getValue(), "a mapping"), defaults));
        }
        return values;
    }

    private static @Nullable Object blank(RecordComponent component) {
        if (component.getType() == List.class) {
            return List.of();
        }
        if (component.getType() == boolean.class) {
            return false;
        }
        return component.getType() == String.class
                        && Records.settingOf(component).required()
                ? ""
                : null;
    }

    /** The value, or null after a mistake. */
    private @Nullable Object value(Type type, Setting setting, @Nullable Object otherwise, JsonNode node, String path) {
        if (type instanceof ParameterizedType list) {
            return list(list.getActualTypeArguments()[0], setting, node, path);
        }
        Class<?> plain = (Class<?>) type;
        if (plain.isRecord() && plain != Secret.class) {
            if (node instanceof ObjectNode object) {
                return bind(plain, otherwise, object, path);
            }
            return wrong(path, node, "a mapping");
        }
        if (plain == int.class) {
            return number(setting, node, path);
        }
        if (plain == boolean.class) {
            return bool(node, path);
        }
        if (!node.isString()) {
            return wrong(path, node, "text; quote it if it is meant as such");
        }
        return text(plain, setting, node.stringValue(), path);
    }

    private @Nullable Object list(Type entry, Setting setting, JsonNode node, String path) {
        List<Object> values = new ArrayList<>();
        if (tree.isText(path)) {
            for (String part : node.stringValue().split(",")) {
                Object value = text((Class<?>) entry, setting, part.strip(), path);
                if (value != null && !part.isBlank()) {
                    values.add(value);
                }
            }
            return values;
        }
        if (!(node instanceof ArrayNode array)) {
            return wrong(path, node, "a list");
        }
        for (int i = 0; i < array.size(); i++) {
            Object value = value(entry, setting, null, array.get(i), path + "[" + i + "]");
            if (value != null) {
                values.add(value);
            }
        }
        return values;
    }

    private @Nullable Object number(Setting setting, JsonNode node, String path) {
        String expected = "a whole number from " + setting.min() + " to " + setting.max();
        long number;
        if (node.isIntegralNumber() && node.canConvertToLong()) {
            number = node.asLong();
        } else if (tree.isText(path) && node.stringValue().strip().matches("-?\\d{1,18}")) {
            number = Long.parseLong(node.stringValue().strip());
        } else {
            return wrong(path, node, expected);
        }
        return number < setting.min() || number > setting.max() ? wrong(path, node, expected) : (Object) (int) number;
    }

    private @Nullable Object bool(JsonNode node, String path) {
        if (node.isBoolean()) {
            return node.asBoolean();
        }
        String text = tree.isText(path) ? node.stringValue().strip().toLowerCase(Locale.ROOT) : "";
        return text.equals("true") || text.equals("false")
                ? (Object) text.equals("true")
                : wrong(path, node, "true or false");
    }

    private @Nullable Object text(Class<?> type, Setting setting, String text, String path) {
        if (type == Secret.class) {
            return new Secret(text);
        }
        if (text.isBlank()) {
            return wrong(path, text, "text");
        }
        if (type.isEnum()) {
            List<String> names = Arrays.stream(type.getEnumConstants())
                    .map(constant -> constant.toString().toLowerCase(Locale.ROOT))
                    .toList();
            int index = names.indexOf(text.toLowerCase(Locale.ROOT));
            return index < 0
                    ? wrong(path, text, String.join(", ", names) + Nearest.hint(text, names))
                    : type.getEnumConstants()[index];
        }
        if (!setting.pattern().isEmpty() && !text.matches(setting.pattern())) {
            return wrong(path, text, setting.pattern());
        }
        if (type == String.class) {
            return text;
        }
        if (type == Path.class) {
            return text.indexOf('\0') >= 0 ? wrong(path, text, "a path") : Path.of(text);
        }
        if (type == InetAddress.class) {
            return address(text, path);
        }
        throw new IllegalStateException(path + " has the type " + type + ", which cannot be bound");
    }

    /** Names are not looked up: what is listened on must not depend on a name server. */
    private @Nullable Object address(String text, String path) {
        if (text.equals("localhost")) {
            return InetAddress.getLoopbackAddress();
        }
        try {
            return InetAddress.ofLiteral(text);
        } catch (IllegalArgumentException e) {
            return wrong(path, text, "localhost or an IP address such as 0.0.0.0");
        }
    }

    private @Nullable Object wrong(String path, Object found, String expected) {
        mistakes.add(
                tree.where(path),
                (found instanceof String text ? "\"" + text + "\"" : found) + " (expected: " + expected + ")");
        return null;
    }

    static String join(String path, String key) {
        return path.isEmpty() ? key : path + "." + key;
    }
}
