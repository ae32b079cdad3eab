package dev.polder.wasm.service;

import dev.polder.kernel.model.Problem;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.tomlj.Toml;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A {@code spin.toml} on its way to a machine that has the app's files only: one profile is applied, and paths that lead
 * out of the manifest's folder, as those of Cargo's workspaces do, lead into it.
 */
final class PortableManifest {

    /** Where files from elsewhere stand in an archive. */
    private static final String OUTSIDE = "outside";

    private final @Nullable String profile;
    private boolean changed;

    private PortableManifest(@Nullable String profile) {
        this.profile = profile;
    }

    /**
     * The text itself when there is nothing to change.
     *
     * @param text a manifest that was read without a mistake
     * @param profile as the components have it that define it, or null
     */
    static String of(String text, @Nullable String profile) {
        JsonNode root = JsonMapper.shared().readTree(Toml.parse(text).toJson());
        PortableManifest manifest = new PortableManifest(profile);
        if (root.at("/application/tool/polder") instanceof ObjectNode tool) {
            tool.remove("profile"); // what was built is of one profile
        }
        root.path("component").forEach(manifest::component);
        root.path("trigger").forEach(kind -> kind.forEach(trigger -> manifest.component(trigger.path("component"))));
        return manifest.changed ? written((ObjectNode) root) : text;
    }

    /** The path in an archive of a path that is relative to the manifest's folder; itself when it stays there. */
    static String inside(String path) {
        Path normal = Path.of(path).normalize();
        if (!normal.startsWith("..")) {
            return List.of(path.split("/")).contains("..") ? normal.toString() : path;
        }
        List<String> below = new ArrayList<>();
        int up = 0;
        for (Path segment : normal) {
            if (segment.toString().equals("..")) {
                up++;
            } else {
                below.add(segment.toString());
            }
        }
        below.addFirst(OUTSIDE + "/" + up);
        return String.join("/", below);
    }

    private void component(JsonNode node) {
        if (!(node instanceof ObjectNode component)) {
            return; // the name of one
        }
        if (component.remove("profile") instanceof ObjectNode profiles) {
            profiles.forEach(this::files);
            if (profile != null) {
                apply(profiles.path(profile), component);
                changed = true;
            }
        }
        files(component);
        if (component.get("build") instanceof ObjectNode build) {
            lead(build, "workdir");
        }
        component.path("files").forEach(mount -> lead(mount, "source"));
    }

    /** What a component and each of its profiles may name. */
    private void files(JsonNode holder) {
        lead(holder, "source");
        holder.path("dependencies").forEach(dependency -> lead(dependency, "path"));
    }

    private static void apply(JsonNode chosen, ObjectNode component) {
        if (chosen.has("source")) {
            component.set("source", chosen.get("source"));
        }
        for (String table : List.of("environment", "dependencies")) {
            if (chosen.get(table) instanceof ObjectNode changes) {
                (component.get(table) instanceof ObjectNode there ? there : component.putObject(table)).setAll(changes);
            }
        }
        JsonNode command = chosen.path("build").get("command");
        if (command != null) {
            (component.get("build") instanceof ObjectNode there ? there : component.putObject("build"))
                    .set("command", command);
        }
    }

    private void lead(JsonNode holder, String key) {
        if (holder instanceof ObjectNode table && table.path(key).isString()) {
            String path = table.path(key).stringValue();
            String inside = inside(path);
            if (!inside.equals(path)) {
                table.put(key, inside);
                changed = true;
            }
        }
    }

    private static String written(ObjectNode root) {
        TomlText text = new TomlText();
        root.properties().stream()
                .filter(entry -> !entry.getValue().isObject())
                .forEach(entry -> text.key(entry.getKey(), entry.getValue()));
        for (Map.Entry<String, JsonNode> entry : root.properties()) {
            String name = entry.getKey();
            switch (name) {
                case "application" -> table(text, entry.getValue(), name);
                case "variables", "component" ->
                    entry.getValue().properties().forEach(each -> table(text, each.getValue(), name, each.getKey()));
                case "trigger" ->
                    entry.getValue()
                            .properties()
                            .forEach(kind -> kind.getValue().forEach(trigger -> {
                                text.element(name, kind.getKey());
                                trigger.properties().forEach(key -> text.key(key.getKey(), key.getValue()));
                            }));
                default -> {
                    if (entry.getValue().isObject()) {
                        throw Problem.internal("spin.toml: a table " + name + " that is not written", null);
                    }
                }
            }
        }
        return text.toString();
    }

    private static void table(TomlText text, JsonNode table, String... path) {
        text.table(path);
        table.properties().forEach(key -> text.key(key.getKey(), key.getValue()));
    }
}
