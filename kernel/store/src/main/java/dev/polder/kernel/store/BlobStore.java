package dev.polder.kernel.store;

import dev.polder.kernel.model.Digest;
import dev.polder.kernel.model.Problem;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Immutable bytes by their SHA-256. Writing the same bytes twice keeps one copy. Blocking; safe for any thread.
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
}
