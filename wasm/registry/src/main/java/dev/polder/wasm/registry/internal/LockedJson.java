package dev.polder.wasm.registry.internal;

import dev.polder.wasm.registry.LockedApp;
import dev.polder.wasm.registry.LockedApp.Component;
import dev.polder.wasm.registry.LockedApp.Content;
import dev.polder.wasm.registry.LockedApp.Dependency;
import dev.polder.wasm.registry.LockedApp.Mount;
import dev.polder.wasm.registry.LockedApp.Source;
import dev.polder.wasm.registry.LockedApp.Trigger;
import dev.polder.wasm.registry.LockedApp.Variable;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Between the JSON of a locked Spin app and {@link LockedApp}. */
public final class LockedJson {

    private static final int MAX_COMPONENTS = 1000;
    private static final int MAX_TRIGGERS = 5000;
    private static final int MAX_FILES = 50_000;
    private static final int MAX_ENTRIES = 10_000;

    /** Parts that a document may say must be understood; their meaning is kept in the model. */
    private static final Set<String> UNDERSTOOD = Set.of("host_requirements", "component_host_requirements");

    private LockedJson() {}

    public static LockedApp read(byte[] json, String source, Origin origin) {
        Fields root = Fields.read(json, source, origin);
        long version = root.number("spin_lock_version");
        if (version > 1) {
            throw root.unsupported("spin_lock_version", version + " (expected: 0 or 1)");
        }
        List<String> mustUnderstand = root.texts("must_understand", MAX_ENTRIES);
        for (String part : mustUnderstand) {
            if (!UNDERSTOOD.contains(part)) {
                throw root.unsupported("must_understand", "\"" + part + "\" (expected: one of " + UNDERSTOOD + ")");
            }
        }
        root.value("triggers");
        root.value("components");
        List<Component> components = root.objects("components", MAX_COMPONENTS).stream()
                .map(LockedJson::component)
                .toList();
        Set<String> ids = new HashSet<>();
        for (Component component : components) {
            if (!ids.add(component.id())) {
                throw root.wrong("components", "two have the id \"" + component.id() + "\" (expected: unique ids)");
            }
        }
        return new LockedApp(
                mustUnderstand,
                root.tree("metadata"),
                requirements(root),
                root.map("variables", MAX_ENTRIES, (map, name) -> variable(map.object(name))),
                root.objects("triggers", MAX_TRIGGERS).stream()
                        .map(LockedJson::trigger)
                        .toList(),
                components);
    }

    private static Component component(Fields fields) {
        return new Component(
                fields.text("id"),
                fields.tree("metadata"),
                source(fields.object("source")),
                fields.textMap("env", MAX_ENTRIES),
                fields.objects("files", MAX_FILES).stream()
                        .map(file -> new Mount(content(file), file.text("path")))
                        .toList(),
                fields.textMap("config", MAX_ENTRIES),
                fields.map("dependencies", MAX_ENTRIES, (map, name) -> dependency(map.object(name))),
                dependencyLists(fields),
                requirements(fields));
    }

    private static Trigger trigger(Fields fields) {
        return new Trigger(
                fields.text("id"),
                fields.text("trigger_type"),
                fields.value("trigger_config"),
                dependencyLists(fields));
    }

    private static Map<String, List<Dependency>> dependencyLists(Fields fields) {
        return fields.map(
                "trigger_dependencies",
                MAX_ENTRIES,
                (map, role) -> map.objects(role, MAX_ENTRIES).stream()
                        .map(LockedJson::dependency)
                        .toList());
    }

    private static Variable variable(Fields fields) {
        return new Variable(fields.textOrNull("description"), fields.textOrNull("default"), fields.flag("secret"));
    }

    private static Source source(Fields fields) {
        return new Source(fields.text("content_type"), content(fields));
    }

    private static Content content(Fields fields) {
        String inline = fields.textOrNull("inline");
        if (inline != null) {
            try {
                inline = Base64.getEncoder().encodeToString(Base64.getDecoder().decode(inline));
            } catch (IllegalArgumentException e) {
                throw fields.wrong("inline", "not base64: " + e.getMessage());
            }
        }
        Content content =
                new Content(fields.textOrNull("source"), inline, fields.has("digest") ? fields.digest("digest") : null);
        if (content.source() == null && inline == null && content.digest() == null) {
            throw fields.wrong("digest", "missing (expected: source, inline or digest)");
        }
        return content;
    }

