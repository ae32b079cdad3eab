package dev.polder.wasm.service;

import dev.polder.kernel.model.Digest;
import dev.polder.kernel.model.Problem;
import dev.polder.wasm.capability.AllowedHosts;
import dev.polder.wasm.capability.Template;
import dev.polder.wasm.capability.Variables;
import dev.polder.wasm.service.SpinManifest.Build;
import dev.polder.wasm.service.SpinManifest.Component;
import dev.polder.wasm.service.SpinManifest.FileMount;
import dev.polder.wasm.service.SpinManifest.Notice;
import dev.polder.wasm.service.SpinManifest.Profile;
import dev.polder.wasm.service.SpinManifest.Source;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.tomlj.TomlTable;

/** Reads the tables of components of one {@code spin.toml}. */
final class ComponentReader {

    private static final int MAX_TEXT = SpinManifestReader.MAX_TEXT;
    private static final String KEYS = "source, description, variables, environment, files, exclude_files,"
            + " allowed_outbound_hosts, key_value_stores, sqlite_databases, ai_models, targets, build, tool,"
            + " dependencies, dependencies_inherit_configuration, profile";
    private static final String ALL_HTTP = "insecure:allow-all";
    private static final Pattern ENVIRONMENT = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,127}");
    private static final Pattern LABEL = Pattern.compile("[A-Za-z][A-Za-z0-9]{0,62}([-_][A-Za-z0-9]{1,62}){0,10}");

    private final Map<String, Variables.Declaration> variables;
    private final List<Notice> notices;
    private final boolean anywhere;
    private final DependencyReader dependencies;

    /** @param anywhere whether paths may lead out of the manifest's folder */
    ComponentReader(Map<String, Variables.Declaration> variables, List<Notice> notices, boolean anywhere) {
        this.anywhere = anywhere;
        this.dependencies = new DependencyReader(anywhere);
        this.variables = variables;
        this.notices = notices;
    }

    Component component(String id, TomlCursor table) {
        Source source = source(table, true);
        List<String> hosts = hosts(table);
        List<String> stores = labels(table, "key_value_stores");
        List<String> databases = labels(table, "sqlite_databases");
        List<String> models = table.texts("ai_models", 50, 200);
        Map<String, String> templates = table.strings("variables", 200, MAX_TEXT);
        templates.forEach((name, template) -> {
            String fault = Variables.nameFault(name);
            if (fault != null) {
                table.mistake("variables", "variable name " + fault);
            }
            checkTemplate(table, "variables", template);
        });
        Map<String, String> environment = environment(table);
        List<FileMount> files = files(table);
        List<String> excluded = table.texts("exclude_files", 200, MAX_TEXT);
        excluded.forEach(glob -> confined(table, "exclude_files", glob, false));
        List<String> targets = table.has("targets") ? SpinManifestReader.targets(table) : null;
        Map<String, SpinDependency> needs = dependencies.read(table);
        Component component = new Component(
                id,
                source == null ? new Source.Local("") : source,
                SpinManifestReader.orEmpty(table.text("description", MAX_TEXT)),
                templates,
                environment,
                files,
                excluded,
                hosts,
                stores,
                databases,
                containers(table),
                models,
                targets,
                build(table.table("build")),
                needs,
                profiles(table.table("profile")),
                table.here());
        notice(table, "ai_models", !models.isEmpty(), "the models are recorded; no language model is served here");
        notice(table, "targets", targets != null, "targets are recorded; compatibility with them is not checked");
        table.finish(KEYS);
        return component;
    }

    /** Checks what can only be checked when all components are known. */
    void checkReferences(Map<String, Component> components, TomlCursor root) {
        for (Component component : components.values()) {
            component.dependencies().forEach((name, dependency) -> {
                if (dependency.from() instanceof SpinDependency.AppComponent(String id)) {
                    Component needed = components.get(id);
                    String fault = needed == null
                            ? "is not a component (expected one of: " + String.join(", ", components.keySet()) + ")"
                            : ownGrants(needed);
                    if (!fault.isEmpty()) {
                        root.mistakeAt(
                                component.where().field("component." + component.id() + ".dependencies"),
                                "\"" + name + "\": \"" + id + "\" " + fault);
                    }
                }
            });
        }
    }

    /** What a dependency would lose: it is given what the component has that needs it, or nothing. */
    private static String ownGrants(Component needed) {
        List<String> own = new ArrayList<>();
        add(own, "ai_models", needed.aiModels());
        add(own, "allowed_outbound_hosts", needed.allowedOutboundHosts());
        add(own, "dependencies", needed.dependencies().keySet());
        add(own, "environment", needed.environment().keySet());
        add(own, "files", needed.files());
        add(own, "key_value_stores", needed.keyValueStores());
        add(own, "sqlite_databases", needed.sqliteDatabases());
        add(own, "variables", needed.variables().keySet());
        return own.isEmpty()
                ? ""
                : "has its own " + String.join(", ", own)
                        + " (expected: none; what it may use stands in the component that needs it)";
    }

    private static void add(List<String> own, String key, Collection<?> values) {
        if (!values.isEmpty()) {
            own.add(key);
        }
    }

    /** What may be reached; {@code allowed_http_hosts}, which came before, is what Spin makes of it. */
    private List<String> hosts(TomlCursor table) {
        List<String> hosts = new ArrayList<>(table.texts("allowed_outbound_hosts", 100, 500));
        hosts.forEach(host -> checkHost(table, "allowed_outbound_hosts", host));
        List<String> old = table.texts("allowed_http_hosts", 100, 500);
        if (old.isEmpty()) {
            return hosts;
        }
        List<String> same = new ArrayList<>();
        for (String host : old.contains(ALL_HTTP) ? List.of("*:*", "self") : old) {
            String name = host.replaceFirst("^https?://", "").replaceFirst("/$", "");
            same.add("http://" + name);
            if (!name.equals("self")) {
                same.add("https://" + name);
            }
        }
        same.forEach(host -> checkHost(table, "allowed_http_hosts", host));
        hosts.addAll(same);
        notice(
                table,
                "allowed_http_hosts",
                true,
                "deprecated; allowed_outbound_hosts = "
                        + hosts.stream().map(host -> "\"" + host + "\"").toList() + " is the same");
        return hosts;
    }

    private void notice(TomlCursor table, String key, boolean holds, String text) {
        if (holds) {
            notices.add(new Notice(table.where(key), text));
        }
    }

    private @Nullable Source source(TomlCursor table, boolean required) {
        if (table.value("source") instanceof TomlTable) {
            TomlCursor inner = table.table("source");
            return inner == null ? null : remote(inner);
        }
        if (!required && !table.has("source")) {
            return null;
        }
        String path = table.requiredText("source", MAX_TEXT);
        confined(table, "source", path, anywhere);
        return new Source.Local(path);
    }

    private static Source remote(TomlCursor inner) {
        Source source;
        if (inner.has("url")) {
            source = new Source.Remote(inner.requiredText("url", MAX_TEXT), digest(inner));
            inner.finish("url, digest");
        } else {
            source = new Source.Registry(
                    inner.text("registry", 500),
                    inner.requiredText("package", 500),
                    inner.requiredText("version", 200));
            inner.finish("registry, package, version (or url, digest)");
        }
        return source;
    }

    static String digest(TomlCursor table) {
        String digest = table.requiredText("digest", 200);
        try {
            if (!digest.isEmpty()) {
                var _ = Digest.parse(digest);
            }
        } catch (Problem e) {
            table.mistake("digest", e.detail());
        }
        return digest;
    }

    private List<String> labels(TomlCursor table, String key) {
        List<String> labels = table.texts(key, 50, 200);
        labels.stream()
                .filter(label -> !LABEL.matcher(label).matches())
                .forEach(label -> table.mistake(
                        key, "\"" + TomlCursor.shortened(label) + "\" (expected: words joined by - or _)"));
        return labels;
    }

    /** Spin has no key for them; {@code tool} holds what other programs want to know. */
    private static List<String> containers(TomlCursor table) {
        TomlCursor tool = table.table("tool");
        TomlCursor polder = tool == null ? null : tool.table("polder");
        if (polder == null) {
            return List.of();
        }
        List<String> names = polder.texts("blob_containers", 50, 1024);
        polder.finish("blob_containers");
        return names;
    }

    private Map<String, String> environment(TomlCursor table) {
        Map<String, String> environment = table.strings("environment", 200, 16 * 1024);
        environment.forEach((name, value) -> {
            if (!ENVIRONMENT.matcher(name).matches()) {
                table.mistake(
                        "environment", "\"" + TomlCursor.shortened(name) + "\" (expected: letters, digits and _)");
            }
            notice(
                    table,
                    "environment",
                    value.contains("{{") && !GuestEnvironment.isTemplate(value, variables.keySet()),
                    "the value of " + name + " is kept as written: it is no template of declared variables");
        });
        return environment;
    }

    private static void checkHost(TomlCursor table, String key, String host) {
        String fault = AllowedHosts.fault(host);
        if (fault != null) {
            table.mistake(key, fault);
        }
    }

    void checkTemplate(TomlCursor table, String key, String text) {
        try {
            for (String name : Template.parse(text).variables()) {
                if (!variables.containsKey(name)) {
                    table.mistake(
                            key,
                            "{{ " + name + " }} is not declared (expected one of: "
                                    + String.join(", ", variables.keySet()) + ")");
                }
            }
        } catch (Problem e) {
            table.mistake(key, e.detail());
        }
    }

    private List<FileMount> files(TomlCursor table) {
        List<FileMount> files = new ArrayList<>();
        for (Object value : table.array("files", 200)) {
            if (value instanceof String glob) {
                confined(table, "files", glob, false);
                files.add(new FileMount(glob, null));
            } else if (value instanceof TomlTable mount
                    && mount.get(List.of("source")) instanceof String from
                    && mount.get(List.of("destination")) instanceof String to
                    && mount.size() == 2) {
                confined(table, "files", from, anywhere);
                if (!to.startsWith("/") || List.of(to.split("/")).contains("..")) {
                    table.mistake("files", "\"" + TomlCursor.shortened(to) + "\" (expected: an absolute destination)");
                }
                files.add(new FileMount(from, to));
            } else {
                table.mistake("files", TomlCursor.shown(value) + " (expected: a glob, or {source, destination})");
            }
        }
        return files;
    }

    private @Nullable Build build(@Nullable TomlCursor table) {
        if (table == null) {
            return null;
        }
        List<String> commands = commands(table);
        String workdir = SpinManifestReader.orEmpty(table.text("workdir", MAX_TEXT));
        confined(table, "workdir", workdir, anywhere);
        Build build = new Build(commands, workdir, table.texts("watch", 200, MAX_TEXT));
        table.finish("command, workdir, watch");
        return build;
    }

    private static List<String> commands(TomlCursor table) {
        if (table.value("command") instanceof String) {
            return List.of(table.requiredText("command", MAX_TEXT));
        }
        List<String> commands = table.texts("command", 20, MAX_TEXT);
        if (commands.isEmpty() || commands.stream().anyMatch(String::isBlank)) {
            table.mistake("command", "missing or blank (expected: a command line, or an array of them)");
        }
        return commands;
    }

    private Map<String, Profile> profiles(@Nullable TomlCursor table) {
        Map<String, Profile> profiles = new LinkedHashMap<>();
        if (table == null) {
            return profiles;
        }
        for (String name : table.keys()) {
            TomlCursor profile = table.table(name);
            if (profile != null) {
                TomlCursor build = profile.table("build");
                List<String> commands = List.of();
                if (build != null) {
                    commands = commands(build);
                    build.finish("command");
                }
                profiles.put(
                        name,
                        new Profile(
                                source(profile, false), environment(profile), commands, dependencies.read(profile)));
                profile.finish("source, environment, build, dependencies");
            }
        }
        return profiles;
    }

    /** Refuses what leaves the manifest's folder unless it may; links are checked again when the file is opened. */
    static void confined(TomlCursor table, String key, String path, boolean anywhere) {
        boolean outside = !anywhere && List.of(path.split("/")).contains("..");
        if (outside || path.startsWith("/") || path.contains("\\")) {
            table.mistake(
                    key, "\"" + TomlCursor.shortened(path) + "\" (expected: a path inside the folder of the manifest)");
        }
    }
}
