package dev.polder.kernel.model;

import java.lang.foreign.MemorySegment;
import java.lang.ref.Cleaner;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
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

    /** Most buffers of a {@link Run}. */
    public static final int LONGEST = 4;

    /** Buffers whose memory is allocated together. */
    private static final int PARTS = 8;

    /** Most such allocations at a time, so that lost buffers cannot use up the memory until the collector looks. */
    private static final int MOST = 1024 / PARTS;

    /** Those of which every buffer is here, and which stay all the same. */
    private static final int RESTING = 256 / PARTS;

    private static final Cleaner CLEANER = Cleaner.create();
    private static final AtomicInteger LIVE = new AtomicInteger();
    private static final List<Slab> SLABS = new ArrayList<>();

    private BodyBuffers() {}

    /**
     * Buffers that lie side by side.
     *
     * @param memory all of it; not to be used after any of the parts has another owner
     * @param parts one to {@link #LONGEST}
     */
    public record Run(ByteBuffer memory, List<ByteBuffer> parts) {}

    /** The buffers of one allocation. Guarded by {@link #SLABS}. */
    private static final class Slab {

        private static final int ALL = (1 << PARTS) - 1;

        private final ByteBuffer memory = ByteBuffer.allocateDirect(PARTS * SIZE);
        private final long address = MemorySegment.ofBuffer(memory).address();
        private final @Nullable ByteBuffer[] here = new ByteBuffer[PARTS];
        private int free = ALL;

        Slab() {
            CLEANER.register(memory, LIVE::decrementAndGet);
            for (int i = 0; i < PARTS; i++) {
                ByteBuffer part = memory.slice(i * SIZE, SIZE);
                CLEANER.register(part, this::retire);
                here[i] = part;
            }
        }

        /**
         * A buffer was lost, or too many rest. Views of a lost one may still be used, and keep the memory and not the buffer:
         * so nothing of it is given out again, and the collector frees all of it when nobody has any.
         */
        void retire() {
            synchronized (SLABS) {
                SLABS.remove(this);
                Arrays.fill(here, null);
            }
        }

        /** Where that many free ones begin side by side; negative when they do nowhere. */
        int find(int length) {
            int begins = free;
            for (int i = 1; i < length; i++) {
                begins &= free >> i;
            }
            return begins == 0 ? -1 : Integer.numberOfTrailingZeros(begins);
        }

        Run take(int from, int length) {
            List<ByteBuffer> parts = new ArrayList<>(length);
            for (int i = from; i < from + length; i++) {
                parts.add(Objects.requireNonNull(here[i]));
                here[i] = null;
                free &= ~(1 << i);
            }
            return new Run(length == 1 ? parts.getFirst() : memory.slice(from * SIZE, length * SIZE), parts);
        }

        void put(int index, ByteBuffer buffer) {
            if ((free & 1 << index) != 0) {
                throw new IllegalStateException("buffer of a body: given back twice");
            }
            here[index] = buffer.clear().order(ByteOrder.BIG_ENDIAN);
            free |= 1 << index;
        }
    }

    /** An empty buffer of {@link #SIZE} bytes for its taker alone; null when there are too many already. */
    public static @Nullable ByteBuffer take() {
        Run run = take(1);
        return run == null ? null : run.parts().getFirst();
    }

    /**
     * Empty buffers side by side, for one who can fill several at once; fewer where there are no so many free together.
     *
     * @param most 1 to {@link #LONGEST}
     * @return null when there are too many already
     */
    public static @Nullable Run take(int most) {
        synchronized (SLABS) {
            for (int length = most; length > 0; length--) {
                for (int i = 0; i < SLABS.size(); i++) {
                    int from = SLABS.get(i).find(length);
                    if (from >= 0) {
                        return SLABS.get(i).take(from, length);
                    }
                }
            }
            if (LIVE.get() >= MOST) {
                return null;
            }
            Slab slab = new Slab();
            LIVE.incrementAndGet();
            SLABS.add(slab);
            return slab.take(0, most);
        }
    }

    /** Whether it is like one of these, and {@link #giveBack} may keep it. */
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
        long address = MemorySegment.ofBuffer(buffer).address() - buffer.position();
        synchronized (SLABS) {
            for (int i = 0; i < SLABS.size(); i++) {
                Slab slab = SLABS.get(i);
                long at = address - slab.address;
                if (at >= 0 && at < PARTS * SIZE) {
                    slab.put((int) (at / SIZE), buffer);
                    if (slab.free == Slab.ALL && resting() > RESTING) {
                        slab.retire();
                    }
                    return;
                }
            }
        }
    }

    private static int resting() {
        int resting = 0;
        for (int i = 0; i < SLABS.size(); i++) {
            if (SLABS.get(i).free == Slab.ALL) {
                resting++;
            }
        }
        return resting;
    }
}
