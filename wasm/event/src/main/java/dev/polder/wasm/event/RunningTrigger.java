package dev.polder.wasm.event;

import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.WorkloadRef;
import dev.polder.wasm.capability.MessageBroker;
import dev.polder.wasm.event.internal.EventSource;
import dev.polder.wasm.service.AppCall;
import dev.polder.wasm.service.AppEvent;
import dev.polder.wasm.service.LogLine;
import dev.polder.wasm.service.SpinTrigger;
import dev.polder.wasm.service.WasmApps;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One trigger: its source, kept connected, and its events on their way to the app.
 *
 * <p>An event goes {@code received → attempt (→ backoff → attempt)* → handled | dead letter}, and only then its source is
 * told. Where the source waits for that (MQTT, JetStream, the broker inside Polder), no more events are taken than there
 * are places; where it does not (Redis), those without a place are dropped, counted and told. That nothing serves, or too
 * much at once, is no attempt: the event waits. When the trigger ends, events that were not handled are left to the
 * source, which brings them again; those of a source that does not are dead letters.
 */
final class RunningTrigger implements EventSource.Intake {

    private static final Logger LOG = LoggerFactory.getLogger(RunningTrigger.class);
    private static final int MOST_DOUBLINGS = 20;
    private static final long BYTES_MILLIS = 20;

    private final WorkloadRef workload;
    private final SpinTrigger.Event trigger;
    private final EventSource source;
    private final WasmApps apps;
    private final DeadLetters deadLetters;
    private final EventLimits limits;
    private final EventMeter meter;
    private final Clock clock;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final CountDownLatch closing = new CountDownLatch(1);
    private volatile @Nullable Thread reader;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final Semaphore places;
    private final Semaphore lanes;
    private final AtomicLong waitingBytes = new AtomicLong();
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicInteger running = new AtomicInteger();
    private final LongAdder received = new LongAdder();
    private final LongAdder succeeded = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder redelivered = new LongAdder();
    private final LongAdder dropped = new LongAdder();
    private volatile TriggerState.Phase phase = TriggerState.Phase.CONNECTING;
    private volatile Instant since;
    private volatile @Nullable Instant lastEventAt;
    private volatile TriggerState.@Nullable Failure lastError;
    private volatile @Nullable Instant nextAt;

    RunningTrigger(
            WorkloadRef workload,
            SpinTrigger.Event trigger,
            EventSource source,
            WasmApps apps,
            DeadLetters deadLetters,
            EventLimits limits,
            EventMeter meter,
            Clock clock) {
        this.workload = workload;
        this.trigger = trigger;
        this.source = source;
        this.apps = apps;
        this.deadLetters = deadLetters;
        this.limits = limits;
        this.meter = meter;
        this.clock = clock;
        this.since = clock.instant();
        // MQTT has a window of its own, and a reader that waits long would miss the broker's answers to its pings.
        boolean waits = source.redelivers() && !(trigger instanceof SpinTrigger.Mqtt);
        this.places = new Semaphore(waits ? limits.concurrency() : limits.queue());
        this.lanes = new Semaphore(limits.concurrency(), true);
    }

    SpinTrigger.Event trigger() {
        return trigger;
    }

    /** Begins; first waits for the end of whoever had the same place at the source before. */
    void start(CompletableFuture<Void> before) {
        reader = Thread.ofVirtual()
                .name("trigger " + workload + " " + trigger.id())
                .start(() -> {
                    var _ = before.handle((_, _) -> null).join();
                    try {
                        connect();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    } catch (RuntimeException e) {
                        LOG.error("the trigger {} of workload {} ended", trigger.id(), workload, e);
                        failure("the trigger ended: " + e.getMessage());
                    }
                });
    }

    private void connect() throws InterruptedException {
        int failures = 0;
        while (!closed()) {
            Instant began = clock.instant();
            try {
                source.run(this);
                if (!closed()) {
                    throw Problem.unavailable(source.name() + ": the source ended", null);
                }
            } catch (Problem e) {
                if (closed()) {
                    return;
                }
                boolean stood = phase == TriggerState.Phase.CONNECTED
                        && began.plus(limits.longestBackoff()).isBefore(clock.instant());
                failures = stood ? 1 : failures + 1;
                failure(e.detail());
                phase(TriggerState.Phase.RETRYING);
                log("trigger " + trigger.id() + ": " + e.detail() + "; trying again in "
                        + limits.backoff(failures).toMillis() + " ms");
                if (awaitClose(limits.backoff(failures).toMillis())) {
                    return;
                }
            }
        }
    }

