package dev.polder.kernel.model;

import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * One document of a YAML (or JSON) stream: its tree, and where every field of it stands.
 *
 * @param source path, URL or other name, used in messages
 * @param index zero-based position in the stream
 * @param root the tree; {@code NullNode} for an empty document
 * @param places the mark of each value, by dotted path with {@code [n]} for array elements; {@code ""} is the root
 */
public record YamlDocument(String source, int index, JsonNode root, Map<String, Where> places) {

    /**
     * Where a field stands; the nearest written ancestor when the field itself is missing.
     *
     * @param path dotted path such as {@code spec.steps[2].action}
     */
    public Where where(String path) {
        String at = path;
        while (!at.isEmpty() && !places.containsKey(at)) {
            at = parentOf(at);
        }
        Where found = places.getOrDefault(at, Where.of(source));
        return path.isEmpty() ? found : found.field(path);
    }

    private static String parentOf(String path) {
        int cut = Math.max(path.lastIndexOf('.'), path.lastIndexOf('['));
        return cut <= 0 ? "" : path.substring(0, cut);
    }
}
