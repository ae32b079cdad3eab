package dev.polder.wasm.engine;

import com.sun.management.OperatingSystemMXBean;
import dev.polder.kernel.model.Problem;
import java.lang.management.ManagementFactory;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Memory that guests may take, counted before it is there, since without any the process ends and with it every neighbour.
 * There are two: {@link #PROCESS} is the part of the JVM's heap that guests may make the host hold (handles, headers, bodies,
 * values on their way, and on the portable engine their memories and tables); {@link #GUESTS} is what their memories and
 * tables may take of the machine on the native one. For any thread.
 *
 * <p>All guests share one; an app has {@link #half} of it, so that none takes it from the others. Each instance has an {@link
 * Account}. The figures of the heap are near, not exact: what a thing takes there is a guess.
 */
public final class HostMemory {

    /** Two fifths of the heap that the process may have. */
    public static final HostMemory PROCESS = of(Runtime.getRuntime().maxMemory() / 5 * 2);

    /** Half of what the machine, or the container, has beside that heap. */
    public static final HostMemory GUESTS = guests(ofMachine());

    /**
     * Memories that all guests of {@link #GUESTS} have at the same time, those included by which they are ended: as many as the
     * native engine's pool has.
     */
    public static final int PLACES = 8_000;

    /** What is taken at a time, so that few things of an instance cost an atomic operation. */
    private static final long STEP = 64 * 1024;

    /** Less than this for all guests would not run a large one. */
    private static final long LEAST = 64L << 20;

    private final GuestLimit kind;
    private final long most;
    private final long mostPlaces;
    private final @Nullable HostMemory whole;
    private final AtomicLong taken = new AtomicLong();
    private final AtomicLong places = new AtomicLong();

    private HostMemory(GuestLimit kind, long most, long mostPlaces, @Nullable HostMemory whole) {
        this.kind = kind;
        this.most = most;
        this.mostPlaces = mostPlaces;
        this.whole = whole;
    }

    private static long ofMachine() {
        long machine =
                ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
        return Math.max(LEAST, (machine - Runtime.getRuntime().maxMemory()) / 2);
    }

    /** So many bytes of the heap, for tests and for a process that runs one app. */
    public static HostMemory of(long bytes) {
        return new HostMemory(GuestLimit.HOST_MEMORY, bytes, Long.MAX_VALUE, null);
    }

    /** So many bytes for memories and tables of guests. */
    public static HostMemory guests(long bytes) {
        return new HostMemory(GuestLimit.GUEST_MEMORY, bytes, PLACES, null);
    }

    /** At most a half of this, and counted here, too: the share of one app. */
    public HostMemory half() {
        return new HostMemory(kind, most / 2, mostPlaces / 2, this);
    }

    /** Bytes at most. */
    public long most() {
        return most;
    }

    /** Bytes that are taken now. */
    public long taken() {
        return taken.get();
    }

    /** For one instance; whoever made the instance closes it. */
    public Account account() {
        return new Account(this);
    }

    private boolean take(long bytes) {
        if (!add(taken, bytes, most)) {
            return false;
        }
        if (whole == null || whole.take(bytes)) {
            return true;
        }
        taken.addAndGet(-bytes);
        return false;
    }

    private boolean takePlaces(long count) {
        if (!add(places, count, mostPlaces)) {
            return false;
        }
        if (whole == null || whole.takePlaces(count)) {
            return true;
        }
        places.addAndGet(-count);
        return false;
    }

    /** What does not fit is not counted for a moment either: it would be missing to a neighbour that fits. */
    private static boolean add(AtomicLong sum, long more, long most) {
        long now;
        do {
            now = sum.get();
            if (more > most - now) {
                return false;
            }
        } while (!sum.compareAndSet(now, now + more));
        return true;
    }

    private void giveBack(long bytes, long count) {
        taken.addAndGet(-bytes);
        if (count > 0) {
            places.addAndGet(-count);
        }
        if (whole != null) {
            whole.giveBack(bytes, count);
        }
    }

    private Problem refused(long bytes) {
        return kind.passed(words(bytes));
    }

    private String words(long bytes) {
        return (kind == GuestLimit.GUEST_MEMORY ? "memory of guests: " : "memory of the host: ") + bytes
                + " bytes more beside " + taken + " (expected: at most " + most + " for an app"
                + (whole == null ? "" : ", " + whole.most + " for all") + ")";
    }

    /** What one instance makes the host hold. For any thread. */
    public static final class Account implements AutoCloseable {

        private final HostMemory memory;
        private long used;
        private long reserved;
        private long places;
        private boolean closed;

        private Account(HostMemory memory) {
            this.memory = memory;
        }

        /**
         * Before the host holds so many bytes more.
         *
         * @throws Problem {@link GuestLimit#HOST_MEMORY}, which ends the guest; then nothing was counted
         */
        public void hold(long bytes) {
            if (!tryHold(bytes)) {
                throw memory.refused(bytes);
            }
        }

        /**
         * The same before an instance begins with so many bytes.
         *
         * @param memories how many of them it has, which count until the end
         * @throws Problem UNAVAILABLE while others have them; as {@link #hold} where they are more than an app ever gets
         */
        public synchronized void begin(long bytes, int memories) {
            if (bytes > memory.most) {
                throw memory.refused(bytes);
            }
            if (closed || !memory.takePlaces(memories)) {
                throw noRoom(memories + " memories more (expected: at most " + memory.mostPlaces + " for an app)");
            }
            places += memories;
            if (!tryHold(bytes)) {
                throw noRoom(memory.words(bytes));
            }
        }

        private Problem noRoom(String what) {
            return Problem.unavailable("no room for another instance now: " + what, null)
                    .with(GuestLimit.MEMBER, memory.kind.id());
        }

        /** The same; false when there is no room. */
        public synchronized boolean tryHold(long bytes) {
            long more = used + bytes - reserved;
            if (more > 0) {
                long wanted = (more + STEP - 1) / STEP * STEP;
                if (closed || !memory.take(wanted)) {
                    return false;
                }
                reserved += wanted;
            }
            used += bytes;
            return true;
        }

        /** What {@link #hold} throws. */
        public Problem refused(long bytes) {
            return memory.refused(bytes);
        }

        /** The host holds so many of them no more. */
        public synchronized void release(long bytes) {
            if (closed) {
                return;
            }
            used -= bytes;
            if (reserved - used > 16 * STEP) {
                long left = (used + STEP - 1) / STEP * STEP;
                memory.giveBack(reserved - left, 0);
                reserved = left;
            }
        }

        /** All of it is free; what is asked for later is refused. Again it does nothing. */
        @Override
        public synchronized void close() {
            closed = true;
            memory.giveBack(reserved, places);
            reserved = 0;
            places = 0;
            used = 0;
        }
    }
}
