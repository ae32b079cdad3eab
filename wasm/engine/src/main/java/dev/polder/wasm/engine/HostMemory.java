package dev.polder.wasm.engine;

import dev.polder.kernel.model.Problem;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The part of the JVM's heap that guests may make the host hold: handles, headers, bodies, values on their way, and on the
 * portable engine their memories. A heap that is full ends the process and with it every neighbour, so what a guest can make
 * grow is counted before it is there. For any thread.
 *
 * <p>All guests share {@link #PROCESS}; an app has {@link #half} of it, so that none takes it from the others. Each instance
 * has an {@link Account}. The figures are near, not exact: what a thing takes in the heap is a guess.
 */
public final class HostMemory {

    /** Two fifths of the heap that the process may have. */
    public static final HostMemory PROCESS = of(Runtime.getRuntime().maxMemory() / 5 * 2);

    /** What is taken at a time, so that few things of an instance cost an atomic operation. */
    private static final long STEP = 64 * 1024;

    private final long most;
    private final @Nullable HostMemory whole;
    private final AtomicLong taken = new AtomicLong();

    private HostMemory(long most, @Nullable HostMemory whole) {
        this.most = most;
        this.whole = whole;
    }

    /** So many bytes, for tests and for a process that runs one app. */
    public static HostMemory of(long bytes) {
        return new HostMemory(bytes, null);
    }

    /** At most a half of this, and counted here, too: the share of one app. */
    public HostMemory half() {
        return new HostMemory(most / 2, this);
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
        if (taken.addAndGet(bytes) <= most && (whole == null || whole.take(bytes))) {
            return true;
        }
        taken.addAndGet(-bytes);
        return false;
    }

    private void giveBack(long bytes) {
        taken.addAndGet(-bytes);
        if (whole != null) {
            whole.giveBack(bytes);
        }
    }

    private Problem refused(long bytes) {
        return GuestLimit.HOST_MEMORY.passed("memory of the host: " + bytes + " bytes more beside " + taken
                + " (expected: at most " + most + " for an app" + (whole == null ? "" : ", " + whole.most + " for all")
                + ")");
    }

    /** What one instance makes the host hold. For any thread. */
    public static final class Account implements AutoCloseable {

        private final HostMemory memory;
        private long used;
        private long reserved;
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

        /** The host holds so many of them no more. */
        public synchronized void release(long bytes) {
            if (closed) {
                return;
            }
            used -= bytes;
            if (reserved - used > 16 * STEP) {
                long left = (used + STEP - 1) / STEP * STEP;
                memory.giveBack(reserved - left);
                reserved = left;
            }
        }

        /** All of it is free; what is asked for later is refused. Again it does nothing. */
        @Override
        public synchronized void close() {
            closed = true;
            memory.giveBack(reserved);
            reserved = 0;
            used = 0;
        }
    }
}
