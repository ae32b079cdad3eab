package dev.polder.portal.git;

import dev.polder.kernel.model.Problem;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The two parts of a repository's address; they become a path, so nothing but plain names passes.
 *
 * @param namespace as a catalogue namespace: lower-case words joined by single dashes, at most 63 characters
 * @param name as an entity's name: letters, digits, and {@code - _ .} between them, at most 63 characters
 */
public record RepositoryName(String namespace, String name) implements Comparable<RepositoryName> {

    private static final int MAX = 63;
    private static final Pattern NAMESPACE = Pattern.compile("[a-z0-9]+(?:-+[a-z0-9]+)*");
    private static final Pattern NAME = Pattern.compile("(?:[A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]");

    public RepositoryName {
        if (namespace.length() > MAX || !NAMESPACE.matcher(namespace).matches()) {
            throw Problem.invalid("repository namespace: \"" + shortened(namespace)
                    + "\" (expected: a-z and 0-9 joined by dashes, at most 63 characters)");
        }
        if (name.length() > MAX || !NAME.matcher(name).matches() || name.contains("..")) {
            throw Problem.invalid("repository name: \"" + shortened(name)
                    + "\" (expected: letters and digits joined by - _ or ., at most 63 characters)");
        }
        String lower = name.toLowerCase(Locale.ROOT);
        if (lower.endsWith(".git") || lower.endsWith(".lock")) {
            throw Problem.invalid("repository name: \"" + name + "\" (expected: no .git or .lock at its end)");
        }
    }

    private static String shortened(String text) {
        return text.length() > 80 ? text.substring(0, 80) + "…" : text;
    }

    @Override
    public int compareTo(RepositoryName other) {
        int byNamespace = namespace.compareTo(other.namespace);
        return byNamespace != 0 ? byNamespace : name.compareTo(other.name);
    }

    /** {@code namespace/name}. */
    @Override
    public String toString() {
        return namespace + "/" + name;
    }
}
