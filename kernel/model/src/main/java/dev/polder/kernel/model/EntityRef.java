package dev.polder.kernel.model;

import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A reference to a catalogued entity, {@code [kind:][namespace/]name}.
 *
 * <p>The three parts keep the case they were written in; equality and {@link #toString()} are lower case, as in
 * Backstage's {@code stringifyEntityRef}.
 */
public final class EntityRef implements Comparable<EntityRef> {

    /** The namespace of an entity that names none. */
    public static final String DEFAULT_NAMESPACE = "default";

    private static final int MAX_LENGTH = 63 * 3 + 2;

    private final String kind;
    private final String namespace;
    private final String name;
    private final String canonical;

    private EntityRef(String kind, String namespace, String name) {
        this.kind = kind;
        this.namespace = namespace;
        this.name = name;
        this.canonical = (kind + ":" + namespace + "/" + name).toLowerCase(Locale.ROOT);
    }

    /** A reference from its parts; none may be empty. */
    public static EntityRef of(String kind, String namespace, String name) {
        requirePart(kind, "kind", name);
        requirePart(namespace, "namespace", name);
        requirePart(name, "name", name);
        return new EntityRef(kind, namespace, name);
    }

    /** Parses a full or partial reference whose kind must be written. */
    public static EntityRef parse(String text) {
        return parse(text, null, DEFAULT_NAMESPACE);
    }

    /**
     * Parses a reference, filling what it leaves out. A colon after the slash belongs to the name.
     *
     * @param defaultKind the kind when none is written, or null when one must be
     * @throws Problem INVALID when a part is missing or empty
     */
    public static EntityRef parse(String text, @Nullable String defaultKind, String defaultNamespace) {
        Objects.requireNonNull(text, "text");
        if (text.length() > MAX_LENGTH) {
            throw Problem.invalid(
                    "entity reference: " + text.length() + " characters (expected: at most " + MAX_LENGTH + ")");
        }
        int slash = text.indexOf('/');
        int colon = text.indexOf(':');
        if (slash >= 0 && colon > slash) {
            colon = -1;
        }
        String kind = colon >= 0 ? text.substring(0, colon) : defaultKind;
        String namespace = slash >= 0 ? text.substring(colon + 1, slash) : defaultNamespace;
        String name = text.substring(Math.max(slash, colon) + 1);
        if (kind == null) {
            throw Problem.invalid("entity reference: \"" + text + "\" has no kind (expected: kind:[namespace/]name)");
        }
        if (kind.isBlank() || namespace.isBlank() || name.isBlank()) {
            throw Problem.invalid("entity reference: \"" + text + "\" (expected: [kind:][namespace/]name)");
        }
        return new EntityRef(kind, namespace, name);
    }

    private static void requirePart(String part, String label, String name) {
        if (part.isBlank()) {
            throw Problem.invalid("entity reference: empty " + label + " beside name \"" + name + "\"");
        }
    }

    public String kind() {
        return kind;
    }

    public String namespace() {
        return namespace;
    }

    public String name() {
        return name;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof EntityRef ref && ref.canonical.equals(canonical);
    }

    @Override
    public int hashCode() {
        return canonical.hashCode();
    }

    @Override
    public int compareTo(EntityRef other) {
        return canonical.compareTo(other.canonical);
    }

    /** The canonical form, {@code kind:namespace/name} in lower case. */
    @Override
    public String toString() {
        return canonical;
    }
}
