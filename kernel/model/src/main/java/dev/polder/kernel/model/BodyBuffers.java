package dev.polder.kernel.model;

import java.lang.ref.Cleaner;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Memory outside of the heap for large parts of bodies, used again. A part is read from a socket into one, passes through
 * the process as a {@link ByteBuffer} that is handed from owner to owner, and is written to a socket from there: without a
 * copy on the way.
 *
 * <p>A buffer has one owner. The last may {@linkplain #giveBack give it back}, and need not: one that is lost with a
 * request that broke off is freed by the garbage collector like any other. So whoever is not sure does nothing.
 *
 * <p>For any thread.
 */
public final class BodyBuffers {

    /** Bytes of each buffer. */
    public static final int SIZE = 64 * 1024;

    /** Most that exist at a time, so that lost ones cannot use up the memory until the collector looks. */
    private static final int MOST = 512;

    /** Most that wait to be used again. */
    private static final int RESTING = 64;

    private static final Cleaner CLEANER = Cleaner.create();
    private static final AtomicInteger LIVE = new AtomicInteger();
    private static final ArrayDeque<ByteBuffer> FREE = new ArrayDeque<>(RESTING);

    private BodyBuffers() {}

    /** An empty buffer of {@link #SIZE} bytes for its taker alone; null when there are too many already. */
    public static @Nullable ByteBuffer take() {
        synchronized (FREE) {
            ByteBuffer used = FREE.poll();
            if (used != null) {
                return used;
            }
        }
        if (LIVE.incrementAndGet() > MOST) {
            LIVE.decrementAndGet();
            return null;
        }
        ByteBuffer fresh = ByteBuffer.allocateDirect(SIZE);
        CLEANER.register(fresh, LIVE::decrementAndGet);
        return fresh;
    }

    /** Whether {@link #giveBack} would keep it. */
    public static boolean isOne(ByteBuffer buffer) {
        return buffer.isDirect() && buffer.capacity() == SIZE && !buffer.isReadOnly();
    }

    /**
     * Takes a buffer back that nobody uses any more, neither by a slice nor by a duplicate. What is not one of these is left
     * to the collector.
     *
     * @throws IllegalStateException when it is here already: two owners would have got it
     */
    public static void giveBack(ByteBuffer buffer) {
        if (!isOne(buffer)) {
            return;
        }
        synchronized (FREE) {
            for (ByteBuffer free : FREE) {
                if (same(free, buffer)) {
                    throw new IllegalStateException("buffer of a body: given back twice");
                }
            }
            if (FREE.size() < RESTING) {
                FREE.push(buffer.clear().order(ByteOrder.BIG_ENDIAN));
            }
        }
    }

    @SuppressWarnings("ReferenceEquality") // buffers are equal when their bytes are
    private static boolean same(ByteBuffer one, ByteBuffer other) {
        return one == other;
    }
}
