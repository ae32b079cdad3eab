package dev.polder.wasm.registry;

import dev.polder.kernel.model.Digest;

/**
 * What a push left in the registry.
 *
 * @param reference the reference that was pushed to, pinned to {@code manifest}
 * @param manifest digest of the manifest
 * @param uploadedBlobs how many blobs were sent; the others were there or could be mounted
 * @param uploadedBytes their bytes
 */
public record PushedApp(Reference reference, Digest manifest, int uploadedBlobs, long uploadedBytes) {}
