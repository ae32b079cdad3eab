package dev.polder.wasm.service;

import dev.polder.kernel.model.Digest;
import dev.polder.kernel.model.Problem;
import dev.polder.kernel.store.BlobStore;
import dev.polder.wasm.registry.LockedApp;
import dev.polder.wasm.registry.PulledApp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes a pulled app as a folder: a {@code spin.toml} with the same meaning as the locked app, a wasm file for each
 * component, and its mounted files below {@code files/COMPONENT}. Components that satisfy imports of others are dependencies by
 * path. What the manifest has no key for is refused.
 */
public final class LockedManifest {

    /** What an app needs of its host whose components call each other. */
    static final String CHAINING = "local_service_chaining";

    private static final Map<String, String> COMPONENT_KEYS = Map.of(
            "description", "description",
            "allowed_outbound_hosts", "allowed_outbound_hosts",
            "key_value_stores", "key_value_stores",
            "databases", "sqlite_databases",
            "ai_models", "ai_models");
    private static final Set<String> APPLICATION_KEYS = Set.of("name", "version", "description", "authors");

    private final TomlText text = new TomlText();

    private LockedManifest() {}

    /**
     * Writes the folder.
     *
     * @param blobs has every content
     * @param folder an empty one
     * @return the manifest as it stands there
     * @throws Problem INVALID or UNSUPPORTED when the app cannot be written as a manifest; UNAVAILABLE
     */
    public static SpinManifest write(LockedApp app, BlobStore blobs, Path folder) {
        String toml = text(app);
        SpinManifest spin = SpinManifest.parse(SpinManifest.FILE_NAME, toml);
        try {
            for (LockedApp.Component component : app.components()) {
                copy(component.source().content(), blobs, folder.resolve(component.id() + ".wasm"));
                int number = 0;
                for (LockedApp.Dependency dependency : component.dependencies().values()) {
                    Path file = folder.resolve(dependencyFile(component, number++));
                    Files.createDirectories(Objects.requireNonNull(file.getParent()));
                    copy(dependency.source().content(), blobs, file);
                }
                Path files = folder.resolve("files").resolve(component.id());
                for (LockedApp.Mount mount : component.files()) {
                    Path target = files.resolve(mount.path()).normalize();
                    if (!target.startsWith(files) || target.equals(files)) {
                        throw Problem.invalid("component " + component.id() + ": file path \"" + mount.path()
                                + "\" (expected: one below the guest's root)");
                    }
                    Files.createDirectories(Objects.requireNonNull(target.getParent()));
                    copy(mount.content(), blobs, target);
                }
            }
            Files.writeString(folder.resolve(SpinManifest.FILE_NAME), toml, StandardOpenOption.CREATE_NEW);
        } catch (IOException e) {
            throw Problem.unavailable("the app could not be written to " + folder + ": " + e, e);
        }
        return spin;
    }

    /**
     * Writes what was pulled as a folder: an app as it is, a component as an app of its own that answers every path.
     *
     * @param name of the app when it is a component
     * @return the manifest as it stands there
     * @throws Problem as {@link #write(LockedApp, BlobStore, Path)}
     */
    public static SpinManifest write(PulledApp pulled, String name, BlobStore blobs, Path folder) {
        return switch (pulled) {
            case PulledApp.Spin spin -> write(spin.app(), blobs, folder);
            case PulledApp.Component component -> {
                byte[] wasm = blobs.read(component.wasm());
                ObjectNode config = JsonNodeFactory.instance.objectNode();
                config.put("route", "/...").put("component", "app");
                if (!WasmHeader.isComponent(component.reference().toString(), wasm)
                        && UnwrappedModule.of(wasm).isEmpty()) {
                    config.putObject("executor").put("type", "wagi");
                }
                yield write(
                        new LockedApp(
                                List.of(),
                                JsonNodeFactory.instance.objectNode().put("name", name),
                                JsonNodeFactory.instance.objectNode(),
                                Map.of(),
                                List.of(new LockedApp.Trigger("app", "http", config, Map.of())),
                                List.of(new LockedApp.Component(
                                        "app",
                                        JsonNodeFactory.instance.objectNode(),
                                        new LockedApp.Source(
                                                "application/wasm", LockedApp.Content.of(component.wasm())),
                                        Map.of(),
                                        List.of(),
                                        Map.of(),
                                        Map.of(),
                                        Map.of(),
                                        JsonNodeFactory.instance.objectNode()))),
                        blobs,
                        folder);
            }
        };
    }

    private static void copy(LockedApp.Content content, BlobStore blobs, Path to) throws IOException {
        byte[] inline = content.inlineBytes();
        Digest digest = content.digest();
        if (inline != null) {
            Files.write(to, inline, StandardOpenOption.CREATE_NEW);
        } else if (digest != null) {
            Files.write(to, blobs.read(digest), StandardOpenOption.CREATE_NEW);
        } else {
            throw Problem.invalid("\"" + to.getFileName() + "\": a content without digest (expected: a pulled app)");
        }
    }

