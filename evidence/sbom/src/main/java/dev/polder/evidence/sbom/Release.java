package dev.polder.evidence.sbom;

import dev.polder.kernel.model.Digest;
import dev.polder.kernel.model.EntityRef;
import dev.polder.kernel.model.WorkloadRef;
import java.time.Instant;

/**
 * One deployed version of a component and its bill of materials. Immutable once made.
 *
 * @param name unique within its namespace, such as {@code shop-20261122-3f2a1bc}
 * @param ref the component
 * @param workload what runs it
 * @param wasm digest of the main module
 * @param wasmBytes its size
 * @param commit full id of the source commit, {@code ""} when unknown
 * @param sbom digest of the CycloneDX document in the blob store
 * @param components how many the document lists
 */
public record Release(
        String name,
        EntityRef ref,
        WorkloadRef workload,
        Digest wasm,
        long wasmBytes,
        String commit,
        Instant createdAt,
        Digest sbom,
        int components,
        String language) {}
