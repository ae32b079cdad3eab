package dev.polder.wasm.capability;

import static dev.polder.wasm.capability.Results.err;
import static dev.polder.wasm.capability.Results.ok;
import static dev.polder.wasm.capability.Results.outbound;
import static org.assertj.core.api.Assertions.assertThat;

import dev.polder.wasm.capability.SpinMqtt.Failure;
import dev.polder.wasm.capability.SpinMqtt.Qos;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Against a real Mosquitto, with its own client as the reader. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class MqttIT {

    private TestServer server;

    @BeforeAll
    void start() throws Exception {
        server = TestServer.mosquitto();
    }

    @AfterAll
    void stop() {
        if (server != null) {
            server.close();
        }
    }

    private String url() {
        return "mqtt://127.0.0.1:" + server.port();
    }

    private SpinMqtt mqtt() {
        return new SpinMqtt(outbound(url()));
    }

    /** Publishes what the broker keeps, and reads it back with a session of another client. */
    @Test
    void publishesWithEveryQuality(@TempDir Path folder) throws Exception {
        Path log = folder.resolve("received");
        Process reader = new ProcessBuilder("python3", "-c", READER, Integer.toString(server.port()))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try (SpinMqtt mqtt = mqtt()) {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> Files.readString(log).contains("ready"));
            SpinMqtt.Connection connection = ok(mqtt.open(url(), "ada", "pa:ss", 30));

            ok(connection.publish("t/0", "zero".getBytes(StandardCharsets.UTF_8), Qos.AT_MOST_ONCE));
            ok(connection.publish("t/1", "one".getBytes(StandardCharsets.UTF_8), Qos.AT_LEAST_ONCE));
            ok(connection.publish("t/2", "two".getBytes(StandardCharsets.UTF_8), Qos.EXACTLY_ONCE));
            ok(connection.publish("t/ä", new byte[200_000], Qos.AT_LEAST_ONCE));

            Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> Files.readString(log).contains("200000"));
            assertThat(Files.readAllLines(log)).contains("t/0 4", "t/1 3", "t/2 3", "t/ä 200000");
            connection.drop();
        } finally {
            reader.destroyForcibly();
        }
    }

    /** A subscriber of a few lines, so that the test needs no client package: it prints topics and lengths. */
    private static final String READER = """
            import socket, struct, sys
            s = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
            def text(t): b = t.encode(); return struct.pack(">H", len(b)) + b
            def send(first, body): s.sendall(bytes([first, len(body)]) + body)
            f = s.makefile("rb")
            def packet():
                first = f.read(1)[0]; n = 0; shift = 0
                while True:
                    b = f.read(1)[0]; n |= (b & 127) << shift; shift += 7
                    if b < 128: return first, f.read(n)
            send(0x10, text("MQTT") + b"\\x04\\xc2\\x00\\x00" + text("reader") + text("ada") + text("pa:ss"))
            packet()
            send(0x82, b"\\x00\\x01" + text("t/#") + b"\\x00")
            packet(); print("ready", flush=True)
            while True:
                first, body = packet(); n = struct.unpack(">H", body[:2])[0]
                print(body[2:2 + n].decode(), len(body) - 2 - n, flush=True)
            """;

    @Test
    void whatTheBrokerRefusesIsAFailedConnection() {
        try (SpinMqtt mqtt = mqtt()) {
            assertThat(err(mqtt.open(url(), "ada", "wrong", 30)))
                    .isInstanceOf(Failure.ConnectionFailed.class)
                    .asString()
                    .contains("the broker refused the connection because of authorization")
                    .doesNotContain("wrong");
            assertThat(err(mqtt.open("mqtt://127.0.0.1:1", "ada", "pa:ss", 30)))
                    .asString()
                    .contains("is not allowed");
            assertThat(err(mqtt.open("http://127.0.0.1", "", "", 30))).isEqualTo(new Failure.InvalidAddress());
            assertThat(err(mqtt.open("nonsense", "", "", 30))).isEqualTo(new Failure.InvalidAddress());
        }
    }

    @Test
    void tlsChecksWhoAnswers() {
        try (SpinMqtt mqtt = new SpinMqtt(outbound("mqtts://localhost:*", "mqtts://127.0.0.0/8:*"))) {
            String at = ":" + server.tlsPort();
            SpinMqtt.Connection connection = ok(mqtt.open("mqtts://localhost" + at, "ada", "pa:ss", 30));
            ok(connection.publish("t", new byte[10], Qos.EXACTLY_ONCE));
            assertThat(err(mqtt.open("mqtts://127.0.0.1" + at, "ada", "pa:ss", 30)))
                    .as("a certificate of another name")
                    .asString()
                    .contains("certificate of mqtts://127.0.0.1" + at + " is refused", "No subject alternative names");
            assertThat(err(mqtt.open("mqtts://127.0.0.2" + at, "ada", "pa:ss", 30)))
                    .as("an unknown authority")
                    .asString()
                    .contains("certificate of mqtts://127.0.0.2" + at + " is refused", "certification path");
        }
    }

    @Test
    void topicsAndConnectionsAreBounded() {
        OutboundLimits limits = new OutboundLimits(Duration.ofSeconds(2), Duration.ofSeconds(2), 1, 10_000, 10);
        try (SpinMqtt mqtt = new SpinMqtt(outbound(limits, url()))) {
            SpinMqtt.Connection connection = ok(mqtt.open(url(), "ada", "pa:ss", -1));
            assertThat(err(mqtt.open(url(), "ada", "pa:ss", 0))).isEqualTo(new Failure.TooManyConnections());
            for (String topic : List.of("", "a/+", "a/#", "a\0b")) {
                assertThat(err(connection.publish(topic, new byte[0], Qos.AT_LEAST_ONCE)))
                        .isInstanceOf(Failure.Other.class);
            }
            assertThat(err(connection.publish("t", new byte[10_001], Qos.AT_LEAST_ONCE)))
                    .asString()
                    .contains("10001 bytes");
            ok(connection.publish("t", new byte[10_000], Qos.AT_LEAST_ONCE));
        }
    }

    @Test
    void comesBackWhenTheBrokerHasGivenTheConnectionUp() {
        try (SpinMqtt mqtt = mqtt()) {
            SpinMqtt.Connection connection = ok(mqtt.open(url(), "ada", "pa:ss", 1));
            long began = System.nanoTime();
            Awaitility.await()
                    .pollInterval(Duration.ofMillis(100))
                    .until(() -> System.nanoTime() - began > TimeUnit.MILLISECONDS.toNanos(1_800));

            ok(connection.publish("t", new byte[1], Qos.EXACTLY_ONCE));
        }
    }
}
