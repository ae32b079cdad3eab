package dev.polder.wasm.capability;

import dev.polder.kernel.model.Problem;
import java.util.List;
import java.util.Optional;

/**
 * Where key-value stores are kept. Every method blocks, is safe for any thread, sees what was written before it by the
 * same caller, and reports a failure as a {@link Problem}: TOO_LARGE past a limit, INVALID, UNAVAILABLE.
 */
public interface KeyValueBackend extends AutoCloseable {

    /** A key and its value. */
    @SuppressWarnings("ArrayRecordComponent") // a value is bytes; never compared
    record Entry(String key, byte[] value) {}

    /** Some keys, and where to go on; no cursor after the last ones. */
    record Page(List<String> keys, Optional<String> cursor) {}

    /** What stands in a store: its keys, and the bytes of keys and values. */
    record Use(long keys, long bytes) {}

    /** What stands in a store; empty where that would cost too much to find out. */
    default Optional<Use> use(String store) {
        return Optional.empty();
    }

    Optional<byte[]> get(String store, String key);

    /** The values in the order of the keys. */
    List<Optional<byte[]>> getMany(String store, List<String> keys);

    void set(String store, String key, byte[] value);

    void setMany(String store, List<Entry> entries);

    /** Does nothing when the key is not there. */
    void delete(String store, String key);

    void deleteMany(String store, List<String> keys);

    boolean exists(String store, String key);

    /** Some keys, in no particular order. */
    Page keys(String store, Optional<String> cursor);

    /**
     * Adds to a number; one that is not there counts as zero.
     *
     * @throws Problem INVALID when the value is no number
     */
    long increment(String store, String key, long delta);

    /** Sets a value only if the present one is as expected, and tells whether it was. */
    boolean swap(String store, String key, Optional<byte[]> expected, byte[] value);

    @Override
    void close();
}
