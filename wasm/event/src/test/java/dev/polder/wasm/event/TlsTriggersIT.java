package dev.polder.wasm.event;

import static dev.polder.wasm.event.Polder.APP;
import static org.assertj.core.api.Assertions.assertThat;

import dev.polder.wasm.capability.Authorities;
import dev.polder.wasm.capability.MessageBroker;
import dev.polder.wasm.capability.OutboundLimits;
import dev.polder.wasm.capability.OutboundRules;
import dev.polder.wasm.capability.SpinMqtt;
import dev.polder.wasm.capability.SpinRedis;
import dev.polder.wasm.capability.TestTls;
import dev.polder.wasm.capability.TriggerServer;
import dev.polder.wasm.component.Result;
import dev.polder.wasm.event.internal.NatsBroker;
import dev.polder.wasm.wasi.p2.sockets.NetworkRules;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Real servers that speak TLS, whose authority Java does not trust: the operator names it, and names are checked. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TlsTriggersIT {

    private static final OutboundRules NAMED = new OutboundRules(NetworkRules.DEFAULT, TestTls.UNKNOWN.authorities());

    @TempDir
    static Path folder;

    private Server redis;
    private Server mosquitto;
    private Server nats;

    @BeforeAll
    void start() throws Exception {
        redis = Server.redis(Files.createDirectory(folder.resolve("redis")), TestTls.UNKNOWN);
        mosquitto = Server.mosquitto(Files.createDirectory(folder.resolve("mosquitto")), TestTls.UNKNOWN);
        nats = Server.nats(Files.createDirectory(folder.resolve("nats")), TestTls.UNKNOWN);
    }

    @AfterAll
    void stop() {
        for (Server server : new Server[] {redis, mosquitto, nats}) {
            if (server != null) {
                server.close();
            }
        }
    }

    private String redis(String host) {
        return "rediss://:s3cret@" + host + ":" + redis.port;
    }

    private String mqtt(String host) {
        return "mqtts://" + host + ":" + mosquitto.port;
    }

    private String nats(String host) {
        return "tls://" + host + ":" + nats.port;
    }

    private String triggers(String host) {
        return """
                [[trigger.redis]]
                address = "%s"
                channel = "orders"
                component = "events"
                [application.trigger.mqtt]
                address = "%s"
                username = ""
                password = ""
                keep_alive_interval = "30"
                [[trigger.mqtt]]
                topic = "sensors/+"
                qos = "1"
                component = "events"
                [application.trigger.messaging]
                address = "%s"
                [[trigger.messaging]]
                subject = "orders.>"
                component = "events"
                """.formatted(redis(host), mqtt(host), nats(host));
    }

    private static <T, E> T ok(Result<T, E> result) {
        if (result instanceof Result.Ok<T, E>(T value)) {
            return value;
        }
        throw new AssertionError("expected ok, got " + result);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** By the same addresses, as a guest with the same grants would. */
    private void send() {
        TriggerServer toRedis = TriggerServer.of(redis("localhost"), List.of("rediss"), OutboundLimits.DEFAULT, NAMED);
        SpinRedis redisClient = new SpinRedis(toRedis.outbound());
        ok(ok(redisClient.open(redis("localhost"))).publish("orders", bytes("by TLS")));
        redisClient.close();
        TriggerServer toMqtt = TriggerServer.of(mqtt("localhost"), List.of("mqtts"), OutboundLimits.DEFAULT, NAMED);
        SpinMqtt mqttClient = new SpinMqtt(toMqtt.outbound());
        ok(ok(mqttClient.open(mqtt("localhost"), "", "", 30))
                .publish("sensors/door", bytes("by TLS"), SpinMqtt.Qos.AT_LEAST_ONCE));
        mqttClient.close();
        try (NatsBroker broker = new NatsBroker(nats("localhost"), "test", NAMED, 1024)) {
            broker.publish(new MessageBroker.Message("orders.new", bytes("by TLS"), Optional.empty(), List.of()));
        }
    }

    private static void awaitRefusals(Polder polder, String said) {
        Polder.until(
                "three refusals that say " + said,
                () -> polder.triggers.states(APP).stream()
                                .filter(state -> state.phase() == TriggerState.Phase.RETRYING)
                                .filter(state -> state.lastError() != null
                                        && state.lastError().message().contains(said))
                                .count()
                        == 3);
    }

    @Test
    void eventsComeByTlsWhereTheOperatorNamedTheAuthority() {
        try (Polder polder = new Polder(folder.resolve("named"), Map.of(), NAMED)) {
            polder.deploy(triggers("localhost"));
            polder.awaitConnected();
            assertThat(polder.triggers.states(APP)).hasSize(3);
            send();
            polder.awaitLine("redis: by TLS");
            polder.awaitLine("mqtt sensors/door: by TLS");
            polder.awaitLine("message orders.new: by TLS");
            polder.deploy(triggers("127.0.0.1"));
            awaitRefusals(polder, "No subject alternative names");
        }
    }

    @Test
    void anAuthorityThatNobodyNamedIsRefused() {
        OutboundRules java = new OutboundRules(NetworkRules.DEFAULT, Authorities.JAVA);
        try (Polder polder = new Polder(folder.resolve("java"), Map.of(), java)) {
            polder.deploy(triggers("localhost"));
            awaitRefusals(polder, "certification path");
        }
    }
}
