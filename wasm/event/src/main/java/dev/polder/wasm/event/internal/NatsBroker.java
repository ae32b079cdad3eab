package dev.polder.wasm.event.internal;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.capability.MessageBroker;
import dev.polder.wasm.capability.OutboundRules;
import io.nats.client.Connection;
import io.nats.client.Subscription;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Sends an app's messages to a NATS server, over one connection that is made when it is first needed. */
public final class NatsBroker implements MessageBroker, AutoCloseable {

    private static final Duration FLUSH = Duration.ofSeconds(5);

    private final NatsServer server;
    private final String name;
    private final int payloadBytes;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Connection connection;

    /**
     * @param name of the connection, which the server shows
     * @param rules the operator's for the app
     */
    public NatsBroker(String address, String name, OutboundRules rules, int payloadBytes) {
        this.server = NatsServer.of(address, rules);
        this.name = name;
        this.payloadBytes = payloadBytes;
    }

    @Override
    public void publish(MessageBroker.Message message) {
        LocalBroker.check(message, payloadBytes);
        onConnection(open -> {
            open.publish(NatsServer.write(message));
            open.flush(FLUSH);
            return null;
        });
    }

    @Override
    public List<MessageBroker.Message> request(MessageBroker.Message message, Duration timeout, int replies) {
        LocalBroker.check(message, payloadBytes);
        List<MessageBroker.Message> answers = new ArrayList<>();
        onConnection(open -> {
            String inbox = open.createInbox();
            Subscription subscription = open.subscribe(inbox);
            try {
                open.publish(NatsServer.write(new MessageBroker.Message(
                        message.subject(), message.body(), Optional.of(inbox), message.metadata())));
                long end = System.nanoTime() + timeout.toNanos();
                while (answers.size() < replies) {
                    Duration left = Duration.ofNanos(end - System.nanoTime());
                    io.nats.client.Message answer = left.isPositive() ? subscription.nextMessage(left) : null;
                    if (answer == null || answer.isStatusMessage()) { // time is up, or nobody listens
                        return null;
                    }
                    answers.add(NatsServer.read(answer));
                }
                return null;
            } finally {
                subscription.unsubscribe();
            }
        });
        if (answers.isEmpty()) {
            throw LocalBroker.noAnswer(message.subject(), timeout);
        }
        return answers;
    }

    private interface Work {
        @Nullable
        Object on(Connection open) throws InterruptedException, TimeoutException;
    }

    private void onConnection(Work work) {
        try {
            var _ = work.on(connected());
        } catch (TimeoutException | IllegalStateException e) {
            throw Problem.unavailable(server + ": " + e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw Problem.invalid(server + ": " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Problem.unavailable(server + ": interrupted", e);
        }
    }

    private Connection connected() throws InterruptedException {
        lock.lock();
        try {
            Connection open = connection;
            if (open == null || open.getStatus() != Connection.Status.CONNECTED) {
                if (open != null) {
                    NatsServer.close(open);
                }
                connection = null;
                open = server.connect(name, (_, _) -> {});
                connection = open;
            }
            return open;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            if (connection != null) {
                NatsServer.close(connection);
                connection = null;
            }
        } finally {
            lock.unlock();
        }
    }
}
