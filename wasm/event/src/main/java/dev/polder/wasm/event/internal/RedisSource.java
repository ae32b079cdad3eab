package dev.polder.wasm.event.internal;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.capability.MessageBroker;
import dev.polder.wasm.capability.OutboundLimits;
import dev.polder.wasm.capability.OutboundRules;
import dev.polder.wasm.capability.RedisSubscription;
import dev.polder.wasm.capability.TriggerServer;
import dev.polder.wasm.service.AppEvent;
import dev.polder.wasm.service.SpinTrigger;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A channel of Redis. Its messages come once: Redis keeps none. */
public final class RedisSource implements EventSource {

    private final SpinTrigger.Redis trigger;
    private final TriggerServer server;
    private final Clock clock;
    private volatile @Nullable RedisSubscription subscription;

    /** @param rules the operator's for the app */
    public RedisSource(SpinTrigger.Redis trigger, OutboundRules rules, Clock clock) {
        this.trigger = trigger;
        this.server = TriggerServer.of(trigger.address(), List.of("redis", "rediss"), OutboundLimits.DEFAULT, rules);
        this.clock = clock;
    }

    @Override
    public String name() {
        return server + " " + trigger.channel();
    }

    @Override
    public boolean redelivers() {
        return false;
    }

    @Override
    public void run(Intake intake) {
        RedisSubscription open = RedisSubscription.open(server.outbound(), trigger.address(), trigger.channel());
        subscription = open;
        try (open) {
            intake.connected();
            while (!intake.closed()) {
                open.next().ifPresent(payload -> {
                    MessageBroker.Message message =
                            new MessageBroker.Message(trigger.channel(), payload, Optional.empty(), List.of());
                    intake.offer(Received.once(new AppEvent(message, clock.instant())));
                });
            }
        } catch (Problem e) {
            if (!intake.closed()) {
                throw e;
            }
        }
    }

    @Override
    public void close() {
        RedisSubscription open = subscription;
        if (open != null) {
            open.close();
        }
    }

    @Override
    public void release() {
        close();
    }

    @Override
    public void forget() {
        // Redis keeps nothing.
    }
}
