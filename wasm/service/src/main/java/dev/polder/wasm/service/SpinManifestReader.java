package dev.polder.wasm.service;

import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.Where;
import dev.polder.wasm.service.SpinManifest.Build;
import dev.polder.wasm.service.SpinManifest.Component;
import dev.polder.wasm.service.SpinManifest.FileMount;
import dev.polder.wasm.service.SpinManifest.HttpTrigger;
import dev.polder.wasm.service.SpinManifest.Notice;
import dev.polder.wasm.service.SpinManifest.Variable;
import dev.polder.wasm.service.SpinManifest.Wagi;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.tomlj.Toml;
import org.tomlj.TomlParseError;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlTable;

/** Reads {@code spin.toml}; holds the mistakes of one document while it does. */
final class SpinManifestReader {

    private static final String COMPONENT_MODEL = "it comes with the Component Model work";
    private static final int MAX_TRIGGERS = 200;
    private static final int MAX_COMPONENTS = 50;
    private static final int MAX_TEXT = 4096;
    private static final Pattern ID = Pattern.compile("[a-z][a-z0-9]{0,62}(-[a-z0-9]{1,62}){0,20}");
    private static final Pattern VARIABLE = Pattern.compile("[a-z][a-z0-9]{0,62}(_[a-z0-9]{1,62}){0,20}");
    private static final Pattern ENVIRONMENT = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,127}");

    private final String source;
    private final TomlCursor.Mistakes mistakes = new TomlCursor.Mistakes();
    private final List<Notice> notices = new ArrayList<>();

    SpinManifestReader(String source) {
        this.source = source;
    }

    SpinManifest read(String text) {
        TomlBounds.check(source, text);
        TomlParseResult parsed = Toml.parse(text);
        for (TomlParseError error : parsed.errors()) {
            Where where =
                    new Where(source, error.position().line(), error.position().column(), null);
            mistakes.add(where, Objects.requireNonNullElse(error.getMessage(), "not TOML"));
        }
        refuseMistakes();
        TomlCursor root = new TomlCursor(source, "", parsed, Where.of(source), mistakes);
        if (!Long.valueOf(2).equals(root.value("spin_manifest_version"))) {
            Object found = root.value("spin_manifest_version");
            root.mistake(
                    "spin_manifest_version",
                    "spin_manifest_version: " + (found == null ? "missing" : TomlCursor.shown(found))
                            + " (expected: 2)");
            refuseMistakes();
        }
        SpinManifest manifest = manifest(root);
        refuseMistakes();
        return manifest;
    }

    private SpinManifest manifest(TomlCursor root) {
        TomlCursor application = root.table("application");
        String name = "";
        String version = "";
        String description = "";
        List<String> authors = List.of();
        if (application == null) {
            root.mistake("application", "[application] is missing (expected: a table with a name)");
        } else {
            name = application.requiredText("name", 200);
            version = orEmpty(application.text("version", 200));
            description = orEmpty(application.text("description", MAX_TEXT));
            authors = application.texts("authors", 100, 500);
            application.value("tool"); // other tools' own settings, free of form by Spin's rules
            application.unsupported("trigger", "HTTP triggers need no application-wide settings here");
            application.unsupported("targets", "deployment targets are checked when components run");
            application.finish("name, version, description, authors, tool");
        }
        Map<String, Variable> variables = variables(root.table("variables"));
        Map<String, Component> components = components(root.table("component"));
        List<HttpTrigger> triggers = triggers(root.table("trigger"), components);
        root.finish("spin_manifest_version, application, variables, trigger, component");
        return new SpinManifest(name, version, description, authors, variables, triggers, components, notices);
    }

    private Map<String, Variable> variables(@Nullable TomlCursor table) {
        Map<String, Variable> variables = new LinkedHashMap<>();
        if (table == null) {
            return variables;
        }
        for (String name : table.keys()) {
            TomlCursor variable = table.table(name);
            if (variable == null) {
                continue;
            }
            if (!VARIABLE.matcher(name).matches()) {
                table.mistake(name, "variable name (expected: lower-case words joined by _)");
            }
            String defaultValue = variable.text("default", MAX_TEXT);
            boolean required = variable.flag("required");
            if (defaultValue == null && !required && !variable.has("default")) {
                table.mistake(name, "neither default nor required (expected: one of them)");
            }
            variables.put(name, new Variable(defaultValue, required, variable.flag("secret")));
            variable.finish("default, required, secret");
            notices.add(new Notice(
                    table.where(name), "the variable is recorded; guests read variables once components run"));
        }
        return variables;
    }

    private Map<String, Component> components(@Nullable TomlCursor table) {
        Map<String, Component> components = new LinkedHashMap<>();
        if (table == null) {
            return components;
        }
        if (table.keys().size() > MAX_COMPONENTS) {
            mistakes.add(table.here(), table.keys().size() + " components (expected: at most " + MAX_COMPONENTS + ")");
            return components;
        }
        for (String id : table.keys()) {
            TomlCursor component = table.table(id);
            if (component != null) {
                if (!ID.matcher(id).matches()) {
                    table.mistake(id, "component id (expected: lower-case words joined by -)");
                }
                components.put(id, component(id, component));
            }
        }
        return components;
    }

    private Component component(String id, TomlCursor table) {
        String path = "";
        if (table.value("source") instanceof TomlTable) {
            table.mistake(
                    "source",
                    "a table (expected: the path of a wasm file; sources by URL or registry are not" + " fetched)");
        } else {
            path = table.requiredText("source", MAX_TEXT);
            confined(table, "source", path);
        }
        Map<String, String> environment = table.strings("environment", 200, 16 * 1024);
        environment.keySet().stream()
                .filter(name -> !ENVIRONMENT.matcher(name).matches())
                .forEach(name -> table.mistake(
                        "environment", "\"" + TomlCursor.shortened(name) + "\" (expected: letters, digits and _)"));
        List<FileMount> files = files(table);
        if (!files.isEmpty()) {
            notices.add(new Notice(table.where("files"), "files are recorded; guests get no file system yet"));
        }
        List<String> hosts = table.texts("allowed_outbound_hosts", 100, 500);
        hosts.forEach(host -> OutboundHosts.check(host, table));
        if (!hosts.isEmpty()) {
            notices.add(new Notice(
                    table.where("allowed_outbound_hosts"), "the hosts are recorded; guests get no network yet"));
        }
        Component component = new Component(
                id,
                path,
                orEmpty(table.text("description", MAX_TEXT)),
                environment,
                files,
                hosts,
                build(table.table("build")),
                table.here());
        table.value("tool");
        table.unsupported("allowed_http_hosts", "it is deprecated; write allowed_outbound_hosts");
        table.unsupported("exclude_files", "guests get no file system yet");
        for (String key : List.of(
                "variables",
                "key_value_stores",
                "sqlite_databases",
                "ai_models",
                "targets",
                "dependencies",
                "dependencies_inherit_configuration",
                "profile")) {
            table.unsupported(key, COMPONENT_MODEL);
        }
        table.finish("source, description, environment, files, allowed_outbound_hosts, build, tool");
        return component;
    }

    private List<FileMount> files(TomlCursor table) {
        List<FileMount> files = new ArrayList<>();
        for (Object value : table.array("files", 200)) {
            if (value instanceof String glob) {
                confined(table, "files", glob);
                files.add(new FileMount(glob, null));
            } else if (value instanceof TomlTable mount
                    && mount.get(List.of("source")) instanceof String from
                    && mount.get(List.of("destination")) instanceof String to
                    && mount.size() == 2) {
                confined(table, "files", from);
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
        List<String> commands;
        if (table.value("command") instanceof String) {
            commands = List.of(table.requiredText("command", MAX_TEXT));
        } else {
            commands = table.texts("command", 20, MAX_TEXT);
            if (commands.isEmpty() || commands.stream().anyMatch(String::isBlank)) {
                table.mistake("command", "missing or blank (expected: a command line, or an array of them)");
            }
        }
        String workdir = orEmpty(table.text("workdir", MAX_TEXT));
        confined(table, "workdir", workdir);
        Build build = new Build(commands, workdir, table.texts("watch", 200, MAX_TEXT));
        table.finish("command, workdir, watch");
        return build;
    }

    private List<HttpTrigger> triggers(@Nullable TomlCursor table, Map<String, Component> components) {
        List<HttpTrigger> triggers = new ArrayList<>();
        if (table == null || !table.has("http")) {
            Where where = table == null ? Where.of(source) : table.here();
            mistakes.add(where.field("trigger.http"), "no [[trigger.http]] (expected: at least one)");
        }
        if (table == null) {
            return triggers;
        }
        Map<String, Where> routes = new HashMap<>();
        for (TomlCursor trigger : table.tables("http", MAX_TRIGGERS)) {
            HttpTrigger read = trigger(trigger, components);
            triggers.add(read);
            if (read.route() != null) {
                Where first = routes.putIfAbsent(RoutePattern.canonical(read.route()), trigger.where("route"));
                if (first != null) {
                    trigger.mistake("route", "\"" + read.route() + "\" is also the route at line " + first.line());
                }
            }
        }
        for (String kind : table.keys()) {
            if (!kind.equals("http")) {
                table.unsupported(kind, "this build has HTTP triggers only");
            }
        }
        return triggers;
    }

    private HttpTrigger trigger(TomlCursor table, Map<String, Component> components) {
        table.text("id", 200);
        @Nullable String route = route(table);
        String component = "";
        if (table.value("component") instanceof TomlTable) {
            table.mistake("component", "a table (expected: the id of a [component.ID])");
        } else {
            component = table.requiredText("component", 200);
            if (!component.isEmpty() && !components.containsKey(component)) {
                table.mistake(
                        "component",
                        "\"" + component + "\" is not a component (expected one of: "
                                + String.join(", ", components.keySet()) + ")");
            }
        }
        Wagi executor = executor(table);
        table.unsupported("static_response", "write a component that answers");
        table.unsupported("components", COMPONENT_MODEL);
        table.unsupported("dependencies", COMPONENT_MODEL);
        table.finish("id, route, component, executor");
        return new HttpTrigger(route, component, executor, table.here());
    }

    private @Nullable String route(TomlCursor table) {
        if (table.value("route") instanceof TomlTable) {
            TomlCursor inner = Objects.requireNonNull(table.table("route"));
            if (!inner.flag("private")) {
                table.mistake("route", "a table without private = true (expected: a pattern or { private = true })");
            }
            inner.finish("private");
            return null;
        }
        String route = table.requiredText("route", 1000);
        String fault = route.isEmpty() ? null : RoutePattern.fault(route);
        if (fault != null) {
            table.mistake("route", fault);
        }
        return route;
    }

    private Wagi executor(TomlCursor trigger) {
        TomlCursor table = trigger.table("executor");
        if (table == null) {
            if (!trigger.has("executor")) {
                mistakes.add(
                        trigger.here().field("executor"),
                        "no executor, which means Spin's component executor; components come with the Component Model"
                                + " work (expected: executor = { type = \"wagi\" })");
            }
            return Wagi.DEFAULT;
        }
        String type = table.requiredText("type", 100);
        if (type.equals("http") || type.equals("spin")) {
            table.mistake(
                    "type", "\"" + type + "\": components come with the Component Model work (expected: \"wagi\")");
        } else if (!type.isEmpty() && !type.equals("wagi")) {
            table.mistake("type", "\"" + type + "\" (expected: \"wagi\")");
        }
        @Nullable String argv = table.text("argv", MAX_TEXT);
        @Nullable String entrypoint = table.text("entrypoint", 200);
        if (entrypoint != null && !entrypoint.isEmpty() && !entrypoint.equals("_start")) {
            table.mistake(
                    "entrypoint",
                    "\"" + TomlCursor.shortened(entrypoint)
                            + "\" (expected: \"_start\", which every WASI command has)");
        }
        table.finish("type, argv, entrypoint");
        return argv == null ? Wagi.DEFAULT : new Wagi(argv);
    }

    /** Refuses what leaves the manifest's folder; links are checked again when the file is opened. */
    private static void confined(TomlCursor table, String key, String path) {
        if (path.startsWith("/")
                || path.contains("\\")
                || List.of(path.split("/")).contains("..")) {
            table.mistake(
                    key, "\"" + TomlCursor.shortened(path) + "\" (expected: a path inside the folder of the manifest)");
        }
    }

    private void refuseMistakes() {
        Where first = mistakes.first();
        if (mistakes.none() || first == null) {
            return;
        }
        List<String> texts = mistakes.texts();
        if (texts.size() == 1) {
            String text = texts.getFirst();
            throw Problem.invalid(text.substring(first.toString().length() + 2), first);
        }
        throw Problem.invalid(texts.size() + " mistakes in " + source + ":\n  " + String.join("\n  ", texts));
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }
}
