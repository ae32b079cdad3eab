package dev.polder.wasm.registry;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How to push.
 *
 * @param annotations annotations of the manifest, beside those that follow from the app
 * @param mountFrom a repository of the same registry that may hold the blobs already, or null
 * @param chunkBytes blobs longer than this go up in pieces of this size, which can be resumed
 * @param forceBundles keep files in one bundle for each mount, also when they would fit into layers of their own
 */
public record PushOptions(
        Map<String, String> annotations,
        @Nullable String mountFrom,
        int chunkBytes,
        boolean forceBundles,
        TransferListener listener) {

    /** No annotations of one's own, no mount, pieces of 16 MiB, bundles only beyond 500 layers. */
    public static final PushOptions DEFAULT =
            new PushOptions(Map.of(), null, 16 * 1024 * 1024, false, TransferListener.NONE);

    public PushOptions {
        if (chunkBytes < 1) {
            throw new IllegalArgumentException("chunkBytes: " + chunkBytes + " (expected: 1 or more)");
        }
        annotations = Map.copyOf(annotations);
    }

    public PushOptions withAnnotations(Map<String, String> to) {
        return new PushOptions(to, mountFrom, chunkBytes, forceBundles, listener);
    }

    public PushOptions withMountFrom(String repository) {
        return new PushOptions(annotations, repository, chunkBytes, forceBundles, listener);
    }

    public PushOptions withChunkBytes(int bytes) {
        return new PushOptions(annotations, mountFrom, bytes, forceBundles, listener);
    }

    public PushOptions withForceBundles() {
        return new PushOptions(annotations, mountFrom, chunkBytes, true, listener);
    }

    public PushOptions withListener(TransferListener to) {
        return new PushOptions(annotations, mountFrom, chunkBytes, forceBundles, to);
    }
}