    /** The text of {@code spin.toml}. */
    static String text(LockedApp app) {
        return new LockedManifest().manifest(app);
    }

    private String manifest(LockedApp app) {
        text.key("spin_manifest_version", JsonNodeFactory.instance.numberNode(2));
        text.table("application");
        app.metadata().properties().forEach(entry -> {
            if (APPLICATION_KEYS.contains(entry.getKey())) {
                key(entry.getKey(), entry.getValue());
            }
        });
        app.variables().forEach((name, variable) -> {
            text.table("variables", name);
            ObjectNode fields = JsonNodeFactory.instance.objectNode();
            if (variable.description() != null) {
                fields.put("description", variable.description());
            }
            if (variable.defaultValue() == null) {
                fields.put("required", true);
            } else {
                fields.put("default", variable.defaultValue());
            }
            if (variable.secret()) {
                fields.put("secret", true);
            }
            keys(fields);
        });
        app.hostRequirements().properties().forEach(entry -> requirement("app", entry.getKey()));
        for (LockedApp.Trigger trigger : app.triggers()) {
            if (!trigger.dependencies().isEmpty()) {
                throw unsupported("trigger " + trigger.id() + ": components around it");
            }
            text.element("trigger", trigger.type());
            key("id", JsonNodeFactory.instance.stringNode(trigger.id()));
            if (!(trigger.config() instanceof ObjectNode config)) {
                throw Problem.invalid("trigger " + trigger.id() + ": a config that is no object");
            }
            keys(config);
        }
        app.components().forEach(this::component);
        return text.toString();
    }

    private void component(LockedApp.Component component) {
        if (!SpinManifestReader.ID.matcher(component.id()).matches()) {
            throw Problem.invalid("component \"" + TomlCursor.shortened(component.id())
                    + "\" (expected: lower-case words joined by -)");
        }
        if (!component.triggerDependencies().isEmpty()) {
            throw unsupported("component " + component.id() + ": components around it");
        }
        component.hostRequirements().properties().forEach(entry -> requirement(component.id(), entry.getKey()));
        text.table("component", component.id());
        ObjectNode fields = JsonNodeFactory.instance.objectNode();
        fields.put("source", component.id() + ".wasm");
        component.metadata().properties().forEach(entry -> {
            String name = COMPONENT_KEYS.get(entry.getKey());
            if (name != null) {
                fields.set(name, entry.getValue());
            }
        });
        fields.set("environment", object(component.env()));
        fields.set("variables", object(component.config()));
        ObjectNode dependencies = fields.putObject("dependencies");
        int number = 0;
        for (Map.Entry<String, LockedApp.Dependency> entry :
                component.dependencies().entrySet()) {
            dependency(dependencies.putObject(entry.getKey()), dependencyFile(component, number++), entry.getValue());
        }
        if (!component.files().isEmpty()) {
            fields.putArray("files")
                    .addObject()
                    .put("source", "files/" + component.id())
                    .put("destination", "/");
        }
        keys(fields);
    }

    private static void dependency(ObjectNode fields, String file, LockedApp.Dependency dependency) {
        fields.put("path", file);
        if (dependency.export() != null) {
            fields.put("export", dependency.export());
        }
        List<String> inherits = dependency.inherits();
        if (inherits == null) {
            fields.put("inherit_configuration", true);
        } else if (!inherits.isEmpty()) {
            ArrayNode keys = fields.putArray("inherit_configuration");
            inherits.forEach(keys::add);
        }
    }

    /** Names of imports are no names of files. */
    private static String dependencyFile(LockedApp.Component component, int number) {
        return "dependencies/" + component.id() + "/" + number + ".wasm";
    }

    private static void requirement(String what, String name) {
        if (!name.equals(CHAINING)) {
            throw unsupported(what + ": the host requirement \"" + TomlCursor.shortened(name) + "\"");
        }
    }

    private static Problem unsupported(String what) {
        return Problem.guest(Problem.Code.UNSUPPORTED, what + " (expected: what Polder runs)", null);
    }

    private static ObjectNode object(Map<String, String> texts) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        new LinkedHashMap<>(texts).forEach(node::put);
        return node;
    }

    /** What is empty says nothing in a locked app. */
    private void keys(ObjectNode fields) {
        fields.properties().forEach(entry -> key(entry.getKey(), entry.getValue()));
    }

    private void key(String name, JsonNode value) {
        if (!value.isNull() && !(value.isContainer() && value.isEmpty())) {
            text.key(name, value);
        }
    }
}
