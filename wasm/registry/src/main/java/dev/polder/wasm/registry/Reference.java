package dev.polder.wasm.registry;

import dev.polder.kernel.model.Digest;
import dev.polder.kernel.model.Problem;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The name of an artifact in a registry: {@code REGISTRY[:PORT]/REPOSITORY[:TAG][@DIGEST]}, as in the OCI distribution
 * specification.
 *
 * @param registry host and port in lower case, such as {@code registry.example:5000} or {@code [::1]:5000}
 * @param repository path within the registry, such as {@code team/shop}
 * @param tag the tag, or null when only a digest was given
 * @param digest the digest that pins the content, or null
 */
public record Reference(
        String registry,
        String repository,
        @Nullable String tag,
        @Nullable Digest digest) {

    /** The tag of a reference that has neither tag nor digest. */
    public static final String DEFAULT_TAG = "latest";

    private static final int MAX_LENGTH = 1024;
    private static final int MAX_REPOSITORY = 255;
    private static final String SCHEME = "oci://";
    private static final String LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";
    private static final Pattern REGISTRY =
            Pattern.compile("(?:" + LABEL + "(?:\\." + LABEL + ")*|\\[[0-9a-f:.]{2,45}])(?::[0-9]{1,5})?");
    private static final Pattern REPOSITORY = Pattern.compile(
            "[a-z0-9]++(?:(?:\\.|__?|-++)[a-z0-9]++)*+(?:/[a-z0-9]++(?:(?:\\.|__?|-++)[a-z0-9]++)*+)*+");
    private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,127}");

    public Reference {
        if (!REGISTRY.matcher(registry).matches() || port(registry) > 65_535) {
            throw wrong("registry", registry, "HOST or HOST:PORT");
        }
        if (repository.length() > MAX_REPOSITORY
                || !REPOSITORY.matcher(repository).matches()) {
            throw wrong(
                    "repository",
                    repository,
                    "lower-case letters and digits, joined by . _ __ - or /, at most " + MAX_REPOSITORY
                            + " characters");
        }
        if (tag != null && !TAG.matcher(tag).matches()) {
            throw wrong("tag", tag, "up to 128 letters, digits, . _ and -, the first no . or -");
        }
        if (tag == null && digest == null) {
            throw Problem.invalid("reference " + registry + "/" + repository + ": neither tag nor digest");
        }
    }

    /**
     * Parses a reference that names its registry; {@code oci://} may stand in front.
     *
     * @throws Problem INVALID
     */
    public static Reference parse(String text) {
        return parse(text, null);
    }

    /**
     * Parses a reference.
     *
     * @param defaultRegistry the registry of references that name none, or null to refuse these
     * @throws Problem INVALID
     */
    public static Reference parse(String text, @Nullable String defaultRegistry) {
        if (text.length() > MAX_LENGTH) {
            throw Problem.invalid("reference: " + text.length() + " characters (expected: at most " + MAX_LENGTH + ")");
        }
        String rest = text.startsWith(SCHEME) ? text.substring(SCHEME.length()) : text;
        Digest digest = null;
        int at = rest.indexOf('@');
        if (at >= 0) {
            digest = Digest.parse(rest.substring(at + 1));
            rest = rest.substring(0, at);
        }
        String tag = null;
        int colon = rest.lastIndexOf(':');
        if (colon > rest.lastIndexOf('/')) {
            tag = rest.substring(colon + 1);
            rest = rest.substring(0, colon);
        }
        int slash = rest.indexOf('/');
        String first = slash < 0 ? "" : rest.substring(0, slash).toLowerCase(Locale.ROOT);
        boolean named = first.contains(".") || first.contains(":") || first.equals("localhost");
        if (!named && defaultRegistry == null) {
            throw wrong(
                    "reference", text, "REGISTRY[:PORT]/REPOSITORY[:TAG][@DIGEST], with the registry's host in front");
        }
        String registry = named ? first : String.valueOf(defaultRegistry);
        String repository = named ? rest.substring(slash + 1) : rest;
        return new Reference(registry, repository, tag == null && digest == null ? DEFAULT_TAG : tag, digest);
    }

    /** The same name, pinned to a digest. */
    public Reference pinned(Digest to) {
        return new Reference(registry, repository, tag, to);
    }

    /** What stands in the path of a manifest request: the digest when there is one, else the tag. */
    public String selector() {
        return digest != null ? digest.toString() : String.valueOf(tag);
    }

    @Override
    public String toString() {
        return registry + "/" + repository + (tag == null ? "" : ":" + tag) + (digest == null ? "" : "@" + digest);
    }

    private static int port(String registry) {
        int colon = registry.lastIndexOf(':');
        return colon > registry.lastIndexOf(']') ? Integer.parseInt(registry, colon + 1, registry.length(), 10) : 0;
    }

    private static Problem wrong(String what, String found, String expected) {
        return Problem.invalid(what + ": \"" + found + "\" (expected: " + expected + ")");
    }
}
