package dev.polder.wasm.event.internal;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.capability.OutboundRules;
import dev.polder.wasm.service.AppEvent;
import dev.polder.wasm.service.SpinTrigger;
import io.nats.client.Connection;
import io.nats.client.ConnectionListener;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamSubscription;
import io.nats.client.Message;
import io.nats.client.PullSubscribeOptions;
import io.nats.client.api.AckPolicy;
import io.nats.client.api.ConsumerConfiguration;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Iterator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * A subject of NATS. With a stream: a durable pull consumer of JetStream, each message acknowledged when it was handled,
 * and no more pulled than there are places. Without: a plain subscription in a queue group, whose messages come once.
 */
public final class NatsSource implements EventSource {

    private static final Duration ACK_WAIT = Duration.ofSeconds(60);
    private static final Duration PULL = Duration.ofSeconds(2);
    private static final int NOT_FOUND = 404;

    private final SpinTrigger.Messaging trigger;
    private final String durable;
    private final int concurrency;
    private final NatsServer server;
    private final Clock clock;
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private volatile @Nullable Connection connection;

    /**
     * @param durable the name of the consumer and of the queue group
     * @param rules the operator's for the app
     */
    public NatsSource(
            SpinTrigger.Messaging trigger, String durable, int concurrency, OutboundRules rules, Clock clock) {
        this.trigger = trigger;
        this.durable = durable;
        this.concurrency = concurrency;
        this.server = NatsServer.of(trigger.address(), rules);
        this.clock = clock;
    }

    @Override
    public String name() {
        return server + " " + (trigger.stream().isEmpty() ? "" : trigger.stream() + " ") + trigger.subject();
    }

    @Override
    public boolean redelivers() {
        return !trigger.stream().isEmpty();
    }

    @Override
    public void run(Intake intake) throws InterruptedException {
        release();
        CompletableFuture<Void> lost = new CompletableFuture<>();
        Connection open = server.connect(durable, (_, type) -> {
            if (type == ConnectionListener.Events.CLOSED || type == ConnectionListener.Events.DISCONNECTED) {
                lost.completeExceptionally(Problem.unavailable(server + ": the connection was lost", null));
            }
        });
        connection = open;
        try {
            if (redelivers()) {
                pull(open, lost, intake);
            } else {
                listen(open, lost, intake);
            }
        } catch (IOException | JetStreamApiException | IllegalStateException e) {
            if (!intake.closed()) {
                throw Problem.unavailable(server + ": " + e.getMessage(), e);
            }
        }
    }

    private void listen(Connection open, CompletableFuture<Void> lost, Intake intake) throws InterruptedException {
        open.createDispatcher(message -> intake.offer(Received.once(event(message))))
                .subscribe(trigger.subject(), durable);
        intake.connected();
        try {
            var _ = CompletableFuture.anyOf(lost, closed).get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Problem problem ? problem : Problem.internal("" + e.getCause(), e.getCause());
        }
    }

    private void pull(Connection open, CompletableFuture<Void> lost, Intake intake)
            throws IOException, JetStreamApiException, InterruptedException {
        ConsumerConfiguration configuration = ConsumerConfiguration.builder()
                .durable(durable)
                .filterSubject(trigger.subject())
                .ackPolicy(AckPolicy.Explicit)
                .ackWait(ACK_WAIT)
                .maxAckPending(concurrency)
                .build();
        var _ = open.jetStreamManagement().addOrUpdateConsumer(trigger.stream(), configuration);
        JetStreamSubscription subscription =
                open.jetStream().subscribe(null, PullSubscribeOptions.bind(trigger.stream(), durable));
        intake.connected();
        while (!intake.closed() && !lost.isDone()) {
            intake.awaitPlace();
            boolean used = false;
            try {
                Iterator<Message> messages = subscription.iterate(1, PULL);
                if (messages.hasNext()) {
                    Message message = messages.next();
                    used = true;
                    boolean again = message.metaData().deliveredCount() > 1;
                    intake.accept(new Received(
                            event(message), again, () -> acknowledge(message), () -> tell(message::inProgress)));
                }
            } finally {
                if (!used) {
                    intake.giveBack();
                }
            }
        }
        if (!intake.closed()) {
            throw Problem.unavailable(server + ": the connection was lost", null);
        }
    }

    private AppEvent event(Message message) {
        return new AppEvent(NatsServer.read(message), clock.instant());
    }

    private void acknowledge(Message message) {
        tell(message::ack);
    }

    private void tell(Runnable word) {
        try {
            word.run();
        } catch (IllegalStateException e) {
            throw Problem.unavailable(server + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        closed.complete(null);
    }

    @Override
    public void release() {
        Connection open = connection;
        connection = null;
        if (open != null) {
            NatsServer.close(open);
        }
    }

    @Override
    public void forget() {
        if (!redelivers()) {
            return;
        }
        try {
            Connection open = server.connect(durable, (_, _) -> {});
            try {
                open.jetStreamManagement().deleteConsumer(trigger.stream(), durable);
            } catch (JetStreamApiException e) {
                if (e.getErrorCode() != NOT_FOUND) {
                    throw Problem.unavailable(server + ": " + e.getMessage(), e);
                }
            } finally {
                NatsServer.close(open);
            }
        } catch (IOException e) {
            throw Problem.unavailable(server + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
