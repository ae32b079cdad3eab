package dev.polder.wasm.engine.internal;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.engine.TrapCode;
import dev.polder.wasm.engine.WasmTrap;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/*
 * Which guests run on a thread, and the interrupts that end them.
 *
 *   IDLE --enter--> RUNNING <--> INTERRUPTING (the clock, for the length of one Thread.interrupt)
 *    ^                 |
 *    +------ exit -----+   (waits while INTERRUPTING, then takes back the interrupt if there was one)
 *
 * The clock interrupts only between the two compare-and-sets, and exit cannot pass while it does: so no interrupt that
 * was meant for a guest reaches what the thread does next, and no guest is stopped that has ended. It is repeated every tick until the guest is out, because a
 * host function may have swallowed one. A run started from a host function of another is linked to it by outer; the
 * thread is interrupted when any run of that chain is over.
 */
/** One thread's guests: the run in front, and scratch memory for calls into native code. Used by its thread alone. */
public final class GuestStack {

    private static final int IDLE = 0;
    private static final int RUNNING = 1;
    private static final int INTERRUPTING = 2;
    private static final int SCRATCH_BYTES = 64 * 1024;

    /**
     * Calls of guests by hosts of guests on one thread. Each takes some KiB of it; an overflow in the midst of Java's own
     * code, at its first use, would leave that unusable for everybody.
     */
    private static final int MAX_CALLS = 50;

    private static final ThreadLocal<@Nullable GuestStack> CURRENT = new ThreadLocal<>();

    private final Thread thread = Thread.currentThread();
    private final MemorySegment scratch = Arena.ofAuto().allocate(SCRATCH_BYTES, 16);
    private final AtomicInteger state = new AtomicInteger(IDLE);
    private volatile @Nullable GuestRun front;
    private volatile boolean interrupted;
    private int top;
    private int calls;

    private GuestStack() {
        GuestClock.SHARED.add(this);
    }

    /** This thread's. */
    public static GuestStack current() {
        GuestStack known = CURRENT.get();
        if (known == null) {
            known = new GuestStack();
            CURRENT.set(known);
        }
        return known;
    }

    /** The run whose guest called the host on this thread; null on a thread of no guest. */
    public static @Nullable GuestRun running() {
        GuestStack known = CURRENT.get();
        return known == null ? null : known.front;
    }

    /** The run whose guest called the host, or is about to be called. */
    public @Nullable GuestRun front() {
        return front;
    }

    /** Makes a run the one in front; gives whether {@link #exit} has to be called for it. */
    @SuppressWarnings("ReferenceEquality") // the very same run, whatever it holds
    public boolean enter(GuestRun run) {
        GuestRun before = front;
        if (before == run) {
            return false;
        }
        run.outer = before;
        front = run;
        if (before == null) {
            state.set(RUNNING);
            GuestClock.SHARED.wake();
        }
        return true;
    }

    /** Takes the run in front away, and any interrupt that was for it. */
    public void exit(GuestRun run) {
        while (!state.compareAndSet(RUNNING, IDLE)) {
            Thread.onSpinWait();
        }
        GuestRun before = run.outer;
        run.outer = null;
        front = before;
        if (interrupted) {
            interrupted = false;
            Thread.interrupted();
        }
        if (before != null) {
            state.set(RUNNING);
        }
    }

    /** Whether the run in front, or one that it was started from, has to end. */
    public boolean isOver() {
        for (GuestRun run = front; run != null; run = run.outer) {
            if (run.isOver()) {
                return true;
            }
        }
        return false;
    }

    /** The wall time left of the run in front, or of one that it was started from when that is less. */
    public Duration remaining() {
        Duration least = GuestRun.VERY_LONG;
        for (GuestRun run = front; run != null; run = run.outer) {
            Duration left = run.remaining();
            least = left.compareTo(least) < 0 ? left : least;
        }
        return least;
    }

    /** Why the run in front has to end; CANCELLED when it does not have to. */
    public TrapCode reason() {
        for (GuestRun run = front; run != null; run = run.outer) {
            if (run.isOver()) {
                return run.reason();
            }
        }
        return TrapCode.CANCELLED;
    }

    /** Called by the clock: interrupts the thread if its guest has to end. Gives whether a guest runs. */
    boolean tick() {
        if (state.get() == IDLE) {
            return false;
        }
        long now = System.nanoTime();
        for (GuestRun run = front; run != null; run = run.outer) {
            run.charge(thread, now);
        }
        if (isOver() && state.compareAndSet(RUNNING, INTERRUPTING)) {
            interrupted = true;
            thread.interrupt();
            stop();
            state.set(RUNNING);
        }
        return true;
    }

    /** Ends the guests from the one in front to the outermost that is over. */
    private void stop() {
        int over = 0;
        int depth = 0;
        for (GuestRun run = front; run != null; run = run.outer) {
            depth++;
            over = run.isOver() ? depth : over;
        }
        for (GuestRun run = front; run != null && over > 0; run = run.outer) {
            run.stop();
            over--;
        }
    }

    boolean isDead() {
        return !thread.isAlive();
    }

    /** Reserves scratch memory, a multiple of 16 bytes; gives its offset. Give it back with {@link #pop}. */
    public int push(int bytes) {
        int offset = top;
        int rounded = (bytes + 15) & ~15;
        if (rounded > SCRATCH_BYTES - offset) {
            throw Problem.guest(
                    Problem.Code.TOO_LARGE,
                    "calls between host and guest are nested too deeply, or have too many arguments",
                    null);
        }
        top = offset + rounded;
        return offset;
    }

    /**
     * Begins a call of a guest, which may be one that a guest makes by way of the host; {@link #popCall} ends it.
     *
     * @return as {@link #push}
     * @throws WasmTrap STACK_OVERFLOW when there are too many in one another
     */
    public int pushCall(int bytes) {
        if (calls >= MAX_CALLS) {
            throw new WasmTrap(
                    TrapCode.STACK_OVERFLOW,
                    "call stack exhausted: " + calls + " calls between host and guest in one another",
                    List.of(),
                    null);
        }
        int offset = push(bytes);
        calls++;
        return offset;
    }

    /** Ends a call. */
    public void popCall(int offset) {
        calls--;
        pop(offset);
    }

    /** Gives back all scratch memory from an offset on. */
    public void pop(int offset) {
        top = offset;
    }

    public MemorySegment scratch() {
        return scratch;
    }
}
