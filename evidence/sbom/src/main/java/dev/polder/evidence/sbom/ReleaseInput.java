package dev.polder.evidence.sbom;

import dev.polder.kernel.model.Digest;
import dev.polder.kernel.model.EntityRef;
import dev.polder.kernel.model.WorkloadRef;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was deployed.
 *
 * @param modules Wasm files that are in the blob store already, the main one first
 * @param commit full id of the source commit, {@code ""} when unknown
 * @param language such as {@code rust}, {@code ""} when unknown
 * @param sourceDir folder with the lock files, or null
 */
public record ReleaseInput(
        EntityRef ref,
        WorkloadRef workload,
        List<Module> modules,
        String commit,
        String language,
        @Nullable Path sourceDir) {

    /** A Wasm file by name and digest. */
    public record Module(String name, Digest digest) {}

    public ReleaseInput {
        modules = List.copyOf(modules);
    }
}
