package dev.polder.wasm.registry.internal;

import dev.polder.kernel.model.Digest;
import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.Where;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A JSON object of somebody else's, read field by field: a wrong type, a missing field, too many of something is a
 * {@link Problem} that names the document and the field. Unknown fields are left alone, as all these formats ask for.
 */
public final class Fields {

    private static final int MAX_DEPTH = 64;
    private static final int MAX_TEXT = 1024 * 1024;
    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .maxStringLength(MAX_TEXT)
                            .maxNameLength(4096)
                            .maxNumberLength(64)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(tools.jackson.databind.DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final ObjectNode node;
    private final Where where;
    private final String path;
    private final Origin origin;

    private Fields(ObjectNode node, Where where, String path, Origin origin) {
        this.node = node;
        this.where = where;
        this.path = path;
        this.origin = origin;
    }

    /**
     * Reads a document whose root is an object.
     *
     * @param source what to call the document in messages
     */
    public static Fields read(byte[] bytes, String source, Origin origin) {
        Where where = Where.of(source);
        JsonNode root;
        try {
            root = JSON.readTree(bytes);
        } catch (JacksonException e) {
            String why = origin == Origin.SECRETS ? "" : ": " + e.getOriginalMessage();
            throw origin.wrong("not JSON" + why + " (expected: a JSON object)", at(where, e));
        }
        if (!(root instanceof ObjectNode object)) {
            String found = root == null ? "nothing" : "a JSON " + root.getNodeType();
            throw origin.wrong(found + " (expected: a JSON object)", where);
        }
        return new Fields(object, where, "", origin);
    }

    private static Where at(Where where, JacksonException e) {
        return e.getLocation() == null || e.getLocation().getLineNr() < 1
                ? where
                : new Where(
                        where.source(),
                        e.getLocation().getLineNr(),
                        Math.max(0, e.getLocation().getColumnNr()),
                        null);
    }

    /** Writes a tree as compact UTF-8 JSON. */
    public static byte[] write(JsonNode tree) {
        return JSON.writeValueAsBytes(tree);
    }

    public boolean has(String name) {
        return node.hasNonNull(name);
    }

    /** A text that must be there. */
    public String text(String name) {
        JsonNode value = node.get(name);
        if (value == null || !value.isString()) {
            throw wrong(name, found(value) + " (expected: a string)");
        }
        return value.stringValue();
    }

    public @Nullable String textOrNull(String name) {
        return has(name) ? text(name) : null;
    }

    public boolean flag(String name) {
        JsonNode value = node.get(name);
        if (value == null || value.isNull()) {
            return false;
        }
        if (!value.isBoolean()) {
            throw wrong(name, found(value) + " (expected: true or false)");
        }
        return value.booleanValue();
    }

    /** A whole number of at least 0 that must be there. */
    public long number(String name) {
        JsonNode value = node.get(name);
        if (value == null || !value.isIntegralNumber() || !value.canConvertToLong() || value.longValue() < 0) {
            throw wrong(name, found(value) + " (expected: a whole number from 0)");
        }
        return value.longValue();
    }

    /** A SHA-256 digest that must be there. */
    public Digest digest(String name) {
        String text = text(name);
        try {
            return Digest.parse(text);
        } catch (Problem e) {
            throw wrong(name, e.detail());
        }
    }

    /** Any value that must be there. */
    public JsonNode value(String name) {
        JsonNode value = node.get(name);
        if (value == null) {
            throw wrong(name, "missing");
        }
        return value;
    }

    /** An object as it is; an empty one when there is none. */
    public ObjectNode tree(String name) {
        return has(name) ? object(name).node : JsonNodeFactory.instance.objectNode();
    }

    /** An object that must be there. */
    public Fields object(String name) {
        return object(node.get(name), name);
    }

    public @Nullable Fields objectOrNull(String name) {
        return has(name) ? object(name) : null;
    }

    /** Objects of a list; none when there is no list. */
    public List<Fields> objects(String name, int max) {
        List<Fields> objects = new ArrayList<>();
        for (JsonNode item : list(name, max)) {
            objects.add(object(item, name + "[" + objects.size() + "]"));
        }
        return List.copyOf(objects);
    }

    /** Texts of a list; none when there is no list. */
    public List<String> texts(String name, int max) {
        List<String> texts = new ArrayList<>();
        for (JsonNode item : list(name, max)) {
            if (!item.isString()) {
                throw wrong(name + "[" + texts.size() + "]", found(item) + " (expected: a string)");
            }
            texts.add(item.stringValue());
        }
        return List.copyOf(texts);
    }

    /** Values of a map, made by {@code read} from the map's object and the key; in the document's order. */
    public <T> Map<String, T> map(String name, int max, BiFunction<Fields, String, T> read) {
        Map<String, T> map = new LinkedHashMap<>();
        if (has(name)) {
            Fields object = object(name);
            if (object.node.size() > max) {
                throw origin.tooLarge(object.node.size() + " entries (expected: at most " + max + ")", place(name));
            }
            for (String key : object.names()) {
                map.put(key, read.apply(object, key));
            }
        }
        return java.util.Collections.unmodifiableMap(map);
    }

    /** A map from text to text; empty when there is none. */
    public Map<String, String> textMap(String name, int max) {
        return map(name, max, Fields::text);
    }

    public Set<String> names() {
        return node.propertyNames() instanceof Set<String> set ? set : Set.copyOf(node.propertyNames());
    }

    /** Where a field of this object stands. */
    public Where place(String name) {
        return where.field(path.isEmpty() ? name : path + "." + name);
    }

    /** The field breaks a rule. */
    public Problem wrong(String name, String detail) {
        return origin.wrong(detail, place(name));
    }

    public Problem unsupported(String name, String detail) {
        return origin.unsupported(detail, place(name));
    }

    private Fields object(@Nullable JsonNode value, String name) {
        if (!(value instanceof ObjectNode object)) {
            throw wrong(name, found(value) + " (expected: an object)");
        }
        return new Fields(object, where, path.isEmpty() ? name : path + "." + name, origin);
    }

    private ArrayNode list(String name, int max) {
        JsonNode value = node.get(name);
        if (value == null || value.isNull()) {
            return JsonNodeFactory.instance.arrayNode();
        }
        if (!(value instanceof ArrayNode array)) {
            throw wrong(name, found(value) + " (expected: a list)");
        }
        if (array.size() > max) {
            throw origin.tooLarge(array.size() + " entries (expected: at most " + max + ")", place(name));
        }
        return array;
    }

    private String found(@Nullable JsonNode value) {
        if (value == null) {
            return "missing";
        }
        if (origin == Origin.SECRETS) {
            return "a JSON " + value.getNodeType();
        }
        String text = value.toString();
        return text.length() > 80 ? text.substring(0, 80) + "…" : text;
    }
}
