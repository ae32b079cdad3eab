package dev.polder.wasm.service;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What a language needs to be built, as found on this machine.
 *
 * @param found whether a build can start now
 * @param version of the compiler, or null
 * @param path of the compiler, or null
 * @param missing the one line that says what is missing and how to get it; null when it was found
 */
public record Toolchain(
        Language language,
        boolean found,
        @Nullable String version,
        @Nullable Path path,
        @Nullable String missing) {

    static Toolchain found(Language language, String version, Path path) {
        return new Toolchain(language, true, version, path, null);
    }

    static Toolchain missing(Language language, @Nullable String version, @Nullable Path path, String missing) {
        return new Toolchain(language, false, version, path, missing);
    }
}
