package dev.polder.app.config;

import dev.polder.kernel.model.Where;
import dev.polder.kernel.model.YamlDocument;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The file's tree with overrides laid over it, and where each value came from. */
final class ConfigTree {

    private final @Nullable YamlDocument file;
    private final ObjectNode root;
    private final Map<String, Where> overridden = new HashMap<>();
    private final Set<String> texts = new HashSet<>();

    ConfigTree(@Nullable YamlDocument file, Mistakes mistakes) {
        this.file = file;
        if (file == null || file.root().isNull()) {
            root = JsonNodeFactory.instance.objectNode();
        } else if (file.root() instanceof ObjectNode object) {
            root = object.deepCopy();
        } else {
            mistakes.add(file.where(""), "a " + file.root().getNodeType() + " (expected: a mapping)");
            root = JsonNodeFactory.instance.objectNode();
        }
    }

    ObjectNode root() {
        return root;
    }

    /** Sets a value by its dotted path; one that is text may stand for a number, a boolean or a list. */
    void override(String path, Object value, Where where) {
        ObjectNode owner = root;
        String[] keys = path.split("\\.");
        for (int i = 0; i < keys.length - 1; i++) {
            JsonNode child = owner.get(keys[i]);
            // A scalar where a mapping belongs is reported by the binder; the override would hide it.
            if (child != null && !child.isNull() && !child.isObject()) {
                return;
            }
            owner = child instanceof ObjectNode object ? object : owner.putObject(keys[i]);
        }
        owner.set(keys[keys.length - 1], nodeOf(value));
        overridden.put(path, where);
        if (value instanceof String) {
            texts.add(path);
        } else {
            texts.remove(path);
        }
    }

    private static JsonNode nodeOf(Object value) {
        return switch (value) {
            case Integer number -> JsonNodeFactory.instance.numberNode(number);
            case Long number -> JsonNodeFactory.instance.numberNode(number);
            case Boolean bool -> JsonNodeFactory.instance.booleanNode(bool);
            case List<?> list -> {
                var array = JsonNodeFactory.instance.arrayNode();
                list.forEach(item -> array.add(String.valueOf(item)));
                yield array;
            }
            default -> JsonNodeFactory.instance.stringNode(value.toString());
        };
    }

    void remove(String path) {
        root.remove(path);
    }

    boolean isOverridden(String path) {
        return overridden.containsKey(path);
    }

    /** Whether the value is text that has to be understood, because its source knows no other type. */
    boolean isText(String path) {
        return texts.contains(path);
    }

    Where where(String path) {
        for (String at = path; !at.isEmpty(); at = at.contains(".") ? at.substring(0, at.lastIndexOf('.')) : "") {
            Where where = overridden.get(at);
            if (where != null) {
                return where.field(path);
            }
        }
        return file == null ? Where.of("configuration").field(path) : file.where(path);
    }
}
