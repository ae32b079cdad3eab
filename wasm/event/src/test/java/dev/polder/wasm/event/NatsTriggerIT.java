package dev.polder.wasm.event;

import static dev.polder.wasm.event.Polder.APP;
import static org.assertj.core.api.Assertions.assertThat;

import io.nats.client.Connection;
import io.nats.client.Nats;
import io.nats.client.api.ConsumerInfo;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real NATS server, with JetStream, wakes a guest. */
class NatsTriggerIT {

    private static final String TRIGGER = """
            [application.trigger.messaging]
            address = "nats://127.0.0.1:PORT"
            [[trigger.messaging]]
            subject = "orders.>"
            component = "events"
            """;

    @TempDir
    Path folder;

    private Server server;
    private Connection client;

    @BeforeEach
    void start() throws Exception {
        server = Server.nats(folder);
        client = Nats.connect("nats://127.0.0.1:" + server.port);
    }

    @AfterEach
    void stop() throws Exception {
        if (client != null) {
            client.close();
        }
        if (server != null) {
            server.close();
        }
    }

    private String trigger() {
        return TRIGGER.replace("PORT", "" + server.port);
    }

    private String stream() throws Exception {
        client.jetStreamManagement()
                .addStream(StreamConfiguration.builder()
                        .name("ORDERS")
                        .subjects("orders.>")
                        .storageType(StorageType.File)
                        .build());
        return trigger() + "stream = \"ORDERS\"\n";
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void plainMessagesAreAnsweredAndSent() throws Exception {
        try (Polder polder = new Polder(folder, Map.of())) {
            polder.deploy(trigger());
            polder.awaitConnected();
            polder.awaitIdle();
            assertThat(new String(
                            client.request("orders.ask", bytes("ping"), Duration.ofSeconds(10))
                                    .getData(),
                            StandardCharsets.UTF_8))
                    .isEqualTo("PING");
            client.publish("orders.new", bytes("send orders.sent from the guest"));
            polder.awaitLine("message orders.sent: from the guest");
            client.publish("orders.new", bytes("request orders.ask pong"));
            polder.awaitLine("answer: PONG");
            assertThat(polder.state().redelivers()).isFalse();
        }
    }

    @Test
    void aStreamIsAskedForNoMoreThanIsHandledAtOnce() throws Exception {
        String trigger = stream();
        try (Polder polder = new Polder(folder, Map.of())) {
            polder.deploy(trigger);
            polder.awaitConnected();
            polder.awaitIdle();
            for (int i = 0; i < 20; i++) {
                client.jetStream().publish("orders.new", bytes("spin"));
            }
            Polder.until(
                    "all that run at once",
                    () -> polder.state().running() == Polder.QUICK.concurrency()
                            && polder.state().failed() > 0);
            String consumer =
                    client.jetStreamManagement().getConsumerNames("ORDERS").getFirst();
            ConsumerInfo info = client.jetStreamManagement().getConsumerInfo("ORDERS", consumer);
            assertThat(info.getNumAckPending()).isEqualTo(Polder.QUICK.concurrency());
            assertThat(info.getNumPending()).isEqualTo(20 - Polder.QUICK.concurrency());
            assertThat(polder.state().dropped()).isZero();
        }
    }

    @Test
    void aStreamKeepsWhatWasNotHandledOverRestartsOfBoth() throws Exception {
        String trigger = stream();
        try (Polder polder = new Polder(folder, Map.of())) {
            polder.deploy(trigger);
            polder.awaitConnected();
            client.jetStream().publish("orders.new", bytes("first"));
            client.jetStream().publish("orders.new", bytes("fail"));
            polder.awaitLine("message orders.new: first");
            Polder.until(
                    "a dead letter",
                    () -> polder.triggers.deadLetters().total(APP, null).count() == 1);
            assertThat(polder.state().redelivers()).isTrue();
            server.close();
            Polder.until("the loss", () -> polder.state().phase() == TriggerState.Phase.RETRYING);
            server.start();
            polder.awaitConnected();
        }
        client.close();
        client = Nats.connect("nats://127.0.0.1:" + server.port);
        client.jetStream().publish("orders.new", bytes("while away"));
        try (Polder polder = new Polder(folder, Map.of())) {
            polder.awaitLine("message orders.new: while away");
            Polder.until("handled", () -> polder.state().succeeded() == 1);
            assertThat(polder.state().received()).isEqualTo(1);
            polder.apps.undeploy(APP);
            Polder.until(
                    "forgotten",
                    () -> client.jetStreamManagement()
                            .getConsumerNames("ORDERS")
                            .equals(List.of()));
        }
    }
}