    @Override
    public void connected() {
        phase(TriggerState.Phase.CONNECTED);
    }

    @Override
    public void next(Instant due) {
        nextAt = due;
    }

    @Override
    public boolean closed() {
        return closing.getCount() == 0;
    }

    @Override
    public boolean awaitClose(long millis) throws InterruptedException {
        return closing.await(millis, TimeUnit.MILLISECONDS);
    }

    @Override
    public void awaitPlace() throws InterruptedException {
        places.acquire();
        while (waitingBytes.get() > limits.queueBytes() && !closed()) {
            var _ = awaitClose(BYTES_MILLIS);
        }
    }

    @Override
    public void giveBack() {
        places.release();
    }

    @Override
    public boolean offer(EventSource.Received event) {
        int bytes = event.event().message().body().length;
        boolean place = waitingBytes.get() + bytes <= limits.queueBytes() && places.tryAcquire();
        if (place) {
            accept(event);
            return true;
        }
        received.increment();
        dropped.increment();
        count(EventMeter.Outcome.DROPPED);
        long lost = dropped.sum();
        if (Long.bitCount(lost) == 1) { // the first, and then ever more seldom
            log("trigger " + trigger.id() + ": an event was dropped, since " + waiting.get()
                    + " wait (expected: at most " + limits.queue() + " and " + limits.queueBytes()
                    + " bytes); " + lost + " so far");
        }
        return false;
    }