    /** {@code inherit} is {@code "All"} or {@code {"Some": [NAME…]}}; nothing is the empty list. */
    private static Dependency dependency(Fields fields) {
        List<String> inherits = List.of();
        if (fields.has("inherit")) {
            JsonNode value = fields.value("inherit");
            if (value.isString()) {
                if (!value.stringValue().equals("All")) {
                    throw fields.wrong("inherit", value + " (expected: \"All\" or {\"Some\": [NAME…]})");
                }
                inherits = null;
            } else {
                Fields some = fields.object("inherit");
                some.value("Some");
                inherits = some.texts("Some", MAX_ENTRIES);
            }
        }
        return new Dependency(source(fields.object("source")), fields.textOrNull("export"), inherits);
    }

    private static ObjectNode requirements(Fields fields) {
        ObjectNode requirements = fields.tree("host_requirements").deepCopy();
        requirements.removeIf(value -> value.isString() && value.stringValue().equals("optional"));
        return requirements;
    }

    public static byte[] write(LockedApp app) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        boolean plain = app.mustUnderstand().isEmpty() && app.hostRequirements().isEmpty();
        root.put("spin_lock_version", plain ? 0 : 1);
        if (!app.mustUnderstand().isEmpty()) {
            ArrayNode parts = root.putArray("must_understand");
            app.mustUnderstand().forEach(parts::add);
        }
        putTree(root, "metadata", app.metadata());
        putTree(root, "host_requirements", app.hostRequirements());
        if (!app.variables().isEmpty()) {
            ObjectNode variables = root.putObject("variables");
            app.variables().forEach((name, variable) -> variables.set(name, write(variable)));
        }
        ArrayNode triggers = root.putArray("triggers");
        for (Trigger trigger : app.triggers()) {
            ObjectNode node = triggers.addObject();
            node.put("id", trigger.id());
            node.put("trigger_type", trigger.type());
            node.set("trigger_config", trigger.config());
            putDependencies(node, trigger.dependencies());
        }
        ArrayNode components = root.putArray("components");
        app.components().forEach(component -> write(components.addObject(), component));
        return Fields.write(root);
    }

    private static void write(ObjectNode node, Component component) {
        node.put("id", component.id());
        putTree(node, "metadata", component.metadata());
        node.set("source", write(component.source()));
        putTexts(node, "env", component.env());
        if (!component.files().isEmpty()) {
            ArrayNode files = node.putArray("files");
            for (Mount mount : component.files()) {
                ObjectNode file = files.addObject();
                putContent(file, mount.content());
                file.put("path", mount.path());
            }
        }
        putTexts(node, "config", component.config());
        if (!component.dependencies().isEmpty()) {
            ObjectNode dependencies = node.putObject("dependencies");
            component.dependencies().forEach((name, dependency) -> dependencies.set(name, write(dependency)));
        }
        putDependencies(node, component.triggerDependencies());
        putTree(node, "host_requirements", component.hostRequirements());
    }

    private static ObjectNode write(Variable variable) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        putText(node, "description", variable.description());
        putText(node, "default", variable.defaultValue());
        if (variable.secret()) {
            node.put("secret", true);
        }
        return node;
    }

    private static ObjectNode write(Source source) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("content_type", source.contentType());
        putContent(node, source.content());
        return node;
    }

    private static ObjectNode write(Dependency dependency) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.set("source", write(dependency.source()));
        putText(node, "export", dependency.export());
        List<String> inherits = dependency.inherits();
        if (inherits == null) {
            node.put("inherit", "All");
        } else if (!inherits.isEmpty()) {
            ArrayNode some = node.putObject("inherit").putArray("Some");
            inherits.forEach(some::add);
        }
        return node;
    }

    private static void putDependencies(ObjectNode node, Map<String, List<Dependency>> byRole) {
        if (!byRole.isEmpty()) {
            ObjectNode roles = node.putObject("trigger_dependencies");
            byRole.forEach((role, dependencies) -> {
                ArrayNode list = roles.putArray(role);
                dependencies.forEach(dependency -> list.add(write(dependency)));
            });
        }
    }

    private static void putContent(ObjectNode node, Content content) {
        putText(node, "source", content.source());
        putText(node, "inline", content.inline());
        if (content.digest() != null) {
            node.put("digest", content.digest().toString());
        }
    }

    private static void putText(ObjectNode node, String name, @Nullable String value) {
        if (value != null) {
            node.put(name, value);
        }
    }

    private static void putTexts(ObjectNode node, String name, Map<String, String> texts) {
        if (!texts.isEmpty()) {
            ObjectNode target = node.putObject(name);
            texts.forEach(target::put);
        }
    }

    private static void putTree(ObjectNode node, String name, ObjectNode tree) {
        if (!tree.isEmpty()) {
            node.set(name, tree);
        }
    }
}
