package dev.polder.wasm.registry.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * An artifact ready to be pushed.
 *
 * @param layers in the manifest's order; none twice
 * @param temporaryFiles files that are needed until it is pushed
 */
public record Assembly(Blob config, List<Blob> layers, Map<String, String> annotations, List<Path> temporaryFiles)
        implements AutoCloseable {

    Manifest.Image manifest() {
        return new Manifest.Image(
                config.descriptor(), layers.stream().map(Blob::descriptor).toList(), annotations);
    }

    @Override
    public void close() {
        delete(temporaryFiles);
    }

    static void delete(List<Path> files) {
        for (Path file : files) {
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
