package dev.polder.wasm.registry;

import dev.polder.kernel.model.Digest;
import dev.polder.kernel.model.Problem;
import dev.polder.wasm.registry.internal.LockedJson;
import dev.polder.wasm.registry.internal.Origin;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A Spin app with everything resolved: what {@code spin.lock} holds and what a registry keeps of a Spin app. The shape
 * is that of Spin's crate {@code locked-app}, lock versions 0 and 1.
 *
 * @param mustUnderstand parts of the document that a host must obey or else refuse the app
 * @param metadata {@code name}, {@code version}, {@code description}, {@code authors} and what tools add
 * @param hostRequirements features of the host by name; those that are {@code optional} are left out
 * @param variables application variables by name
 */
public record LockedApp(
        List<String> mustUnderstand,
        ObjectNode metadata,
        ObjectNode hostRequirements,
        Map<String, Variable> variables,
        List<Trigger> triggers,
        List<Component> components) {

    /**
     * An application variable.
     *
     * @param defaultValue null when the variable must be given
     */
    public record Variable(
            @Nullable String description, @Nullable String defaultValue, boolean secret) {}

    /**
     * What starts components.
     *
     * @param config settings of the trigger's type; {@code component} names the component it starts
     * @param dependencies components around it, such as middleware, by role
     */
    public record Trigger(String id, String type, JsonNode config, Map<String, List<Dependency>> dependencies) {}

    /**
     * A component.
     *
     * @param env environment variables
     * @param files what it finds in its file system
     * @param config its variables; the values are templates over the application's
     * @param dependencies components that satisfy imports, by the import's name
     */
    public record Component(
            String id,
            ObjectNode metadata,
            Source source,
            Map<String, String> env,
            List<Mount> files,
            Map<String, String> config,
            Map<String, Dependency> dependencies,
            Map<String, List<Dependency>> triggerDependencies,
            ObjectNode hostRequirements) {

        /** The same component with other bytes and files. */
        public Component with(
                Source otherSource,
                List<Mount> otherFiles,
                Map<String, Dependency> otherDependencies,
                Map<String, List<Dependency>> otherTriggerDependencies) {
            return new Component(
                    id,
                    metadata,
                    otherSource,
                    env,
                    otherFiles,
                    config,
                    otherDependencies,
                    otherTriggerDependencies,
                    hostRequirements);
        }
    }

    /** Wasm bytes. */
    public record Source(String contentType, Content content) {}

    /**
     * A file of a component.
     *
     * @param path where the guest finds it; in a registry relative to the guest's root, with forward slashes
     */
    public record Mount(Content content, String path) {}

    /**
     * A component that satisfies an import.
     *
     * @param export the export to use, or null for the one that fits
     * @param inherits the settings it takes from the component that uses it; null means all of them
     */
    public record Dependency(
            Source source,
            @Nullable String export,
            @Nullable List<String> inherits) {}

    /**
     * Where bytes are; at least one of the three is there.
     *
     * @param source a URI
     * @param inline the bytes themselves in base64
     * @param digest what the bytes must hash to
     */
    public record Content(
            @Nullable String source,
            @Nullable String inline,
            @Nullable Digest digest) {

        /** Bytes that stand in the document itself. */
        public static Content of(byte[] bytes) {
            return new Content(null, Base64.getEncoder().encodeToString(bytes), Digest.of(bytes));
        }

        /** A file or folder of this machine, to be pushed. */
        public static Content of(Path file) {
            return new Content(file.toUri().toString(), null, null);
        }

        /** Bytes in a blob. */
        public static Content of(Digest digest) {
            return new Content(null, null, digest);
        }

        /** The inline bytes, or null when there are none. */
        public byte @Nullable [] inlineBytes() {
            return inline == null ? null : Base64.getDecoder().decode(inline);
        }
    }

    /**
     * Reads a locked app that the caller wrote.
     *
     * @param source what to call the document in messages
     * @throws Problem INVALID naming the field; UNSUPPORTED when it must be understood and is not
     */
    public static LockedApp read(byte[] json, String source) {
        return LockedJson.read(json, source, Origin.CALLER);
    }

    /** The JSON form; maps in the order they have here. */
    public byte[] write() {
        return LockedJson.write(this);
    }

    /** The same app with every content changed; paths and all the rest stay. */
    public LockedApp withContents(UnaryOperator<Content> change) {
        return with(
                triggers.stream()
                        .map(trigger -> new Trigger(
                                trigger.id(),
                                trigger.type(),
                                trigger.config(),
                                changed(trigger.dependencies(), change)))
                        .toList(),
                components.stream()
                        .map(component -> component.with(
                                changed(component.source(), change),
                                component.files().stream()
                                        .map(mount -> new Mount(change.apply(mount.content()), mount.path()))
                                        .toList(),
                                each(component.dependencies(), dependency -> changed(dependency, change)),
                                changed(component.triggerDependencies(), change)))
                        .toList());
    }

    /** The same app with other triggers and components. */
    public LockedApp with(List<Trigger> otherTriggers, List<Component> otherComponents) {
        return new LockedApp(mustUnderstand, metadata, hostRequirements, variables, otherTriggers, otherComponents);
    }

    private static Source changed(Source source, UnaryOperator<Content> change) {
        return new Source(source.contentType(), change.apply(source.content()));
    }

    private static Dependency changed(Dependency dependency, UnaryOperator<Content> change) {
        return new Dependency(changed(dependency.source(), change), dependency.export(), dependency.inherits());
    }

    private static Map<String, List<Dependency>> changed(
            Map<String, List<Dependency>> byRole, UnaryOperator<Content> change) {
        return each(
                byRole,
                dependencies -> dependencies.stream()
                        .map(dependency -> changed(dependency, change))
                        .toList());
    }

    private static <T> Map<String, T> each(Map<String, T> map, UnaryOperator<T> change) {
        Map<String, T> result = new LinkedHashMap<>();
        map.forEach((key, value) -> result.put(key, change.apply(value)));
        return Collections.unmodifiableMap(result);
    }

    /** The component with this id, or null. */
    public @Nullable Component component(String id) {
        return components.stream()
                .filter(component -> component.id().equals(id))
                .findFirst()
                .orElse(null);
    }
}
