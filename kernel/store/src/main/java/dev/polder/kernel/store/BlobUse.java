package dev.polder.kernel.store;

/**
 * What a look through a blob store found.
 *
 * @param blobs how many there were, and {@code bytes} of them together
 * @param unused those that nothing refers to, the due ones among them
 * @param due those that nothing has referred to, written or read for the time that they are kept
 * @param missing blobs that something refers to and that are not there
 * @param deleted whether the due ones were deleted
 */
public record BlobUse(
        long blobs, long bytes, long unused, long unusedBytes, long due, long dueBytes, long missing, boolean deleted) {

    /** How many blobs there are after it. */
    public long blobsLeft() {
        return deleted ? blobs - due : blobs;
    }

    /** How many bytes they have. */
    public long bytesLeft() {
        return deleted ? bytes - dueBytes : bytes;
    }

    /** How many of those that nothing refers to there are after it. */
    public long unusedLeft() {
        return deleted ? unused - due : unused;
    }

    /** How many bytes those have. */
    public long unusedBytesLeft() {
        return deleted ? unusedBytes - dueBytes : unusedBytes;
    }
}
