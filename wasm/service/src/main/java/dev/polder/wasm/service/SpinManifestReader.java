package dev.polder.wasm.service;

import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.Where;
import dev.polder.wasm.capability.Variables;
import dev.polder.wasm.service.SpinManifest.Component;
import dev.polder.wasm.service.SpinManifest.Notice;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.tomlj.Toml;
import org.tomlj.TomlParseError;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlTable;

/** Reads {@code spin.toml}; holds the mistakes of one document while it does. */
final class SpinManifestReader {

    static final int MAX_TEXT = 4096;
    static final int MAX_COMPONENTS = 50;
    static final Pattern ID = Pattern.compile("[a-z][a-z0-9]{0,62}(-[a-z0-9]{1,62}){0,20}");

    private final String source;
    private final boolean anywhere;
    private final TomlCursor.Mistakes mistakes = new TomlCursor.Mistakes();
    private final List<Notice> notices = new ArrayList<>();

    /** @param anywhere whether paths may lead out of the manifest's folder */
    SpinManifestReader(String source, boolean anywhere) {
        this.source = source;
        this.anywhere = anywhere;
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
            boolean first = "1".equals(found) || root.has("spin_version");
            root.mistake(
                    root.has("spin_version") ? "spin_version" : "spin_manifest_version",
                    first
                            ? "a manifest of version 1 (expected: spin_manifest_version = 2, with [application],"
                                    + " [[trigger.http]] and [component.ID])"
                            : "spin_manifest_version: " + (found == null ? "missing" : TomlCursor.shown(found))
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
        List<String> targets = List.of();
        TomlCursor defaults = null;
        TomlCursor tool = null;
        if (application == null) {
            root.mistake("application", "[application] is missing (expected: a table with a name)");
        } else {
            name = application.requiredText("name", 200);
            version = orEmpty(application.text("version", 200));
            description = orEmpty(application.text("description", MAX_TEXT));
            authors = application.texts("authors", 100, 500);
            targets = targets(application);
            if (!targets.isEmpty()) {
                notices.add(new Notice(
                        application.where("targets"), "targets are recorded; compatibility with them is not checked"));
            }
            defaults = application.table("trigger");
            tool = application.table("tool"); // free of form by Spin's rules, but for what is ours
            application.finish("name, version, description, authors, targets, trigger, tool");
        }
        Map<String, Variables.Declaration> variables = variables(root.table("variables"));
        ComponentReader componentReader = new ComponentReader(variables, notices, anywhere);
        Map<String, Component> components = components(root.table("component"), componentReader);
        TriggerReader triggers = new TriggerReader(source, mistakes, components, componentReader);
        triggers.read(root.table("trigger"), defaults);
        componentReader.checkReferences(components, root);
        root.finish("spin_manifest_version, application, variables, trigger, component");
        return new SpinManifest(
                name,
                version,
                description,
                authors,
                targets,
                variables,
                triggers.http(),
                triggers.others(),
                triggers.broker(defaults),
                components,
                profile(tool, components),
                notices);
    }

    /** {@code [application.tool.polder] profile}. */
    private static @Nullable String profile(@Nullable TomlCursor tool, Map<String, Component> components) {
        TomlCursor own = tool == null ? null : tool.table("polder");
        if (own == null) {
            return null;
        }
        String profile = own.text("profile", 200);
        Set<String> defined = new TreeSet<>();
        components
                .values()
                .forEach(component -> defined.addAll(component.profiles().keySet()));
        if (profile != null && !defined.contains(profile)) {
            own.mistake(
                    "profile",
                    "\"" + TomlCursor.shortened(profile) + "\" (expected one that a component defines: "
                            + (defined.isEmpty() ? "there is none" : String.join(", ", defined)) + ")");
        }
        own.finish("profile");
        return profile;
    }

    /** Environments by name, by registry or by path; those that are no name as they are shown. */
    static List<String> targets(TomlCursor table) {
        return table.array("targets", 50).stream()
                .map(target -> target instanceof TomlTable environment
                        ? environment.toJson().strip()
                        : target.toString())
                .toList();
    }

    private static Map<String, Variables.Declaration> variables(@Nullable TomlCursor table) {
        Map<String, Variables.Declaration> variables = new LinkedHashMap<>();
        if (table == null) {
            return variables;
        }
        for (String name : table.keys()) {
            TomlCursor variable = table.table(name);
            if (variable == null) {
                continue;
            }
            String fault = Variables.nameFault(name);
            if (fault != null) {
                table.mistake(name, "variable name " + fault);
            }
            variable.text("description", MAX_TEXT);
            String defaultValue = variable.text("default", MAX_TEXT);
            boolean required = variable.flag("required");
            if (defaultValue == null && !required && !variable.has("default")) {
                table.mistake(name, "neither default nor required (expected: one of them)");
            }
            variables.put(name, new Variables.Declaration(defaultValue, required, variable.flag("secret")));
            variable.finish("description, default, required, secret");
        }
        return variables;
    }

    private Map<String, Component> components(@Nullable TomlCursor table, ComponentReader reader) {
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
                components.put(id, reader.component(id, component));
            }
        }
        return components;
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

    static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }
}
