package dev.polder.kernel.store;

import dev.polder.kernel.model.Digest;
import dev.polder.kernel.model.Problem;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Immutable bytes by their SHA-256. Writing the same bytes twice keeps one copy. Blocking; safe for any thread.
 *
 * <p>Who writes a blob, reads it or asks for its size may count on it for as long as {@link #collect} is told to spare
 * such blobs; within that time something must refer to it that is kept.
 */
public interface BlobStore {

    /**
     * A store in a folder of its own, which several processes may use at a time: a cache, beside no database.
     *
     * @throws Problem when the folder cannot be made
     */
    static BlobStore in(Path folder) {
        return FileBlobStore.open(folder, Duration.ofDays(1));
    }

    /** Stores bytes durably before it returns. */
    Digest put(byte[] bytes);

    /**
     * Stores a stream durably before it returns.
     *
     * @throws Problem TOO_LARGE when the stream is longer than {@code maxBytes}; nothing is kept then
     */
    Digest put(InputStream bytes, long maxBytes);

    /** The blob's size in bytes, or empty when it is not there. */
    Optional<Long> size(Digest digest);

    /**
     * Reads a blob whole.
     *
     * @throws Problem NOT_FOUND; INTERNAL when the stored bytes no longer match the digest
     */
    byte[] read(Digest digest);

    /**
     * A file that holds the blob, for those who map or stream it; never to be written.
     *
     * @throws Problem NOT_FOUND
     */
    Path file(Digest digest);

    /**
     * Deletes the blobs that nothing has referred to, written or read for a time. One that is being written or read
     * meanwhile stays; a killed process leaves each blob whole or gone.
     *
     * <p>Only for the one process that uses the store; two at a time are safe and a waste.
     *
     * @param referenced all that something refers to, asked once and first; when it throws, nothing is deleted
     * @param spared how long a blob is kept that nothing refers to any more
     * @param dryRun looks only, and changes nothing
     */
    BlobUse collect(Supplier<Set<Digest>> referenced, Duration spared, boolean dryRun);
}
