package dev.polder.wasm.service;

import dev.polder.wasm.service.SpinDependency.Inherit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.tomlj.TomlArray;
import org.tomlj.TomlTable;

/** Reads the {@code dependencies} of a component. */
final class DependencyReader {

    private static final String WORD = "[a-zA-Z][a-zA-Z0-9]{0,62}(?:-[a-zA-Z0-9]{1,62}){0,20}";
    private static final Pattern NAME = Pattern.compile("(" + WORD + ")(?::(" + WORD + ")(?:/(" + WORD
            + "))?(?:@([0-9]{1,9}\\.[0-9]{1,9}\\.[0-9]{1,9}[0-9A-Za-z.+-]{0,60}))?)?");
    private static final Pattern STABLE = Pattern.compile("([0-9]+)\\.([0-9]+)\\.([0-9]+)(?:\\+.*)?");
    private static final Set<String> INHERITABLE = Set.of(
            "ai_models",
            "allowed_outbound_hosts",
            "environment",
            "files",
            "key_value_stores",
            "sqlite_databases",
            "variables");
    private static final int MAX_TEXT = SpinManifestReader.MAX_TEXT;

    /** A dependency's name in its parts. */
    private record Name(
            String text,
            @Nullable String packageName,
            @Nullable String interfaceName,
            @Nullable String version) {}

    private final boolean anywhere;

    /** @param anywhere whether paths may lead out of the manifest's folder */
    DependencyReader(boolean anywhere) {
        this.anywhere = anywhere;
    }

    Map<String, SpinDependency> read(TomlCursor component) {
        boolean all = component.flag("dependencies_inherit_configuration");
        TomlCursor table = component.table("dependencies");
        Map<String, SpinDependency> dependencies = new LinkedHashMap<>();
        if (table == null) {
            return dependencies;
        }
        List<Name> names = new ArrayList<>();
        for (String key : table.keys()) {
            Matcher matcher = NAME.matcher(key);
            if (!matcher.matches()) {
                table.mistake(
                        key, "dependency name (expected: namespace:package[/interface][@version] or a plain name)");
                table.value(key);
                continue;
            }
            String namespace = matcher.group(2) == null ? null : matcher.group(1) + ":" + matcher.group(2);
            Name name = new Name(key, namespace, matcher.group(3), matcher.group(4));
            for (Name other : names) {
                if (conflict(name, other)) {
                    table.mistake(
                            key,
                            "\"" + key + "\" conflicts with \"" + other.text()
                                    + "\" (expected: different interfaces, or versions that are not compatible)");
                }
            }
            names.add(name);
            SpinDependency dependency = dependency(table, name, all ? new Inherit(true, List.of()) : Inherit.NOTHING);
            if (dependency != null) {
                dependencies.put(key, dependency);
            }
        }
        if (component.has("dependencies_inherit_configuration")
                && table.keys().stream().anyMatch(key -> ownInherit(table, key))) {
            component.mistake(
                    "dependencies_inherit_configuration",
                    "stands beside inherit_configuration of a dependency (expected: one of the two)");
        }
        return dependencies;
    }

    private static boolean ownInherit(TomlCursor table, String key) {
        return table.value(key) instanceof TomlTable inner && inner.keySet().contains("inherit_configuration");
    }

    private @Nullable SpinDependency dependency(TomlCursor table, Name name, Inherit inherited) {
        if (table.value(name.text()) instanceof String version) {
            requirePackage(table, name, null);
            return new SpinDependency(new SpinDependency.RegistryPackage(version, null, null), null, inherited);
        }
        TomlCursor inner = table.table(name.text());
        if (inner == null) {
            return null;
        }
        SpinDependency.From from;
        String known;
        if (inner.has("path")) {
            String path = inner.requiredText("path", MAX_TEXT);
            ComponentReader.confined(inner, "path", path, anywhere);
            from = new SpinDependency.Local(path);
            known = "path";
        } else if (inner.has("url")) {
            from = new SpinDependency.Remote(inner.requiredText("url", MAX_TEXT), ComponentReader.digest(inner));
            known = "url, digest";
        } else if (inner.has("component")) {
            from = new SpinDependency.AppComponent(inner.requiredText("component", 200));
            known = "component";
        } else {
            String packageName = inner.text("package", 500);
            requirePackage(table, name, packageName);
            from = new SpinDependency.RegistryPackage(
                    inner.requiredText("version", 200), inner.text("registry", 500), packageName);
            known = "version, registry, package";
        }
        String export = inner.text("export", 500);
        boolean wholePackage = name.packageName() != null && name.interfaceName() == null;
        if (export != null && wholePackage) {
            inner.mistake(
                    "export", "\"" + export + "\" for a whole package (expected: none, or a name with /interface)");
        }
        Inherit inherit = inherit(inner, inherited);
        inner.finish(known + ", export, inherit_configuration");
        return new SpinDependency(from, export, inherit);
    }

    private static void requirePackage(TomlCursor table, Name name, @Nullable String packageName) {
        if (name.packageName() == null && packageName == null) {
            table.mistake(name.text(), "a plain name without package (expected: { package = …, version = … })");
        }
    }

    private static Inherit inherit(TomlCursor inner, Inherit inherited) {
        Object value = inner.value("inherit_configuration");
        if (value instanceof Boolean all) {
            return all ? new Inherit(true, List.of()) : Inherit.NOTHING;
        }
        if (value instanceof TomlArray) {
            List<String> keys = inner.texts("inherit_configuration", 20, 100);
            keys.stream()
                    .filter(key -> !INHERITABLE.contains(key))
                    .forEach(key -> inner.mistake(
                            "inherit_configuration",
                            "\"" + TomlCursor.shortened(key) + "\" (expected any of: "
                                    + String.join(
                                            ", ", INHERITABLE.stream().sorted().toList()) + ")"));
            return new Inherit(false, keys);
        }
        if (value != null) {
            inner.mistake(
                    "inherit_configuration", TomlCursor.shown(value) + " (expected: true, false, or an array of keys)");
        }
        return inherited;
    }

    /** Two names of one package need other interfaces or versions of another compatibility track. */
    private static boolean conflict(Name one, Name other) {
        if (one.packageName() == null || !one.packageName().equals(other.packageName())) {
            return false;
        }
        if (one.version() != null
                && other.version() != null
                && !track(one.version()).equals(track(other.version()))) {
            return false;
        }
        return one.interfaceName() == null
                || other.interfaceName() == null
                || one.interfaceName().equals(other.interfaceName());
    }

    /** What versions that are compatible by semver have in common. */
    private static String track(String version) {
        Matcher matcher = STABLE.matcher(version);
        if (!matcher.matches()) {
            return version; // a pre-release is compatible with itself only
        }
        if (!matcher.group(1).equals("0")) {
            return matcher.group(1);
        }
        return matcher.group(2).equals("0") ? "0.0." + matcher.group(3) : "0." + matcher.group(2);
    }
}
