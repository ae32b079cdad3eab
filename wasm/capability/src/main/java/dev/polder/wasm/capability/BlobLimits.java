package dev.polder.wasm.capability;

import dev.polder.kernel.model.Problem;
import java.nio.charset.StandardCharsets;

/**
 * What the containers of one app may hold.
 *
 * @param nameBytes of a name of a container or an object in UTF-8; it has at least one
 * @param objectBytes of an object
 * @param objects in all containers together; embedded ones only
 * @param totalBytes of all objects together; embedded ones only
 * @param readBytes that a guest gets at once where it asks for a whole object as a list
 */
public record BlobLimits(int nameBytes, long objectBytes, long objects, long totalBytes, int readBytes) {

    /** Names of 1 KiB, objects of 1 GiB, 100,000 of them, 10 GiB, 16 MiB at once. */
    public static final BlobLimits DEFAULT = new BlobLimits(1024, 1L << 30, 100_000, 10L << 30, 16 << 20);

    void checkName(String what, String name) {
        int bytes = name.length() > nameBytes ? name.length() : name.getBytes(StandardCharsets.UTF_8).length;
        if (bytes < 1 || bytes > nameBytes) {
            throw Problem.tooLarge("a name of " + what + " of " + bytes + " bytes (expected: 1 to " + nameBytes + ")");
        }
    }

    Problem tooLarge(long bytes) {
        return Problem.tooLarge("an object of " + bytes + " bytes (expected: at most " + objectBytes + ")");
    }
}
