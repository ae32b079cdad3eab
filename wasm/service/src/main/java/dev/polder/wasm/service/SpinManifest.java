package dev.polder.wasm.service;

import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.Where;
import dev.polder.wasm.capability.Variables;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A {@code spin.toml} of version 2.
 *
 * <p>Source: Spin's manifest schema version 2. All of it is read and checked; what this build does not run yet stands in
 * {@link #notices} with its line.
 *
 * @param name the application's name
 * @param version {@code ""} when none is written
 * @param targets environments that the app wants to be compatible with
 * @param variables application variables by name
 * @param triggers HTTP triggers in the order written
 * @param otherTriggers Redis, cron, MQTT and messaging triggers in the order written, kind by kind
 * @param broker address of the broker for the app's own messages, {@code ""} for the one inside Polder; null when the app
 *     has none
 * @param components by id, in the order written, inline ones after the others; each is used by any number of triggers
 * @param profile the build profile of a repository that is pushed, or null for none
 * @param notices what was read, is valid, and has no effect in this build
 */
public record SpinManifest(
        String name,
        String version,
        String description,
        List<String> authors,
        List<String> targets,
        Map<String, Variables.Declaration> variables,
        List<SpinTrigger.Http> triggers,
        List<SpinTrigger.Event> otherTriggers,
        @Nullable String broker,
        Map<String, Component> components,
        @Nullable String profile,
        List<Notice> notices) {

    /** The file name that Spin gives it. */
    public static final String FILE_NAME = "spin.toml";

    public SpinManifest {
        authors = List.copyOf(authors);
        targets = List.copyOf(targets);
        variables = ordered(variables);
        triggers = List.copyOf(triggers);
        otherTriggers = List.copyOf(otherTriggers);
        components = ordered(components);
        notices = List.copyOf(notices);
    }

    /**
     * Reads a manifest.
     *
     * @param source what the text is called in messages, usually a path
     * @throws Problem INVALID that lists every mistake with its line; TOO_LARGE past 256 KiB
     */
    public static SpinManifest parse(String source, String text) {
        return parse(source, text, false);
    }

    /**
     * Reads a manifest, as {@link #parse(String, String)}.
     *
     * @param anywhere whether paths may lead out of the manifest's folder: for the files of whoever asks
     */
    public static SpinManifest parse(String source, String text, boolean anywhere) {
        return new SpinManifestReader(source, anywhere).read(text);
    }

    /**
     * This manifest as a named profile has it; components that do not define it stay as they are.
     *
     * @throws Problem INVALID when no component defines it
     */
    public SpinManifest withProfile(String profile) {
        Set<String> defined = new TreeSet<>();
        components
                .values()
                .forEach(component -> defined.addAll(component.profiles().keySet()));
        if (!defined.contains(profile)) {
            throw Problem.invalid("profile \"" + profile + "\" (expected one that a component defines: "
                    + (defined.isEmpty() ? "there is none" : String.join(", ", defined)) + ")");
        }
        Map<String, Component> changed = new LinkedHashMap<>();
        components.forEach((id, component) -> changed.put(id, component.withProfile(profile)));
        return new SpinManifest(
                name,
                version,
                description,
                authors,
                targets,
                variables,
                triggers,
                otherTriggers,
                broker,
                changed,
                null,
                notices);
    }

    /** What is asked for but has no effect yet, and where it stands. */
    public record Notice(Where where, String text) {
        @Override
        public String toString() {
            return where + ": " + text;
        }
    }

    /**
     * A wasm file and what it is given.
     *
     * @param variables templates by the name that the guest asks for
     * @param environment variables of the guest; values may be templates
     * @param files what is mounted read-only
     * @param excludeFiles globs of what is not mounted, whatever {@code files} says
     * @param allowedOutboundHosts checked patterns such as {@code https://*.example.com:443}; may be templates
     * @param keyValueStores labels
     * @param sqliteDatabases labels
     * @param targets null when those of the application hold
     * @param build how to make the file, or null when it is checked in
     * @param dependencies by the name of the import that they satisfy
     * @param profiles what named build profiles change
     */
    public record Component(
            String id,
            Source source,
            String description,
            Map<String, String> variables,
            Map<String, String> environment,
            List<FileMount> files,
            List<String> excludeFiles,
            List<String> allowedOutboundHosts,
            List<String> keyValueStores,
            List<String> sqliteDatabases,
            List<String> blobContainers,
            List<String> aiModels,
            @Nullable List<String> targets,
            @Nullable Build build,
            Map<String, SpinDependency> dependencies,
            Map<String, Profile> profiles,
            Where where) {
        public Component {
            variables = ordered(variables);
            environment = ordered(environment);
            files = List.copyOf(files);
            excludeFiles = List.copyOf(excludeFiles);
            allowedOutboundHosts = List.copyOf(allowedOutboundHosts);
            keyValueStores = List.copyOf(keyValueStores);
            sqliteDatabases = List.copyOf(sqliteDatabases);
            blobContainers = List.copyOf(blobContainers);
            aiModels = List.copyOf(aiModels);
            targets = targets == null ? null : List.copyOf(targets);
            dependencies = ordered(dependencies);
            profiles = ordered(profiles);
        }

        /** This component as a named profile has it; itself when the profile says nothing of it. */
        public Component withProfile(String name) {
            Profile profile = profiles.get(name);
            if (profile == null) {
                return this;
            }
            Map<String, String> env = new LinkedHashMap<>(environment);
            env.putAll(profile.environment());
            Map<String, SpinDependency> needs = new LinkedHashMap<>(dependencies);
            needs.putAll(profile.dependencies());
            Build made = profile.commands().isEmpty()
                    ? build
                    : new Build(
                            profile.commands(),
                            build == null ? "" : build.workdir(),
                            build == null ? List.of() : build.watch());
            return new Component(
                    id,
                    profile.source() == null ? source : profile.source(),
                    description,
                    variables,
                    env,
                    files,
                    excludeFiles,
                    allowedOutboundHosts,
                    keyValueStores,
                    sqliteDatabases,
                    blobContainers,
                    aiModels,
                    targets,
                    made,
                    needs,
                    profiles,
                    where);
        }
    }

    /** Where a wasm file comes from. */
    public sealed interface Source {
        /** A file, relative to the manifest's folder. */
        record Local(String path) implements Source {
            @Override
            public String toString() {
                return path;
            }
        }

        /** A file at a URL, with the digest that it must have. */
        record Remote(String url, String digest) implements Source {}

        /** A package of a registry; the default one when {@code registry} is null. */
        record Registry(@Nullable String registry, String packageName, String version) implements Source {}
    }

    /** A glob that is mounted under its own name, or a folder or file mounted under another. */
    public record FileMount(String source, @Nullable String destination) {}

    /**
     * How a component's wasm file is made.
     *
     * @param commands shell command lines, run one after the other
     * @param workdir relative to the manifest's folder; {@code ""} is that folder
     * @param watch globs of the sources
     */
    public record Build(List<String> commands, String workdir, List<String> watch) {
        public Build {
            commands = List.copyOf(commands);
            watch = List.copyOf(watch);
        }
    }

    /**
     * What a named build profile changes.
     *
     * @param source null when it stays
     * @param environment added to the component's, or put in its place name by name
     * @param commands empty when the build stays
     */
    public record Profile(
            @Nullable Source source,
            Map<String, String> environment,
            List<String> commands,
            Map<String, SpinDependency> dependencies) {
        public Profile {
            environment = ordered(environment);
            commands = List.copyOf(commands);
            dependencies = ordered(dependencies);
        }
    }

    private static <V> Map<String, V> ordered(Map<String, V> map) {
        return Collections.unmodifiableMap(new LinkedHashMap<>(map));
    }
}
