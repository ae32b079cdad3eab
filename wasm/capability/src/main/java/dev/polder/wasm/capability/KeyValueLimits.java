package dev.polder.wasm.capability;

import dev.polder.kernel.model.Problem;
import java.nio.charset.StandardCharsets;

/**
 * What the key-value stores of one app may hold.
 *
 * @param keyBytes of a key in UTF-8; a key has at least one
 * @param valueBytes of a value
 * @param keys in all stores of the app together; embedded stores only
 * @param totalBytes keys and values of all stores of the app; embedded stores only
 * @param listed keys that one listing hands out as a whole; a longer one is an error, or comes in pages
 */
public record KeyValueLimits(int keyBytes, int valueBytes, long keys, long totalBytes, int listed) {

    /** 1 KiB a key, 1 MiB a value, 1,000,000 keys, 1 GiB, 100,000 listed. */
    public static final KeyValueLimits DEFAULT = new KeyValueLimits(1024, 1 << 20, 1_000_000, 1L << 30, 100_000);

    void checkKey(String key) {
        int bytes = key.length() > keyBytes ? key.length() : key.getBytes(StandardCharsets.UTF_8).length;
        if (bytes < 1 || bytes > keyBytes) {
            throw Problem.tooLarge("a key of " + bytes + " bytes (expected: 1 to " + keyBytes + ")");
        }
    }

    void checkValue(byte[] value) {
        if (value.length > valueBytes) {
            throw Problem.tooLarge("a value of " + value.length + " bytes (expected: at most " + valueBytes + ")");
        }
    }
}
