package dev.polder.wasm.event;

import static dev.polder.wasm.event.Polder.APP;
import static org.assertj.core.api.Assertions.assertThat;

import dev.polder.wasm.capability.OutboundLimits;
import dev.polder.wasm.capability.OutboundRules;
import dev.polder.wasm.capability.SpinRedis;
import dev.polder.wasm.capability.TriggerServer;
import dev.polder.wasm.component.Result;
import dev.polder.wasm.service.LogLine;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real Redis wakes a guest that exports Spin's {@code inbound-redis}. */
class RedisTriggerIT {

    private static final String TRIGGER = """
            [variables]
            redis = { required = true }
            [application.trigger.redis]
            address = "{{ redis }}"
            [[trigger.redis]]
            channel = "orders"
            component = "events"
            """;

    @TempDir
    Path folder;

    private Server redis;
    private Polder polder;

    @BeforeEach
    void start() throws Exception {
        redis = Server.redis(folder);
        polder = new Polder(folder, Map.of("SPIN_VARIABLE_REDIS", address()));
        polder.deploy(TRIGGER);
        polder.awaitConnected();
    }

    @AfterEach
    void stop() {
        if (polder != null) {
            polder.close();
        }
        if (redis != null) {
            redis.close();
        }
    }

    private String address() {
        return "redis://:s3cret@127.0.0.1:" + redis.port;
    }

    private void publish(String... payloads) {
        SpinRedis client = new SpinRedis(
                TriggerServer.of(address(), List.of("redis"), OutboundLimits.DEFAULT, OutboundRules.DEFAULT)
                        .outbound());
        if (!(client.open(address()) instanceof Result.Ok<SpinRedis.Connection, SpinRedis.Failure>(var connection))) {
            throw new AssertionError("no connection");
        }
        for (String payload : payloads) {
            assertThat(connection.publish("orders", payload.getBytes(StandardCharsets.UTF_8)))
                    .isInstanceOf(Result.Ok.class);
        }
        client.close();
    }

    @Test
    void messagesRunTheComponentAndFailuresBecomeDeadLetters() {
        polder.awaitIdle();
        publish("hello", "once a", "fail", "trap");
        polder.awaitLine("redis: hello");
        polder.awaitLine("redis: once a");
        Polder.until(
                "dead letters",
                () -> polder.triggers.deadLetters().total(APP, null).count() == 2);
        assertThat(polder.triggers
                        .deadLetters()
                        .page(APP, null, null, Long.MAX_VALUE, 10)
                        .letters())
                .allSatisfy(letter -> {
                    assertThat(letter.attempts()).isEqualTo(3);
                    assertThat(letter.source()).isEqualTo("redis://127.0.0.1:" + redis.port + " orders");
                    assertThat(letter.trigger()).isEqualTo("events-redis-trigger");
                })
                .extracting(letter -> new String(letter.event().message().body(), StandardCharsets.UTF_8))
                .containsExactlyInAnyOrder("fail", "trap");
        TriggerState state = polder.state();
        assertThat(state.received()).isEqualTo(4);
        assertThat(state.succeeded()).isEqualTo(2);
        assertThat(state.failed()).isEqualTo(7);
        assertThat(state.redelivered()).isEqualTo(5);
        assertThat(state.redelivers()).isFalse();
        assertThat(polder.counted(EventMeter.Outcome.DEAD_LETTER)).isEqualTo(2);
    }

    @Test
    void aServerThatComesBackIsListenedToAgain() {
        redis.close();
        Polder.until("the loss is seen", () -> polder.state().phase() == TriggerState.Phase.RETRYING);
        assertThat(polder.state().lastError()).isNotNull();
        redis.start();
        polder.awaitConnected();
        publish("back");
        polder.awaitLine("redis: back");
    }

    @Test
    void whatHasNoPlaceIsDroppedCountedAndTold() {
        String[] flood = new String[200];
        Arrays.fill(flood, "spin");
        publish(flood);
        Polder.until("drops", () -> polder.state().received() == 200);
        assertThat(polder.state().dropped()).isEqualTo(150);
        assertThat(polder.counted(EventMeter.Outcome.DROPPED)).isEqualTo(150);
        assertThat(polder.lines(LogLine.Stream.STDERR)).anyMatch(line -> line.contains("an event was dropped"));
    }

    @Test
    void aPayloadBeyondTheLimitIsADeadLetterThatShowsItsBeginning() {
        publish("x".repeat(Polder.QUICK.payloadBytes() + 1));
        Polder.until(
                "a dead letter",
                () -> polder.triggers.deadLetters().total(APP, null).count() == 1);
        DeadLetter letter = polder.triggers
                .deadLetters()
                .page(APP, null, null, Long.MAX_VALUE, 10)
                .letters()
                .getFirst();
        assertThat(letter.truncated()).isTrue();
        assertThat(letter.bytes()).isEqualTo(Polder.QUICK.payloadBytes() + 1);
        assertThat(letter.attempts()).isZero();
    }
}
