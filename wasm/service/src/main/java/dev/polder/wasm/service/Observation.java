package dev.polder.wasm.service;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.engine.GuestLimit;
import dev.polder.wasm.engine.HostMemory;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ObjLongConsumer;

/**
 * What is kept of an app's running for those who look after it: its log, its last traps, the limits that its guests
 * passed. Safe for any thread.
 *
 * <p>What repeats is counted and said once a second: a guest, or a crowd of clients, must not fill the log.
 */
final class Observation {

    /** Traps that are kept. */
    static final int MAX_TRAPS = 20;

    /** Frames of a trap that are logged; all are kept in the record. */
    private static final int LOGGED_FRAMES = 16;

    private static final long SECOND = 1_000_000_000;

    private final LongAdder made = new LongAdder();
    private final LongAdder closed = new LongAdder();
    private final LongAdder reused = new LongAdder();

    private final LogRing log;
    private final Clock clock;
    private final ObjLongConsumer<GuestLimit> onLimit;
    private final HostMemory memory;
    private final HostMemory guestMemory;
    private final ArrayDeque<TrapRecord> traps = new ArrayDeque<>();
    private final Map<GuestLimit, Passed> passed = new EnumMap<>(GuestLimit.class);
    private double logRoom = -1;
    private long logSeen;

    /** How often a limit was passed, and what of that the log has. */
    private static final class Passed {
        long times;
        long logged;
        boolean quiet;
    }

    Observation(LogRing log, Clock clock, ObjLongConsumer<GuestLimit> onLimit) {
        this(log, clock, onLimit, HostMemory.PROCESS.half(), HostMemory.GUESTS.half());
    }

    /**
     * @param memory what the app's guests may make the host hold
     * @param guestMemory what their own memories may take
     */
    Observation(
            LogRing log, Clock clock, ObjLongConsumer<GuestLimit> onLimit, HostMemory memory, HostMemory guestMemory) {
        this.memory = memory;
        this.guestMemory = guestMemory;
        this.log = log;
        this.clock = clock;
        this.onLimit = onLimit;
    }

    LogRing log() {
        return log;
    }

    Clock clock() {
        return clock;
    }

    /** What all guests of the app may make the host hold. */
    HostMemory memory() {
        return memory;
    }

    /** What the memories of all guests of the app may take of the machine. */
    HostMemory guestMemory() {
        return guestMemory;
    }

    /** Keeps a trap, and says it in the log with the way there. */
    void trapped(TrapRecord trap) {
        synchronized (traps) {
            if (traps.size() == MAX_TRAPS) {
                traps.removeLast();
            }
            traps.addFirst(trap);
        }
        String of = trap.component();
        log.add(LogLine.Stream.STDERR, of, "trap " + trap.id() + " in " + trap.request() + ": " + trap.message());
        trap.frames().stream()
                .limit(LOGGED_FRAMES)
                .forEach(frame -> log.add(LogLine.Stream.STDERR, of, "    at " + frame));
    }

    /** The newest first. */
    List<TrapRecord> traps() {
        synchronized (traps) {
            return new ArrayList<>(traps);
        }
    }

    /** A line of a component; false when the app has used up its bytes of this second and the line is dropped. */
    boolean line(LogLine.Stream stream, String component, String text, int perSecond) {
        synchronized (passed) {
            long now = System.nanoTime();
            logRoom = logRoom < 0
                    ? perSecond
                    : Math.min(perSecond, logRoom + (double) (now - logSeen) * perSecond / SECOND);
            logSeen = now;
            if (logRoom < text.length() + 1) {
                return false;
            }
            logRoom -= text.length() + 1;
        }
        log.add(stream, component, text);
        return true;
    }

    /** An instance was made for a request or an event. */
    void made() {
        made.increment();
    }

    /** One of those was closed. */
    void closed() {
        closed.increment();
    }

    /** One of those serves another request. */
    void reused() {
        reused.increment();
    }

    AppStats.Instances instances() {
        long gone = closed.sum(); // first: what is made meanwhile must not make it less than none
        long all = made.sum();
        return new AppStats.Instances(all, reused.sum(), all - gone);
    }

    /** Lines of a guest were dropped. */
    void dropped(long lines) {
        passed(GuestLimit.LOG, lines);
    }

    /** A guest passed a limit. */
    void passed(GuestLimit limit) {
        passed(limit, 1);
    }

    /** A failure, which may name a limit. */
    void passedBy(Problem problem) {
        String named = problem.members().get(GuestLimit.MEMBER);
        for (GuestLimit known : GuestLimit.values()) {
            if (known.id().equals(named)) {
                passed(known);
            }
        }
    }

    private void passed(GuestLimit limit, long times) {
        boolean report;
        synchronized (passed) {
            Passed of = passed.computeIfAbsent(limit, _ -> new Passed());
            of.times += times;
            report = !of.quiet;
            of.quiet = true;
        }
        onLimit.accept(limit, times);
        if (report) {
            report(limit);
        }
    }

    /** Says what has not been said yet, and keeps quiet for a second after that. */
    private void report(GuestLimit limit) {
        long unsaid;
        synchronized (passed) {
            Passed of = passed.computeIfAbsent(limit, _ -> new Passed());
            unsaid = of.times - of.logged;
            of.logged = of.times;
            of.quiet = unsaid > 0;
        }
        if (unsaid > 0) {
            log.add(
                    LogLine.Stream.STDERR,
                    limit == GuestLimit.LOG
                            ? unsaid + " lines dropped (limit log)"
                            : "limit " + limit.id() + " passed" + (unsaid == 1 ? "" : " " + unsaid + " times"));
            CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS).execute(() -> report(limit));
        }
    }

    /** How often each limit was passed, dropped lines for the log; those never passed are not in it. */
    Map<GuestLimit, Long> limits() {
        Map<GuestLimit, Long> counts = new EnumMap<>(GuestLimit.class);
        synchronized (passed) {
            passed.forEach((limit, of) -> counts.put(limit, of.times));
        }
        return counts;
    }
}
