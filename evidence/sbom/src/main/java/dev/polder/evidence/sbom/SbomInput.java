package dev.polder.evidence.sbom;

import dev.polder.kernel.model.Digest;
import dev.polder.kernel.model.EntityRef;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was built, and from what.
 *
 * @param ref the catalogue entity that the app belongs to
 * @param commit full id of the source commit, {@code ""} when unknown
 * @param language such as {@code rust}, {@code go}, {@code assemblyscript}; {@code ""} when unknown
 * @param modules the Wasm files of the app, the main one first
 * @param sourceDir folder with the lock files, or null when there is no source
 * @param creator who answers for the document, or null
 */
public record SbomInput(
        EntityRef ref,
        String commit,
        String language,
        List<Module> modules,
        @Nullable Path sourceDir,
        @Nullable Creator creator) {

    public SbomInput {
        modules = List.copyOf(modules);
    }

    /**
     * A Wasm file.
     *
     * @param name its file name, without folders
     * @param bytes not copied; must not change
     */
    @SuppressWarnings("ArrayRecordComponent") // read once, never compared
    public record Module(String name, byte[] bytes) {
        /** The digest of the bytes. */
        public Digest digest() {
            return Digest.of(bytes);
        }
    }

    /**
     * The organisation that makes the document.
     *
     * @param contact an e-mail address or a URL, as BSI TR-03183-2 asks for
     */
    public record Creator(String name, String contact) {}
}
