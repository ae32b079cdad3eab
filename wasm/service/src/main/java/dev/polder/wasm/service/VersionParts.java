package dev.polder.wasm.service;

import dev.polder.kernel.model.Digest;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a version is made of, by the digests of its blobs: enough to serve it again.
 *
 * @param manifest of the text of its manifest
 * @param components of each component's wasm file, in the manifest's order
 * @param files of the listing of each component's mounted files; none for a component without files
 */
public record VersionParts(Digest manifest, Map<String, Digest> components, Map<String, Digest> files) {

    public VersionParts {
        components = Collections.unmodifiableMap(new LinkedHashMap<>(components));
        files = Map.copyOf(files);
    }
}
