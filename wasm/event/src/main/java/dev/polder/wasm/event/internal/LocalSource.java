package dev.polder.wasm.event.internal;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.service.AppEvent;
import dev.polder.wasm.service.SpinTrigger;
import java.time.Clock;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A subject of the broker inside Polder. */
public final class LocalSource implements EventSource {

    private static final long WAIT_MILLIS = 1000;

    private final SpinTrigger.Messaging trigger;
    private final LocalBroker broker;
    private final String id;
    private final String namespace;
    private final Clock clock;

    /** @param id under which messages are kept for it */
    public LocalSource(SpinTrigger.Messaging trigger, LocalBroker broker, String id, String namespace, Clock clock) {
        if (!Subject.isPattern(trigger.subject())) {
            throw Problem.invalid("subject: \"" + trigger.subject()
                    + "\" (expected: words joined by dots, each a word or *, the last one perhaps >)");
        }
        this.trigger = trigger;
        this.broker = broker;
        this.id = id;
        this.namespace = namespace;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "polder:" + namespace + " " + trigger.subject();
    }

    @Override
    public boolean redelivers() {
        return true;
    }

    @Override
    public void run(Intake intake) throws InterruptedException {
        broker.subscribe(id, namespace, trigger.subject());
        intake.connected();
        Set<Long> taken = ConcurrentHashMap.newKeySet();
        while (!intake.closed()) {
            intake.awaitPlace();
            long edition = broker.edition();
            boolean used = false;
            try {
                LocalBroker.Kept kept = broker.next(id, taken);
                if (kept != null) {
                    taken.add(kept.id());
                    used = true;
                    intake.accept(new Received(
                            new AppEvent(kept.message(), clock.instant()),
                            false,
                            () -> {
                                broker.done(kept.id());
                                taken.remove(kept.id());
                            },
                            () -> {}));
                }
            } finally {
                if (!used) {
                    intake.giveBack();
                }
            }
            if (!used && !intake.closed()) {
                broker.await(edition, WAIT_MILLIS);
            }
        }
    }

    @Override
    public void close() {
        broker.wake();
    }

    @Override
    public void release() {
        // There is nothing open.
    }

    @Override
    public void forget() {
        broker.unsubscribe(id);
    }
}
