package dev.polder.wasm.registry;

import dev.polder.kernel.model.Digest;

/**
 * A step of a pull or push.
 *
 * @param digest the blob or manifest
 * @param bytes how much of it is transferred
 * @param totalBytes its size
 */
public record TransferEvent(Kind kind, Digest digest, long bytes, long totalBytes) {

    public enum Kind {
        /** A tag was resolved to a manifest; {@code totalBytes} is the size of everything it names. */
        RESOLVED,
        /** The blob is there already and is not transferred. */
        PRESENT,
        /** Some more bytes; at most one event for each 64 KiB. */
        PROGRESS,
        /** The transfer broke and goes on from {@code bytes}. */
        RESUMED,
        /** The blob is there, and its digest is right. */
        DONE
    }
}
