package dev.polder.wasm.capability;

import dev.polder.kernel.model.Problem;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Where the containers of blobs of one app are kept. Every method blocks, is safe for any thread, sees what was written
 * before it by the same caller, and reports a failure as a {@link Problem}: NOT_FOUND, TOO_LARGE past a limit, INVALID,
 * UNAVAILABLE. Names are any text up to the limits.
 */
public interface BlobBackend extends AutoCloseable {

    /** @param size in bytes */
    record Stat(long size, Instant createdAt) {}

    /** Some names in order, and whether these were the last ones. */
    record Page(List<String> names, boolean last) {}

    /** A part of an object that stays readable when the object is replaced or deleted meanwhile. */
    interface Content extends AutoCloseable {

        /** Bytes that {@link #read} gives in all. */
        long size();

        /** Bytes that come now; at the end fewer than asked for, or none. */
        byte[] read(int max) throws IOException;

        @Override
        void close();
    }

    /** Makes an empty container; INVALID when there is one. */
    void create(String container);

    /** When it was made; empty when there is no such container. */
    Optional<Instant> container(String container);

    /** Deletes a container and all that is in it; does nothing when there is none. */
    void deleteContainer(String container);

    /**
     * Puts a file's content under a name, all of it or nothing, also when the machine dies meanwhile.
     *
     * @param file stays the caller's
     */
    void put(String container, String name, Path file);

    Optional<Stat> info(String container, String name);

    /**
     * Opens a part of an object.
     *
     * @param start the first byte, zero or more
     * @param length the most bytes, one or more; fewer are given where the object ends before
     */
    Content get(String container, String name, long start, long length);

    /** @param after the last name of the page before, empty for the first page */
    Page list(String container, Optional<String> after);

    /** Does nothing for a name that is not there. */
    void delete(String container, List<String> names);

    /** Copies an object, over what is there. */
    void copy(String container, String name, String toContainer, String toName);

    @Override
    void close();
}
