package dev.polder.wasm.event;

import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.WorkloadRef;
import dev.polder.wasm.capability.MessageBroker;
import dev.polder.wasm.event.internal.CronSource;
import dev.polder.wasm.event.internal.EventSource;
import dev.polder.wasm.event.internal.LocalSource;
import dev.polder.wasm.event.internal.MqttSource;
import dev.polder.wasm.event.internal.NatsSource;
import dev.polder.wasm.event.internal.RedisSource;
import dev.polder.wasm.service.AppCall;
import dev.polder.wasm.service.AppEvent;
import dev.polder.wasm.service.AppState;
import dev.polder.wasm.service.LogLine;
import dev.polder.wasm.service.LogRing;
import dev.polder.wasm.service.SpinTrigger;
import dev.polder.wasm.service.WasmApps;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * The event triggers of all apps. They follow the apps: a deployment swaps the triggers that changed and leaves the others
 * as they are, so that no event of a source that waits for an acknowledgement is lost; an app that is stopped has none; one
 * that is undeployed is forgotten by its sources. For any thread; methods block but {@link #states}.
 */
public final class EventTriggers implements AutoCloseable {

    private final WasmApps apps;
    private final MessageBrokers brokers;
    private final DeadLetters deadLetters;
    private final EventLimits limits;
    private final EventMeter meter;
    private final Clock clock;
    private final LogRing.Subscription subscription;
    private final Map<WorkloadRef, Map<String, RunningTrigger>> running = new HashMap<>();
    /** The last that had a place at a source, so that the next one waits for it. */
    private final Map<String, CompletableFuture<Void>> endings = new HashMap<>();

    private boolean closed;

    /** How many dead letters were delivered again, how many failed once more, and how many were not begun. */
    public record Redelivered(int delivered, int failed, int left) {}

    /** Starts the triggers of the apps that serve. What it is given stays the caller's to close, after this. */
    public EventTriggers(
            WasmApps apps,
            MessageBrokers brokers,
            DeadLetters deadLetters,
            EventLimits limits,
            EventMeter meter,
            Clock clock) {
        this.apps = apps;
        this.brokers = brokers;
        this.deadLetters = deadLetters;
        this.limits = limits;
        this.meter = meter;
        this.clock = clock;
        this.subscription = apps.onChange(state -> follow(state.workload()));
        apps.states().stream().map(AppState::workload).forEach(this::follow);
    }

    /** Makes the triggers of an app what its serving version says. */
    private synchronized void follow(WorkloadRef workload) {
        if (closed) {
            return;
        }
        // Whoever is stopped or broken comes back; whoever is gone, or serves without a trigger, does not.
        boolean forGood = apps.state(workload)
                .map(state -> state.phase() == AppState.Phase.SERVING)
                .orElse(true);
        Map<String, RunningTrigger> before = running.getOrDefault(workload, Map.of());
        Map<String, RunningTrigger> now = new LinkedHashMap<>();
        List<Runnable> starts = new ArrayList<>();
        for (SpinTrigger.Event trigger : apps.eventTriggers(workload)) {
            RunningTrigger same = before.get(trigger.id());
            if (same != null && identity(workload, same.trigger()).equals(identity(workload, trigger))) {
                now.put(trigger.id(), same);
                continue;
            }
            try {
                EventSource source = source(workload, trigger);
                RunningTrigger next =
                        new RunningTrigger(workload, trigger, source, apps, deadLetters, limits, meter, clock);
                now.put(trigger.id(), next);
                starts.add(() -> next.start(
                        endings.getOrDefault(identity(workload, trigger), CompletableFuture.completedFuture(null))));
            } catch (Problem e) {
                apps.log(workload)
                        .add(
                                LogLine.Stream.BUILD,
                                trigger.component(),
                                "the trigger " + trigger.id() + " does not run: " + e.detail());
            }
        }
        before.values().stream().filter(old -> !now.containsValue(old)).forEach(old -> {
            String identity = identity(workload, old.trigger());
            CompletableFuture<Void> ending = old.close(forGood);
            endings.put(identity, ending);
            var _ = ending.thenRun(() -> forgetEnding(identity, ending));
        });
        starts.forEach(Runnable::run);
        if (now.isEmpty()) {
            running.remove(workload);
        } else {
            running.put(workload, now);
        }
    }

    private synchronized void forgetEnding(String identity, CompletableFuture<Void> ending) {
        endings.remove(identity, ending);
    }

    private EventSource source(WorkloadRef workload, SpinTrigger.Event trigger) {
        String name = "polder-" + identity(workload, trigger);
        return switch (trigger) {
            case SpinTrigger.Redis redis -> new RedisSource(redis, brokers.rules(workload), clock);
            case SpinTrigger.Cron cron -> new CronSource(cron, clock);
            case SpinTrigger.Mqtt mqtt -> new MqttSource(mqtt, name, brokers.rules(workload), clock);
            case SpinTrigger.Messaging messaging ->
                messaging.address().isEmpty()
                        ? new LocalSource(messaging, brokers.local(), name, workload.namespace(), clock)
                        : new NatsSource(messaging, name, limits.concurrency(), brokers.rules(workload), clock);
        };
    }

    /** The same for triggers that are the same to their source, over versions and restarts: 16 hexadecimal digits. */
    private static String identity(WorkloadRef workload, SpinTrigger.Event trigger) {
        String what = switch (trigger) {
            case SpinTrigger.Redis it -> it.address() + "\0" + it.channel();
            case SpinTrigger.Cron it -> it.expression();
            case SpinTrigger.Mqtt it ->
                it.address() + "\0" + it.username() + "\0" + it.password() + "\0" + it.keepAliveSeconds() + "\0"
                        + it.topic() + "\0" + it.qos();
            case SpinTrigger.Messaging it -> it.address() + "\0" + it.stream() + "\0" + it.subject();
        };
        String text = workload + "\0" + trigger.kind() + "\0" + trigger.id() + "\0" + trigger.component() + "\0" + what;
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** The triggers of an app, in the order of its manifest. */
    public synchronized List<TriggerState> states(WorkloadRef workload) {
        return running.getOrDefault(workload, Map.of()).values().stream()
                .map(RunningTrigger::state)
                .toList();
    }

    /** The dead letters of all apps. */
    public DeadLetters deadLetters() {
        return deadLetters;
    }

    /**
     * Runs a trigger's component once with an event made by hand; no retry, no dead letter.
     *
     * @param subject in place of the trigger's own, or null
     * @throws Problem NOT_FOUND; or why the guest did not handle it
     */
    public void fire(WorkloadRef workload, String id, byte[] payload, @Nullable String subject) {
        SpinTrigger.Event trigger = apps.eventTriggers(workload).stream()
                .filter(each -> each.id().equals(id))
                .findFirst()
                .orElseThrow(() -> Problem.notFound("workload " + workload + ": no event trigger \"" + id
                        + "\" (expected one of: " + ids(workload) + ")"));
        if (payload.length > limits.payloadBytes()) {
            throw Problem.tooLarge(
                    "payload: " + payload.length + " bytes (expected: at most " + limits.payloadBytes() + ")");
        }
        String own = switch (trigger) {
            case SpinTrigger.Redis it -> it.channel();
            case SpinTrigger.Cron it -> it.expression();
            case SpinTrigger.Mqtt it -> it.topic();
            case SpinTrigger.Messaging it -> it.subject();
        };
        MessageBroker.Message message = new MessageBroker.Message(
                subject == null || subject.isEmpty() ? own : subject, payload, Optional.empty(), List.of());
        deliver(workload, id, new AppEvent(message, clock.instant()));
    }

    private String ids(WorkloadRef workload) {
        return String.join(
                ", ",
                apps.eventTriggers(workload).stream().map(SpinTrigger.Event::id).toList());
    }

    private void deliver(WorkloadRef workload, String trigger, AppEvent event) {
        try {
            var _ = apps.deliver(workload, trigger, event, new AppCall())
                    .toCompletableFuture()
                    .join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof Problem problem
                    ? problem
                    : Problem.internal("the event failed: " + e.getCause(), e.getCause());
        }
    }

    /**
     * Delivers a dead letter once more; it is gone when that works.
     *
     * @throws Problem NOT_FOUND, or why the guest did not handle it: then it is kept with one attempt more
     */
    public void redeliver(WorkloadRef workload, long id) {
        DeadLetter letter = deadLetters
                .get(workload, id)
                .orElseThrow(() -> Problem.notFound("workload " + workload + ": no dead letter " + id));
        redeliver(letter);
    }

    private void redeliver(DeadLetter letter) {
        if (letter.truncated()) {
            throw Problem.tooLarge("dead letter " + letter.id() + ": of its payload of " + letter.bytes()
                    + " bytes the beginning was kept (expected: at most " + limits.payloadBytes() + ")");
        }
        try {
            deliver(letter.workload(), letter.trigger(), letter.event());
        } catch (Problem e) {
            deadLetters.failedAgain(letter, e.detail());
            throw e;
        }
        deadLetters.delivered(letter);
    }

    /**
     * Delivers the dead letters of an app once more, or of one trigger of it, oldest first.
     *
     * @param atMost after this time none is begun any more; those that are left stay
     */
    public Redelivered redeliverAll(WorkloadRef workload, @Nullable String trigger, Duration atMost) {
        long end = System.nanoTime() + atMost.toNanos();
        List<Long> ids = deadLetters.ids(workload, trigger);
        int delivered = 0;
        int failed = 0;
        for (long id : ids) {
            if (System.nanoTime() - end > 0) {
                break;
            }
            try {
                redeliver(workload, id);
                delivered++;
            } catch (Problem e) {
                failed++;
            }
        }
        return new Redelivered(delivered, failed, ids.size() - delivered - failed);
    }

    /** Ends all triggers and waits for the events that are handled; the sources keep what they keep for the next start. */
    @Override
    public void close() {
        subscription.close();
        List<CompletableFuture<Void>> ends = new ArrayList<>();
        synchronized (this) {
            closed = true;
            running.values().forEach(triggers -> triggers.values().forEach(trigger -> ends.add(trigger.close(false))));
            ends.addAll(endings.values());
            running.clear();
        }
        ends.forEach(CompletableFuture::join);
    }
}
