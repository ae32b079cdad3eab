package dev.polder.wasm.event;

import static dev.polder.wasm.event.Polder.APP;
import static org.assertj.core.api.Assertions.assertThat;

import dev.polder.wasm.capability.OutboundLimits;
import dev.polder.wasm.capability.OutboundRules;
import dev.polder.wasm.capability.SpinMqtt;
import dev.polder.wasm.capability.TriggerServer;
import dev.polder.wasm.component.Result;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real Mosquitto wakes a guest, and keeps what it did not handle. */
class MqttTriggerIT {

    private static final String TRIGGER = """
            [application.trigger.mqtt]
            address = "mqtt://127.0.0.1:PORT"
            username = ""
            password = ""
            keep_alive_interval = "30"
            [[trigger.mqtt]]
            topic = "sensors/+"
            qos = "1"
            component = "events"
            """;

    @TempDir
    Path folder;

    private Server mosquitto;

    @BeforeEach
    void start() throws Exception {
        mosquitto = Server.mosquitto(folder);
    }

    @AfterEach
    void stop() {
        if (mosquitto != null) {
            mosquitto.close();
        }
    }

    private String trigger() {
        return TRIGGER.replace("PORT", "" + mosquitto.port);
    }

    private void publish(String... payloads) {
        String address = "mqtt://127.0.0.1:" + mosquitto.port;
        SpinMqtt client =
                new SpinMqtt(TriggerServer.of(address, List.of("mqtt"), OutboundLimits.DEFAULT, OutboundRules.DEFAULT)
                        .outbound());
        if (!(client.open(address, "", "", 30) instanceof Result.Ok<SpinMqtt.Connection, SpinMqtt.Failure>(var open))) {
            throw new AssertionError("no connection");
        }
        for (String payload : payloads) {
            assertThat(open.publish(
                            "sensors/door", payload.getBytes(StandardCharsets.UTF_8), SpinMqtt.Qos.AT_LEAST_ONCE))
                    .isInstanceOf(Result.Ok.class);
        }
        client.close();
    }

    @Test
    void messagesRunTheComponentWithTheirTopic() {
        try (Polder polder = new Polder(folder, Map.of())) {
            polder.deploy(trigger());
            polder.awaitConnected();
            polder.awaitIdle();
            publish("open", "once b", "fail", "shut");
            polder.awaitLine("mqtt sensors/door: open");
            polder.awaitLine("mqtt sensors/door: once b");
            polder.awaitLine("mqtt sensors/door: shut");
            Polder.until(
                    "a dead letter",
                    () -> polder.triggers.deadLetters().total(APP, null).count() == 1);
            assertThat(polder.state().redelivers()).isTrue();
            assertThat(polder.state().source()).isEqualTo("mqtt://127.0.0.1:" + mosquitto.port + " sensors/+");
        }
    }

    @Test
    void theBrokerKeepsWhatHasNoPlace() {
        try (Polder polder = new Polder(folder, Map.of())) {
            polder.deploy(trigger());
            polder.awaitConnected();
            String[] flood = new String[200];
            Arrays.fill(flood, "spin");
            publish(flood);
            Polder.until(
                    "all that run at once",
                    () -> polder.state().running() == Polder.QUICK.concurrency()
                            && polder.state().failed() > 0);
            assertThat(polder.state().received()).isLessThanOrEqualTo(Polder.QUICK.queue());
            assertThat(polder.state().dropped()).isZero();
        }
    }

    @Test
    void whatCameWhileNobodyWasThereComesAfterARestart() {
        try (Polder polder = new Polder(folder, Map.of())) {
            polder.deploy(trigger());
            polder.awaitConnected();
        }
        publish("while away 1", "while away 2");
        try (Polder polder = new Polder(folder, Map.of())) {
            polder.awaitLine("mqtt sensors/door: while away 1");
            polder.awaitLine("mqtt sensors/door: while away 2");
            polder.apps.undeploy(APP);
            Polder.until("no trigger", () -> polder.triggers.states(APP).isEmpty());
        }
        publish("after the end");
        try (Polder polder = new Polder(folder, Map.of())) {
            polder.deploy(trigger());
            polder.awaitConnected();
            publish("a new beginning");
            polder.awaitLine("mqtt sensors/door: a new beginning");
            assertThat(polder.state().received()).isEqualTo(1);
        }
    }

    @Test
    void noMessageIsLostWhenVersionsChangeAndTheBrokerRestarts() {
        try (Polder polder = new Polder(folder, Map.of())) {
            polder.deploy(trigger());
            polder.awaitConnected();
            for (int i = 0; i < 30; i++) {
                publish("number " + i);
                if (i == 10) {
                    polder.deploy(trigger() + "[application.trigger.http]\n");
                } else if (i == 20) {
                    mosquitto.close();
                    mosquitto.start();
                }
            }
            polder.awaitLines(
                    "thirty",
                    lines -> lines.stream()
                                    .filter(line -> line.startsWith("mqtt sensors/door: number "))
                                    .distinct()
                                    .count()
                            == 30);
        }
    }
}
