package dev.polder.wasm.event.internal;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.capability.MessageBroker;
import dev.polder.wasm.service.AppEvent;
import dev.polder.wasm.service.CronSchedule;
import dev.polder.wasm.service.SpinTrigger;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The times of a cron expression. What passed while Polder did not run, or while the machine slept, is not caught up. */
public final class CronSource implements EventSource {

    /** Waits are cut into pieces, since the clock of the machine may be set. */
    private static final Duration PIECE = Duration.ofSeconds(30);

    private final SpinTrigger.Cron trigger;
    private final CronSchedule schedule;
    private final Clock clock;

    public CronSource(SpinTrigger.Cron trigger, Clock clock) {
        this.trigger = trigger;
        this.schedule = CronSchedule.parse(trigger.expression());
        this.clock = clock;
    }

    @Override
    public String name() {
        return trigger.expression();
    }

    @Override
    public boolean redelivers() {
        return false;
    }

    @Override
    public void run(Intake intake) throws InterruptedException {
        intake.connected();
        while (!intake.closed()) {
            Instant due = schedule.next(clock.instant())
                    .orElseThrow(() -> Problem.invalid("\"" + trigger.expression()
                            + "\": no time is left (expected: an expression with a time in the future)"));
            intake.next(due);
            if (!awaits(due, intake)) {
                return;
            }
            MessageBroker.Message message =
                    new MessageBroker.Message(trigger.expression(), new byte[0], Optional.empty(), List.of());
            intake.offer(Received.once(new AppEvent(message, due)));
        }
    }

    /** False when the trigger ends first. */
    private boolean awaits(Instant due, Intake intake) throws InterruptedException {
        while (true) {
            Duration left = Duration.between(clock.instant(), due);
            if (!left.isPositive()) {
                return !intake.closed();
            }
            Duration piece = left.compareTo(PIECE) > 0 ? PIECE : left;
            if (intake.awaitClose(Math.max(1, piece.toMillis()))) {
                return false;
            }
        }
    }

    @Override
    public void close() {
        // The wait ends with the intake.
    }

    @Override
    public void release() {
        // There is nothing open.
    }

    @Override
    public void forget() {
        // Nobody else knows of it.
    }
}
