package dev.polder.wasm.engine;

import dev.polder.kernel.model.Problem;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bounded pool of platform threads that guests run on, with the stack they need. Native frames would pin a virtual
 * thread to its carrier, and a guest that computes would hold it, so guests never run on virtual threads.
 *
 * <p>One guest runs for each processor, so that they do not push one another out of its caches. A guest that waits (see
 * {@link #blocking}) gives its place to another one, and comes back before those that have not begun. One that computes for
 * long while others want its place loses it and goes on beside them, until as many as {@code threads} compute at once. Each
 * {@link GuestLane} computes on some of them only, and lanes take turns.
 *
 * <p>A guest's wall time starts when its store is made inside the task, so waiting in the queue does not count.
 */
public final class GuestExecutor implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(GuestExecutor.class);

    /** Guests that may wait for a thread by default. */
    public static final int QUEUE = 1_024;

    /** Tasks of all lanes that have begun, most of which wait: as many as the native engine has memories for. */
    private static final int MOST_BEGUN = 1_000;

    /** Those of one lane: clients of one app that send nothing do not take all of them. */
    private static final int MOST_OF_LANE = MOST_BEGUN / 4;

    /** Room for the 512 KiB that the native engine grants a guest, host functions on top of it, and deep Java code. */
    private static final long STACK_BYTES = 4L << 20;

    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(30);

    /** How long a guest has its place while others want it. */
    private static final long SLICE_NANOS = 10_000_000;

    /** How often it is looked whether that is over, while somebody waits. */
    private static final long LOOK_NANOS = 5_000_000;

    /** Looks without anyone waiting before the thread that looks goes to sleep: waking it costs more than a few. */
    private static final int IDLE_LOOKS = 40;

    /** Looks after which the processors are counted again: a process can be given others, and asking costs a few files. */
    private static final int COUNT_LOOKS = 200;

    /** What guests that follow one another at once want done is done together, after this time at most. */
    static final long TOGETHER_NANOS = 1_000_000;

    /** Or after so many of them. */
    private static final int TOGETHER = 16;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition ended = lock.newCondition();
    private final AtomicLong number = new AtomicLong();

    /** Those who have something left to do: what follows may take longer than its kind does, or load its code first. */
    private final Set<Worker> late = ConcurrentHashMap.newKeySet();

    private final Thread looker =
            Thread.ofPlatform().daemon().name("guest-slices").unstarted(this::look);
    private final int threads;
    private final int most;
    private final GuestLane own;

    // Guarded by the lock.
    private final ArrayDeque<GuestLane> turns = new ArrayDeque<>();
    private final ArrayDeque<Worker> idle = new ArrayDeque<>();
    private final ArrayDeque<Worker> placed = new ArrayDeque<>();
    private int processors = Runtime.getRuntime().availableProcessors();
    private int beside;
    private int begun;
    private int workers;
    private boolean looking;
    private boolean refused;
    private volatile boolean closed;

    /** Work of a guest's host function that waits, and takes no processor meanwhile. */
    @FunctionalInterface
    public interface Blocking<T extends @Nullable Object, E extends Exception> {

        /** Waits on the calling thread. */
        T run() throws E;
    }

    /**
     * @param threads guests that compute at the same time
     * @param queueLimit tasks of {@link #submit} that may wait for a thread; lanes have limits of their own
     */
    public GuestExecutor(int threads, int queueLimit) {
        if (threads < 1 || queueLimit < 1) {
            throw Problem.invalid(
                    "guest threads: " + threads + ", queue: " + queueLimit + " (expected: one or more of each)");
        }
        this.threads = threads;
        this.most = threads + queueLimit;
        this.own = new GuestLane("guests", this, threads, MOST_BEGUN);
    }

    /** A thread with the stack that guests need, for one that runs for long and would hold one of the pool. */
    public static Thread newThread(String name, Runnable task) {
        Thread thread = new Thread(null, task, name, STACK_BYTES);
        thread.setDaemon(true);
        return thread;
    }

    /** Four threads a processor for guests that compute for long, and {@link #QUEUE} waiting. */
    public static GuestExecutor withDefaults() {
        return new GuestExecutor(Math.max(8, 4 * Runtime.getRuntime().availableProcessors()), QUEUE);
    }

    /**
     * Does what waits. On a thread of an executor the guest's place is free for others meanwhile, and this returns when
     * there is a place for it again; on any other thread it just does it.
     */
    public static <T extends @Nullable Object, E extends Exception> T blocking(Blocking<T, E> work) throws E {
        if (!(Thread.currentThread() instanceof Worker worker) || worker.away) {
            return work.run();
        }
        worker.leave();
        try {
            return work.run();
        } finally {
            worker.comeBack();
        }
    }

    /**
     * Does something that a guest's thread should not be interrupted for, such as to wake the thread that sends an answer: on one
     * processor that takes the guest's place. Where short guests wait for the place of the one that runs here it is done after
     * some of them, once for all who asked for the same; at once where nobody waits, or on any other thread.
     *
     * @param action the same object for the same; short, and for any thread
     */
    public static void soon(Runnable action) {
        if (Thread.currentThread() instanceof Worker worker && !worker.away && worker.isFollowed()) {
            worker.add(action);
        } else {
            action.run();
        }
    }

    /**
     * Tasks of one owner, which neither take every thread from the others nor wait behind all of theirs.
     *
     * @param name of the owner, for errors
     * @param width how many of them compute at once
     */
    public GuestLane lane(String name, int width) {
        return new GuestLane(name, this, width, MOST_OF_LANE);
    }

    /**
     * Runs a task on a guest thread. The future fails with {@link Problem}: a {@link WasmTrap} is turned into one, and
     * when queue and threads are full it is UNAVAILABLE at once. Cancelling the future does not stop a guest that runs:
     * {@link WasmStore#cancel} does.
     */
    public <T> CompletableFuture<T> submit(Callable<T> task) {
        return own.submit(task, most, Long.MAX_VALUE);
    }

    /** Tasks of all lanes that have begun and are not finished. */
    public int running() {
        lock.lock();
        try {
            return begun;
        } finally {
            lock.unlock();
        }
    }

    /** Tasks of {@link #submit} that wait for a thread. */
    public int waiting() {
        return own.waiting();
    }

    /** Takes no more tasks, and waits up to five seconds for those that it has. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            idle.forEach(LockSupport::unpark);
            LockSupport.unpark(looker);
            long left = TimeUnit.SECONDS.toNanos(5);
            while (workers > 0 && left > 0) {
                left = ended.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    /** Guards what lanes have. */
    ReentrantLock lock() {
        return lock;
    }

    boolean isClosed() {
        return closed;
    }

    /** Is told, with the lock held, that a lane has something to run. */
    void wanted(GuestLane lane) {
        if (!lane.inTurns) {
            lane.inTurns = true;
            turns.addLast(lane);
        }
        giveAway();
        if (!looking && isWanted()) {
            startLooking();
        }
    }

    private void startLooking() {
        if (!looking) {
            looking = true;
            if (looker.getState() == Thread.State.NEW) {
                looker.start();
            } else {
                LockSupport.unpark(looker);
            }
        }
    }

    private boolean isWanted() {
        return next() != null;
    }

    private @Nullable GuestLane next() {
        for (GuestLane lane : turns) {
            if (lane.mayCompute()) {
                return lane;
            }
        }
        return null;
    }

    private void giveAway() {
        while (giveOne(null)) {
            // Until there is no place, or nobody wants one.
        }
    }

    /** Gives a place to the lane whose turn it is; a new task goes to the worker that asks, where one does. */
    private boolean giveOne(@Nullable Worker asking) {
        if (placed.size() >= processors || placed.size() + beside >= threads) {
            return false;
        }
        for (int left = turns.size(); left > 0; left--) {
            GuestLane lane = turns.removeFirst();
            if (!lane.isWanting()) {
                lane.inTurns = false;
                continue;
            }
            turns.addLast(lane);
            if (!lane.mayCompute()) {
                continue;
            }
            Worker back = lane.back.pollFirst();
            if (back != null) {
                place(back, lane);
                back.away = false;
                LockSupport.unpark(back);
                return true;
            }
            if (begun < MOST_BEGUN) {
                return begin(lane, asking);
            }
        }
        return false;
    }

    private boolean begin(GuestLane lane, @Nullable Worker asking) {
        Worker worker = asking == null ? idle.pollFirst() : asking;
        boolean isNew = worker == null;
        if (worker == null) {
            worker = new Worker("guest-" + number.incrementAndGet());
        }
        GuestLane.Task<?> task = lane.queue.removeFirst();
        worker.task = task;
        if (isNew && !started(worker)) {
            lane.queue.addFirst(task);
            return false;
        }
        begun++;
        lane.begun++;
        place(worker, lane);
        if (!isNew && asking == null) {
            LockSupport.unpark(worker);
        }
        return true;
    }

    /** Whether there is one thread more; where the system has none left, the task waits for one that becomes free. */
    private boolean started(Worker worker) {
        try {
            worker.start();
            workers++;
            refused = false;
            return true;
        } catch (OutOfMemoryError e) {
            if (!refused) {
                LOG.warn("no thread for a guest beside {} others: {}", workers, e.getMessage());
            }
            refused = true;
            return false;
        }
    }

    private void place(Worker worker, GuestLane lane) {
        lane.computing++;
        worker.sinceNanos = System.nanoTime();
        placed.addLast(worker);
    }

    private void giveBack(Worker worker, GuestLane lane) {
        lane.computing--;
        if (!placed.remove(worker)) {
            beside--;
        }
    }

    /** Takes the place of guests that had it for long, where others want one; does what others left to be done soon. */
    private void look() {
        int unwanted = 0;
        for (int looks = 0; !closed; looks++) {
            LockSupport.parkNanos(LOOK_NANOS);
            int now = looks % COUNT_LOOKS == 0 ? Runtime.getRuntime().availableProcessors() : 0;
            lock.lock();
            try {
                processors = now == 0 ? processors : now;
                giveAway();
                long before = System.nanoTime() - SLICE_NANOS;
                while (isWanted()
                        && !placed.isEmpty()
                        && placed.getFirst().sinceNanos - before < 0
                        && placed.size() + beside < threads) {
                    placed.removeFirst();
                    beside++;
                    giveAway();
                }
                unwanted = isWanted() ? 0 : unwanted + 1;
                looking = unwanted <= IDLE_LOOKS;
            } finally {
                lock.unlock();
            }
            late.forEach(Worker::settle);
            if (unwanted > IDLE_LOOKS) {
                unwanted = 0;
                LockSupport.park(this);
            }
        }
    }

    /** A guest's thread. What it has is guarded by the lock; {@code task} and {@code away} are read by the thread without. */
    final class Worker extends Thread {

        private volatile GuestLane.@Nullable Task<?> task;
        private volatile boolean away;
        private long sinceNanos;

        // Guarded by itself.
        private final List<Runnable> due = new ArrayList<>(2);
        private int asked;
        private long askedNanos;

        private Worker(String name) {
            super(null, null, name, STACK_BYTES);
            setDaemon(true);
        }

        @Override
        public void run() {
            while (isGivenTask()) {
                GuestLane.Task<?> now = Objects.requireNonNull(task, "it was given one");
                long begunNanos = System.nanoTime();
                now.run(begunNanos);
                long endNanos = System.nanoTime();
                boolean isFollowed;
                lock.lock();
                try {
                    task = null;
                    begun--;
                    now.lane().begun--;
                    now.lane().took(endNanos - begunNanos);
                    giveBack(this, now.lane());
                    giveOne(this);
                    if (task == null) {
                        idle.addFirst(this);
                    }
                    isFollowed = task != null && lane().isBrisk();
                } finally {
                    lock.unlock();
                }
                if (!isFollowed || isDue(endNanos)) {
                    settle();
                }
            }
        }

        /** Whether a short guest waits to follow this one. */
        private boolean isFollowed() {
            lock.lock();
            try {
                GuestLane own = lane();
                GuestLane next = own.isWanting() ? own : next(); // its own has this one's place then
                return next != null && next.isBrisk();
            } finally {
                lock.unlock();
            }
        }

        private void add(Runnable action) {
            boolean first;
            synchronized (due) {
                first = asked++ == 0;
                if (first) {
                    askedNanos = System.nanoTime();
                    late.add(this);
                }
                if (!due.contains(action)) {
                    due.add(action);
                }
            }
            if (first) {
                lock.lock();
                try {
                    startLooking();
                } finally {
                    lock.unlock();
                }
            }
        }

        private boolean isDue(long now) {
            synchronized (due) {
                return asked >= TOGETHER || (asked > 0 && now - askedNanos > TOGETHER_NANOS);
            }
        }

        /** Does what it was asked for. */
        private void settle() {
            List<Runnable> now;
            synchronized (due) {
                if (asked == 0) {
                    return;
                }
                asked = 0;
                now = List.copyOf(due);
                due.clear();
                late.remove(this);
            }
            now.forEach(Runnable::run);
        }

        private boolean isGivenTask() {
            long end = System.nanoTime() + IDLE_NANOS;
            while (task == null) {
                long left = end - System.nanoTime();
                if (left > 0 && !closed) {
                    LockSupport.parkNanos(GuestExecutor.this, left);
                    continue;
                }
                lock.lock();
                try {
                    if (task == null) {
                        idle.remove(this);
                        workers--;
                        ended.signalAll();
                        return false;
                    }
                } finally {
                    lock.unlock();
                }
            }
            return true;
        }

        private GuestLane lane() {
            return Objects.requireNonNull(task, "it runs one").lane();
        }

        private void leave() {
            settle();
            lock.lock();
            try {
                away = true;
                giveBack(this, lane());
                giveAway();
            } finally {
                lock.unlock();
            }
        }

        private void comeBack() {
            lock.lock();
            try {
                lane().back.addLast(this);
                wanted(lane());
            } finally {
                lock.unlock();
            }
            boolean interrupted = false;
            while (away) {
                LockSupport.park(GuestExecutor.this);
                interrupted |= Thread.interrupted();
            }
            if (interrupted) {
                interrupt();
            }
        }
    }
}
