package dev.polder.wasm.service;

import dev.polder.kernel.model.Digest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * An app ready to be deployed: its manifest and the wasm file of every component.
 *
 * @param manifest the text of {@code spin.toml} as read
 * @param language what it was built from, as far as the source folder tells
 * @param sourceDir where the sources and lock files stand; for the SBOM
 */
public record BuiltApp(
        SpinManifest spin, String manifest, List<Component> components, Language language, Path sourceDir) {

    public BuiltApp {
        components = List.copyOf(components);
    }

    /** A component's wasm file. */
    @SuppressWarnings("ArrayRecordComponent") // the file's bytes; the digest stands for them
    public record Component(String id, byte[] wasm, Digest digest) {

        /** With the digest taken from the bytes. */
        public static Component of(String id, byte[] wasm) {
            return new Component(id, wasm, Digest.of(wasm));
        }
    }

    /**
     * Names this build among others: the digest of its one wasm file, or, when there are several, of the list of theirs
     * with their ids.
     */
    public Digest digest() {
        return digest(components);
    }

    static Digest digest(List<Component> components) {
        if (components.size() == 1) {
            return components.getFirst().digest();
        }
        StringBuilder list = new StringBuilder();
        components.forEach(component -> list.append(component.id())
                .append(' ')
                .append(component.digest())
                .append('\n'));
        return Digest.of(list.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** A component by its id. */
    public Optional<Component> component(String id) {
        return components.stream()
                .filter(component -> component.id().equals(id))
                .findFirst();
    }
}
