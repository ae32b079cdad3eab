package dev.polder.kernel.model;

import java.util.regex.Pattern;

/**
 * What identifies a resource in a store: API group, kind, namespace and name.
 *
 * <p>The group is the part of {@code apiVersion} before the slash ({@code ""} for {@code v1}), so two versions of one
 * kind are one resource, as in Kubernetes. Cluster-scoped kinds have the namespace {@code ""}.
 */
public record ResourceKey(String group, String kind, String namespace, String name) {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9._-]{0,251}[A-Za-z0-9])?");
    private static final Pattern KIND = Pattern.compile("[A-Za-z][A-Za-z0-9]{0,62}");
    private static final Pattern GROUP = Pattern.compile("([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?)?");

    public ResourceKey {
        require(GROUP, group, "API group");
        require(KIND, kind, "kind");
        if (!namespace.isEmpty()) {
            requireName(namespace, "metadata.namespace");
        }
        requireName(name, "metadata.name");
    }

    /** The group part of an {@code apiVersion}. */
    public static String groupOf(String apiVersion) {
        int slash = apiVersion.indexOf('/');
        return slash < 0 ? "" : apiVersion.substring(0, slash);
    }

    /** Refuses what no resource can be called. */
    static void requireName(String value, String label) {
        require(NAME, value, label);
    }

    private static void require(Pattern pattern, String value, String label) {
        if (!pattern.matcher(value).matches()) {
            String shown = value.length() > 100 ? value.substring(0, 100) + "…" : value;
            throw Problem.invalid(label + ": \"" + shown + "\" (expected: " + pattern + ")");
        }
    }

    @Override
    public String toString() {
        return kind + (group.isEmpty() ? "" : "." + group) + " " + (namespace.isEmpty() ? "" : namespace + "/") + name;
    }
}
