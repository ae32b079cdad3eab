package dev.polder.portal.catalog;

import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.YamlDocument;
import dev.polder.kernel.model.YamlReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Puts other files' content in the place of {@code $text}, {@code $json} and {@code $yaml}.
 *
 * <p>A file is relative to the descriptor and must lie, links followed, below the root folder of its location; a URL
 * must stay with the host of the descriptor's.
 */
final class Placeholders {

    private static final Set<String> KNOWN = Set.of("$text", "$json", "$yaml");
    private static final int MAX_BYTES = 10 * 1024 * 1024;

    private final LocationSpec location;
    private final @Nullable Path root;
    private final UrlSource urls;
    private final List<Dependency> dependencies = new ArrayList<>();
    private final List<EntityProblem> problems = new ArrayList<>();

    /** Something that the entity was made from besides its descriptor; a change of it makes the entity anew. */
    sealed interface Dependency {
        boolean unchanged(UrlSource urls);

        /** A file and the state it was read in. */
        record OnFile(Path file, FileSource.Stamp stamp) implements Dependency {
            @Override
            public boolean unchanged(UrlSource urls) {
                return FileSource.stamp(file).equals(stamp);
            }
        }

        /** A URL and its version; one without a version changes with its descriptor only. */
        record OnUrl(String url, java.util.Optional<String> version) implements Dependency {
            @Override
            public boolean unchanged(UrlSource urls) {
                return urls.version(url).equals(version);
            }
        }
    }

    Placeholders(LocationSpec location, @Nullable Path root, UrlSource urls) {
        this.location = location;
        this.root = root;
        this.urls = urls;
    }

    List<Dependency> dependencies() {
        return dependencies;
    }

    List<EntityProblem> problems() {
        return problems;
    }

    /** A copy with every placeholder replaced; those that fail are left, and told in {@link #problems()}. */
    JsonNode resolve(JsonNode node, String path) {
        if (node.isArray()) {
            ArrayNode copy = JsonNodeFactory.instance.arrayNode();
            for (int i = 0; i < node.size(); i++) {
                copy.add(resolve(node.path(i), path + "[" + i + "]"));
            }
            return copy;
        }
        if (!node.isObject()) {
            return node;
        }
        boolean marked = node.propertyStream().anyMatch(field -> field.getKey().startsWith("$"));
        if (marked) {
            String key = node.propertyNames().iterator().next();
            return node.size() == 1 && KNOWN.contains(key) ? replaced(key, node, path) : node;
        }
        ObjectNode copy = JsonNodeFactory.instance.objectNode();
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            String inner = path.isEmpty() ? field.getKey() : path + "." + field.getKey();
            copy.set(field.getKey(), resolve(field.getValue(), inner));
        }
        return copy;
    }

    private JsonNode replaced(String key, JsonNode placeholder, String path) {
        JsonNode value = placeholder.path(key);
        try {
            if (!value.isString()) {
                throw Problem.invalid("Placeholder " + key
                        + " expected a string value parameter, in the form of an absolute URL or a relative path");
            }
            return converted(key, value.asString(), read(key, value.asString()));
        } catch (Problem e) {
            problems.add(EntityProblem.of("Error", String.valueOf(e.getMessage()), path));
            return placeholder;
        }
    }

    private byte[] read(String key, String reference) {
        try {
            if (location.type().equals(LocationSpec.URL)) {
                String url = urls.resolve(reference, location.target());
                if (!host(url).equals(host(location.target()))) {
                    throw Problem.invalid(
                            "Placeholder may only reference files from the same repository as the entity");
                }
                dependencies.add(new Dependency.OnUrl(url, urls.version(url)));
                return urls.bytes(url);
            }
            return readFile(reference);
        } catch (Problem e) {
            throw Problem.invalid("Placeholder " + key + " could not read location " + reference + ", " + e.detail());
        }
    }

    private byte[] readFile(String reference) {
        Path folder = Path.of(location.target()).getParent();
        Path allowed = root == null ? folder : root;
        if (folder == null || allowed == null) {
            throw Problem.invalid(location + " is no file that others could be relative to");
        }
        Path file = folder.resolve(reference).normalize();
        if (!file.startsWith(allowed.normalize())) {
            throw outside(reference, allowed);
        }
        dependencies.add(new Dependency.OnFile(file, FileSource.stamp(file)));
        try {
            if (file.toFile().exists() && !file.toRealPath().startsWith(allowed.toRealPath())) {
                throw outside(reference, allowed);
            }
        } catch (IOException e) {
            throw Problem.invalid("file " + file + " could not be read, " + e);
        }
        return FileSource.bytes(file, MAX_BYTES);
    }

    private static Problem outside(String reference, Path allowed) {
        return Problem.invalid(reference + " leads out of " + allowed + " (expected: a file below it)");
    }

    private static String host(String url) {
        try {
            return String.valueOf(java.net.URI.create(url).getRawAuthority());
        } catch (IllegalArgumentException e) {
            throw Problem.invalid("not a URL: " + url);
        }
    }

    private static JsonNode converted(String key, String reference, byte[] bytes) {
        if (key.equals("$text")) {
            return JsonNodeFactory.instance.stringNode(new String(bytes, StandardCharsets.UTF_8));
        }
        if (key.equals("$json")) {
            try {
                return JsNumbers.normalized(JsonMapper.shared().readTree(bytes));
            } catch (JacksonException e) {
                throw Problem.invalid(
                        "Placeholder $json failed to parse JSON data at " + reference + ", " + e.getOriginalMessage());
            }
        }
        List<YamlDocument> documents;
        try {
            documents = YamlReader.read(reference, bytes);
        } catch (Problem e) {
            throw Problem.invalid(
                    "Placeholder $yaml failed to parse YAML data at " + reference + ", " + e.getMessage());
        }
        if (documents.size() != 1) {
            throw Problem.invalid("Placeholder $yaml expected to find exactly one document of data at " + reference
                    + ", found " + documents.size());
        }
        return JsNumbers.normalized(documents.getFirst().root());
    }
}
