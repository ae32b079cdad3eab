package dev.polder.wasm.service;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What satisfies an import of a component by being composed into it.
 *
 * @param export the export that is taken, or null for the one named as the import
 * @param inherit what of the component's configuration it sees
 */
public record SpinDependency(From from, @Nullable String export, Inherit inherit) {

    /** Where it comes from. */
    public sealed interface From {}

    /** A package of a registry by a version or a range of them; nulls stand for the default registry and the import's name. */
    public record RegistryPackage(
            String version,
            @Nullable String registry,
            @Nullable String packageName) implements From {}

    /** A wasm file, relative to the manifest's folder. */
    public record Local(String path) implements From {}

    /** A wasm file at a URL, with the digest that it must have. */
    public record Remote(String url, String digest) implements From {}

    /** A component of the same app; its configuration does not count. */
    public record AppComponent(String component) implements From {}

    /**
     * Inherited configuration: everything, or the named keys.
     *
     * @param keys of a component's table, for example {@code allowed_outbound_hosts}; empty for nothing
     */
    public record Inherit(boolean all, List<String> keys) {
        /** Nothing, which is the default. */
        public static final Inherit NOTHING = new Inherit(false, List.of());

        public Inherit {
            keys = List.copyOf(keys);
        }
    }
}
