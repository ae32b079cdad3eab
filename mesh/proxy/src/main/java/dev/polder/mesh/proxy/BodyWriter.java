package dev.polder.mesh.proxy;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * Sends a body bit by bit. Every method may be called from any thread and returns at once, but one thread at a time
 * writes.
 *
 * <p>At most {@link #CAPACITY} bytes wait here; beyond them the writer has to wait for {@link #onRoom}. After the end, an
 * abort, or when nobody takes the body any more, writes are dropped.
 */
public interface BodyWriter {

    /** Most bytes that wait for the connection. */
    int CAPACITY = 256 * 1024;

    /** How many bytes may be written right now: 0 to {@link #CAPACITY}. */
    int room();

    /**
     * Runs {@code action} once, as soon as there is room for at least a quarter of the capacity or nobody takes the body
     * any more; at once if that is so already. It may run on an event loop and must not block.
     */
    void onRoom(Runnable action);

    /**
     * Queues a part of the body and sends it.
     *
     * @param bytes from position to limit; handed over: not to be used afterwards
     * @throws IllegalStateException when it is more than there is {@link #room} for
     */
    void write(ByteBuffer bytes);

    /** As {@link #write(ByteBuffer)}, of an array that is handed over. */
    default void write(byte[] bytes) {
        write(ByteBuffer.wrap(bytes));
    }

    /**
     * Completes the body. One whose length was announced is complete with its last byte.
     *
     * @param trailers sent where the protocol can carry them; usually empty
     */
    void end(List<HttpHeader> trailers);

    /** The body cannot be completed: makes that visible to the other end. */
    void abort();

    /** Whether somebody still takes the body. */
    boolean isOpen();
}
