package dev.polder.app.config;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Writes the JSON Schema of the configuration from its records, their settings and the defaults. */
final class SchemaWriter {

    private SchemaWriter() {}

    static ObjectNode of(PolderConfig defaults) {
        ObjectNode schema = JsonNodeFactory.instance.objectNode();
        schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.put("title", "polder.yaml");
        mapping(schema, PolderConfig.class, defaults);
        return schema;
    }

    private static void mapping(ObjectNode schema, Class<?> type, @Nullable Object defaults) {
        schema.put("type", "object");
        schema.put("additionalProperties", false);
        ObjectNode properties = schema.putObject("properties");
        ArrayNode required = JsonNodeFactory.instance.arrayNode();
        for (RecordComponent component : type.getRecordComponents()) {
            Setting setting = Records.settingOf(component);
            ObjectNode property = properties.putObject(component.getName());
            property.put("description", setting.value());
            Object value = defaults == null ? null : Records.valueOrNull(defaults, component);
            describe(property, component.getGenericType(), setting, value);
            if (defaults == null && setting.required()) {
                required.add(component.getName());
            }
        }
        if (!required.isEmpty()) {
            schema.set("required", required);
        }
    }

    private static void describe(ObjectNode schema, Type type, Setting setting, @Nullable Object value) {
        if (type instanceof ParameterizedType map && map.getRawType() == Map.class) {
            schema.put("type", "object");
            mapping(schema.putObject("additionalProperties"), Records.entryType(type), null);
            return;
        }
        if (type instanceof ParameterizedType list) {
            schema.put("type", "array");
            describe(schema.putObject("items"), list.getActualTypeArguments()[0], setting, null);
            if (value instanceof List<?> given && given.isEmpty()) {
                schema.putArray("default");
            }
            return;
        }
        Class<?> plain = (Class<?>) type;
        if (plain.isRecord() && plain != Secret.class) {
            mapping(schema, plain, value);
        } else if (plain == int.class) {
            schema.put("type", "integer").put("minimum", setting.min()).put("maximum", setting.max());
            if (value instanceof Integer number) {
                schema.put("default", number);
            }
        } else if (plain == boolean.class) {
            schema.put("type", "boolean");
            if (value instanceof Boolean bool) {
                schema.put("default", bool);
            }
        } else {
            text(schema, plain, setting, value);
        }
    }

    private static void text(ObjectNode schema, Class<?> type, Setting setting, @Nullable Object value) {
        schema.put("type", "string");
        if (type.isEnum()) {
            ArrayNode names = schema.putArray("enum");
            for (Object constant : type.getEnumConstants()) {
                names.add(constant.toString().toLowerCase(Locale.ROOT));
            }
        }
        if (!setting.pattern().isEmpty()) {
            schema.put("pattern", "^(?:" + setting.pattern() + ")$");
        }
        switch (value) {
            case Enum<?> constant -> schema.put("default", constant.toString().toLowerCase(Locale.ROOT));
            case InetAddress address -> schema.put("default", address.getHostAddress());
            case Path path -> schema.put("default", path.toString());
            case String string -> schema.put("default", string);
            case null, default -> {
                // Nothing holds unless it is set.
            }
        }
    }
}
