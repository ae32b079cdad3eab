package dev.polder.wasm.event.internal;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.capability.MessageBroker;
import dev.polder.wasm.capability.OutboundLimits;
import dev.polder.wasm.capability.OutboundRules;
import dev.polder.wasm.capability.TriggerServer;
import dev.polder.wasm.service.AppEvent;
import dev.polder.wasm.service.SpinTrigger;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.eclipse.paho.client.mqttv3.IMqttDeliveryToken;
import org.eclipse.paho.client.mqttv3.MqttAsyncClient;
import org.eclipse.paho.client.mqttv3.MqttCallback;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.MqttMessage;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.jspecify.annotations.Nullable;

/**
 * A topic of an MQTT broker, by Paho's client. At QoS 1 and 2 a message is acknowledged when it was handled, in the order
 * in which the messages came, as section 4.6 of MQTT 3.1.1 demands; the broker sends no more than its window of
 * unacknowledged ones, and keeps the session while nobody is connected, so what was not handled comes again.
 */
public final class MqttSource implements EventSource {

    private static final long SECONDS = 10;

    private final SpinTrigger.Mqtt trigger;
    private final String clientId;
    private final TriggerServer server;
    private final Clock clock;
    private volatile @Nullable Session session;

    /**
     * @param clientId under which the broker keeps the session, at most 23 letters and digits
     * @param rules the operator's for the app
     */
    public MqttSource(SpinTrigger.Mqtt trigger, String clientId, OutboundRules rules, Clock clock) {
        this.trigger = trigger;
        this.clientId = clientId;
        this.server = TriggerServer.of(trigger.address(), List.of("mqtt", "mqtts"), OutboundLimits.DEFAULT, rules);
        this.clock = clock;
    }

    @Override
    public String name() {
        return server + " " + trigger.topic();
    }

    @Override
    public boolean redelivers() {
        return trigger.qos() > 0;
    }

    @Override
    public void run(Intake intake) throws InterruptedException {
        release();
        try {
            Session open = new Session(client(), intake);
            session = open;
            open.client.setManualAcks(redelivers());
            open.client.setCallback(open);
            open.client.connect(options(!redelivers())).waitForCompletion(SECONDS * 1000);
            open.client.subscribe(trigger.topic(), trigger.qos()).waitForCompletion(SECONDS * 1000);
            intake.connected();
            var _ = open.ended.get();
        } catch (MqttException e) {
            throw failed(e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Problem problem
                    ? problem
                    : Problem.internal("MQTT: " + e.getCause(), e.getCause());
        }
    }

    private MqttAsyncClient client() throws MqttException {
        int port = server.resolve().getPort();
        String host = server.host().contains(":") ? "[" + server.host() + "]" : server.host();
        return new MqttAsyncClient("tcp://" + host + ":" + port, clientId, new MemoryPersistence());
    }

    private MqttConnectOptions options(boolean clean) {
        MqttConnectOptions options = new MqttConnectOptions();
        options.setMqttVersion(MqttConnectOptions.MQTT_VERSION_3_1_1);
        options.setCleanSession(clean);
        options.setAutomaticReconnect(false);
        options.setConnectionTimeout((int) SECONDS);
        options.setKeepAliveInterval(trigger.keepAliveSeconds());
        String user = trigger.username().isEmpty() ? server.user() : trigger.username();
        String password = trigger.username().isEmpty() ? server.password() : trigger.password();
        if (user != null && !user.isEmpty()) {
            options.setUserName(user);
            options.setPassword(password == null ? new char[0] : password.toCharArray());
        }
        options.setSocketFactory(server.sockets(server.scheme().equals("mqtts")));
        return options;
    }

    private Problem failed(MqttException e) {
        Throwable cause = e.getCause();
        return Problem.unavailable(
                "MQTT " + server + ": " + e.getMessage() + (cause == null ? "" : ": " + cause.getMessage()), e);
    }

    /** One connection: the messages that came by it, and which of them were handled. */
    private final class Session implements MqttCallback {

        private static final class Pending {
            private final MqttMessage message;
            private boolean done;

            private Pending(MqttMessage message) {
                this.message = message;
            }
        }

        private final MqttAsyncClient client;
        private final Intake intake;
        private final CompletableFuture<Void> ended = new CompletableFuture<>();
        private final ArrayDeque<Pending> unacknowledged = new ArrayDeque<>();

        Session(MqttAsyncClient client, Intake intake) {
            this.client = client;
            this.intake = intake;
        }

        @Override
        public void messageArrived(String topic, MqttMessage message) throws InterruptedException {
            AppEvent event = new AppEvent(
                    new MessageBroker.Message(topic, message.getPayload(), Optional.empty(), List.of()),
                    clock.instant());
            if (message.getQos() == 0 || !redelivers()) {
                intake.offer(Received.once(event));
                return;
            }
            if (intake.closed()) {
                return; // it stays unacknowledged
            }
            Pending pending = new Pending(message);
            synchronized (unacknowledged) {
                unacknowledged.addLast(pending);
            }
            intake.awaitPlace();
            intake.accept(new Received(event, message.isDuplicate(), () -> done(pending), () -> {}));
        }

        private void done(Pending pending) {
            synchronized (unacknowledged) {
                pending.done = true;
                for (Pending first = unacknowledged.peekFirst();
                        first != null && first.done;
                        first = unacknowledged.peekFirst()) {
                    try {
                        client.messageArrivedComplete(first.message.getId(), first.message.getQos());
                    } catch (MqttException e) {
                        throw failed(e);
                    }
                    unacknowledged.removeFirst();
                }
            }
        }

        @Override
        public void connectionLost(@Nullable Throwable cause) {
            ended.completeExceptionally(Problem.unavailable(
                    "MQTT " + server + ": the connection was lost" + (cause == null ? "" : ": " + cause.getMessage()),
                    cause));
        }

        @Override
        public void deliveryComplete(IMqttDeliveryToken token) {
            // Nothing is published here.
        }

        void release() {
            try {
                try {
                    if (client.isConnected()) {
                        client.disconnect(0).waitForCompletion(SECONDS * 1000);
                    }
                } finally {
                    client.close(true);
                }
            } catch (MqttException e) {
                throw failed(e);
            }
        }
    }

    @Override
    public void close() {
        Session open = session;
        if (open != null) {
            open.ended.complete(null);
        }
    }

    @Override
    public void release() {
        Session open = session;
        session = null;
        if (open != null) {
            open.ended.complete(null);
            open.release();
        }
    }

    /** A clean session in the place of the kept one ends it at the broker. */
    @Override
    public void forget() {
        if (!redelivers()) {
            return;
        }
        try (MqttAsyncClient client = client()) {
            client.connect(options(true)).waitForCompletion(SECONDS * 1000);
            client.disconnect().waitForCompletion(SECONDS * 1000);
        } catch (MqttException e) {
            throw failed(e);
        }
    }
}
