package dev.polder.app.bridge;

import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.Resource;
import dev.polder.kernel.model.ResourceKey;
import dev.polder.kernel.store.ResourceStore;
import dev.polder.wasm.service.ConfigSource;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Kubernetes' ConfigMap and Secret of {@code v1}: what config of workloads is kept in. Values of a Secret are in no answer
 * and no message.
 */
public final class ConfigResources implements ConfigSource {

    static final String CONFIG_MAP = "ConfigMap";
    static final String SECRET = "Secret";

    /** Stands for a value that is not shown; no base64, so that what was read is not applied by mistake. */
    private static final String HIDDEN = "<hidden>";

    private static final int MAX_BYTES = 1024 * 1024;
    private static final Set<String> CONFIG_MAP_FIELDS = Set.of("data", "binaryData", "immutable");
    private static final Set<String> SECRET_FIELDS = Set.of("data", "stringData", "immutable", "type");

    private final ResourceStore store;

    public ConfigResources(ResourceStore store) {
        this.store = store;
    }

    @Override
    public Optional<Map<String, String>> configMap(String namespace, String name) {
        return store.get(new ResourceKey("", CONFIG_MAP, namespace, name)).map(found -> {
            Map<String, String> entries = new LinkedHashMap<>();
            found.fields()
                    .path("data")
                    .properties()
                    .forEach(entry ->
                            entries.put(entry.getKey(), entry.getValue().asString("")));
            return entries;
        });
    }

    @Override
    public Optional<Map<String, String>> secret(String namespace, String name) {
        return store.get(new ResourceKey("", SECRET, namespace, name)).map(found -> {
            Map<String, String> entries = new LinkedHashMap<>();
            bytes(found).forEach((key, value) -> entries.put(key, text(found.key() + " data." + key, value)));
            return entries;
        });
    }

    /** The decoded entries of a Secret. */
    static Map<String, byte[]> bytes(Resource secret) {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        secret.fields()
                .path("data")
                .properties()
                .forEach(entry -> entries.put(
                        entry.getKey(),
                        Base64.getMimeDecoder().decode(entry.getValue().asString(""))));
        return entries;
    }

    private static String text(String where, byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw Problem.invalid(where + ": " + bytes.length + " bytes (expected: UTF-8 text)");
        }
    }

    static boolean isSecret(Resource resource) {
        return resource.kind().equals(SECRET) && resource.apiVersion().equals("v1");
    }

    private static boolean isConfigMap(Resource resource) {
        return resource.kind().equals(CONFIG_MAP) && resource.apiVersion().equals("v1");
    }

    /**
     * Checks the fields of one of the two kinds; one of another kind passes unread.
     *
     * @throws Problem INVALID naming each field, and no value
     */
    static void validate(Resource resource) {
        if (!isSecret(resource) && !isConfigMap(resource)) {
            return;
        }
        Set<String> known = isSecret(resource) ? SECRET_FIELDS : CONFIG_MAP_FIELDS;
        List<String> mistakes = new ArrayList<>();
        long size = 0;
        for (Map.Entry<String, JsonNode> field : resource.fields().properties()) {
            String name = field.getKey();
            if (!known.contains(name)) {
                mistakes.add(name + ": unknown (expected one of: "
                        + String.join(", ", known.stream().sorted().toList()) + ")");
            } else if (name.equals("type")
                    ? !field.getValue().isString()
                    : name.equals("immutable") && !field.getValue().isBoolean()) {
                mistakes.add(name + ": " + field.getValue().getNodeType() + " (expected: text, or true or false)");
            } else if (!name.equals("type") && !name.equals("immutable")) {
                size += entries(resource, name, field.getValue(), mistakes);
            }
        }
        if (size > MAX_BYTES) {
            mistakes.add("data: " + size + " bytes (expected: at most " + MAX_BYTES + ")");
        }
        if (!mistakes.isEmpty()) {
            throw Problem.invalid(String.join("; ", mistakes));
        }
    }

    private static long entries(Resource resource, String field, JsonNode value, List<String> mistakes) {
        if (!value.isObject()) {
            mistakes.add(field + ": " + value.getNodeType() + " (expected: a mapping)");
            return 0;
        }
        boolean encoded = field.equals("binaryData") || (field.equals("data") && isSecret(resource));
        long size = 0;
        for (Map.Entry<String, JsonNode> entry : value.properties()) {
            String at = field + "." + entry.getKey();
            if (!entry.getValue().isString()) {
                mistakes.add(at + ": " + entry.getValue().getNodeType() + " (expected: text)");
            } else if (encoded && !isBase64(entry.getValue().stringValue())) {
                mistakes.add(at + ": no base64 (expected: the value in base64"
                        + (isSecret(resource) ? ", or stringData)" : ")"));
            } else {
                size += entry.getValue().stringValue().length();
            }
        }
        return size;
    }

    private static boolean isBase64(String text) {
        try {
            var _ = Base64.getDecoder().decode(text.replaceAll("\\s", ""));
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** As it is kept: {@code stringData} of a Secret is written into {@code data}, as Kubernetes does. */
    static Resource stored(Resource resource) {
        if (!isSecret(resource) || !(resource.fields().get("stringData") instanceof ObjectNode texts)) {
            return resource;
        }
        ObjectNode fields = resource.fields().deepCopy();
        fields.remove("stringData");
        ObjectNode data = fields.get("data") instanceof ObjectNode there ? there : fields.putObject("data");
        texts.properties()
                .forEach(entry -> data.put(
                        entry.getKey(),
                        Base64.getEncoder()
                                .encodeToString(entry.getValue().asString("").getBytes(StandardCharsets.UTF_8))));
        return new Resource(resource.apiVersion(), resource.kind(), resource.metadata(), fields, resource.status());
    }

    /** As it is shown: the names of a Secret's entries without their values. */
    static Resource shown(Resource resource) {
        if (!isSecret(resource)) {
            return resource;
        }
        ObjectNode fields = resource.fields().deepCopy();
        if (fields.get("data") instanceof ObjectNode data) {
            List.copyOf(data.propertyNames()).forEach(name -> data.put(name, HIDDEN));
        }
        return new Resource(resource.apiVersion(), resource.kind(), resource.metadata(), fields, resource.status());
    }
}