    @Override
    public void accept(EventSource.Received event) {
        int bytes = event.event().message().body().length;
        received.increment();
        lastEventAt = clock.instant();
        if (event.again()) {
            redelivered.increment();
            count(EventMeter.Outcome.REDELIVERED);
        }
        waiting.incrementAndGet();
        waitingBytes.addAndGet(bytes);
        threads.execute(() -> {
            try {
                lanes.acquire();
                waiting.decrementAndGet();
                running.incrementAndGet();
                try {
                    handle(event);
                } finally {
                    running.decrementAndGet();
                    lanes.release();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException e) {
                LOG.error("an event of the trigger {} of workload {} was not handled", trigger.id(), workload, e);
                failure("an event was not handled: " + e.getMessage());
            } finally {
                waitingBytes.addAndGet(-bytes);
                places.release();
            }
        });
    }

    private void handle(EventSource.Received event) throws InterruptedException {
        int bytes = event.event().message().body().length;
        if (bytes > limits.payloadBytes()) {
            bury(event, "a payload of " + bytes + " bytes (expected: at most " + limits.payloadBytes() + ")", 0);
            return;
        }
        int attempts = 0;
        int waits = 0;
        while (true) {
            if (closed()) {
                leave(event, "the trigger was stopped before it was handled", attempts);
                return;
            }
            try {
                attempt(event.event());
                succeeded.increment();
                count(EventMeter.Outcome.SUCCEEDED);
                tell(event.done());
                return;
            } catch (Problem e) {
                failure(e.detail());
                boolean counts = e.code() != Problem.Code.UNAVAILABLE;
                attempts += counts ? 1 : 0;
                waits++;
                if (counts) {
                    failed.increment();
                    count(EventMeter.Outcome.FAILED);
                }
                if (attempts >= limits.attempts()) {
                    bury(event, e.detail(), attempts);
                    return;
                }
                if (awaitBackoff(event, waits)) {
                    leave(event, "the trigger was stopped; before: " + e.detail(), attempts);
                    return;
                }
                if (counts) {
                    redelivered.increment();
                    count(EventMeter.Outcome.REDELIVERED);
                }
            }
        }
    }

    /** The trigger ends: the source brings the event again, or it is a dead letter. */
    private void leave(EventSource.Received event, String why, int attempts) throws InterruptedException {
        if (!source.redelivers()) {
            bury(event, why, attempts);
        }
    }

    /** Whether the trigger ends while it waits. */
    private boolean awaitBackoff(EventSource.Received event, int waits) throws InterruptedException {
        tell(event.busy());
        return awaitClose(limits.backoff(Math.min(waits, MOST_DOUBLINGS)).toMillis());
    }

    /** @throws Problem why the guest did not handle it */
    void attempt(AppEvent event) {
        try {
            var _ = apps.deliver(workload, trigger.id(), event, new AppCall())
                    .toCompletableFuture()
                    .join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof Problem problem
                    ? problem
                    : Problem.internal("the event failed: " + e.getCause(), e.getCause());
        }
    }

    /** Keeps a dead letter, and only then tells the source; tries until the store takes it or the trigger ends. */
    private void bury(EventSource.Received event, String error, int attempts) throws InterruptedException {
        for (int tries = 1; ; tries++) {
            try {
                int gone = deadLetters.add(letter(event.event(), error, attempts));
                log("trigger " + trigger.id() + ": an event is a dead letter after " + attempts + " attempts: " + error
                        + (gone == 0 ? "" : "; " + gone + " older dead letters were dropped for it"));
                count(EventMeter.Outcome.DEAD_LETTER);
                tell(event.done());
                return;
            } catch (Problem e) {
                failure("a dead letter could not be kept: " + e.detail());
                if (awaitClose(limits.backoff(tries).toMillis())) {
                    log("trigger " + trigger.id() + ": a dead letter could not be kept: " + e.detail());
                    return;
                }
            }
        }
    }

    private DeadLetter letter(AppEvent event, String error, int attempts) {
        MessageBroker.Message message = event.message();
        boolean truncated = message.body().length > limits.payloadBytes();
        MessageBroker.Message kept = truncated
                ? new MessageBroker.Message(
                        message.subject(),
                        Arrays.copyOf(message.body(), DeadLetters.TRUNCATED_BYTES),
                        message.replyTo(),
                        message.metadata())
                : message;
        return new DeadLetter(
                0,
                workload,
                trigger.id(),
                trigger.kind(),
                trigger.component(),
                source.name(),
                new AppEvent(kept, event.at()),
                message.body().length,
                truncated,
                error,
                attempts,
                clock.instant());
    }

    /** A source that cannot be told brings the event again. */
    private void tell(Runnable word) {
        try {
            word.run();
        } catch (Problem e) {
            failure(e.detail());
        }
    }

    /**
     * Takes no more events, lets the attempts under way end, and frees the source.
     *
     * @param forGood the source forgets the trigger, too
     */
    CompletableFuture<Void> close(boolean forGood) {
        closing.countDown();
        phase(TriggerState.Phase.STOPPED);
        Thread _ = Thread.ofVirtual()
                .name("trigger end " + workload + " " + trigger.id())
                .start(() -> {
                    try {
                        source.close();
                        awaitReader();
                        threads.close(); // waits; guests have their deadlines
                        source.release();
                        if (forGood) {
                            source.forget();
                        }
                    } catch (RuntimeException e) {
                        log("trigger " + trigger.id() + ": " + source.name() + " could not be left cleanly: "
                                + e.getMessage());
                        LOG.warn("the trigger {} of workload {} did not end cleanly", trigger.id(), workload, e);
                    } finally {
                        ended.complete(null);
                    }
                });
        return ended;
    }

    private void awaitReader() {
        Thread thread = reader;
        try {
            if (thread != null) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    TriggerState state() {
        return new TriggerState(
                trigger,
                source.name(),
                source.redelivers(),
                phase,
                since,
                lastEventAt,
                lastError,
                nextAt,
                running.get(),
                waiting.get(),
                received.sum(),
                succeeded.sum(),
                failed.sum(),
                redelivered.sum(),
                dropped.sum());
    }

    private void phase(TriggerState.Phase now) {
        if (phase != now && !(closed() && now != TriggerState.Phase.STOPPED)) {
            phase = now;
            since = clock.instant();
        }
    }

    private void failure(String message) {
        lastError = new TriggerState.Failure(clock.instant(), message);
    }

    private void count(EventMeter.Outcome outcome) {
        meter.count(workload, trigger, outcome);
    }

    private void log(String line) {
        apps.log(workload).add(LogLine.Stream.STDERR, trigger.component(), line);
    }
}
