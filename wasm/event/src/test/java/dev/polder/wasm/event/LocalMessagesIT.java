package dev.polder.wasm.event;

import static dev.polder.wasm.event.Polder.APP;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.WorkloadRef;
import dev.polder.wasm.capability.Authorities;
import dev.polder.wasm.capability.OutboundRules;
import dev.polder.wasm.service.DeployInfo;
import dev.polder.wasm.service.LogLine;
import dev.polder.wasm.wasi.p2.sockets.NetworkRules;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Messages by the broker inside Polder, with nothing installed; and the fate of those that fail. */
class LocalMessagesIT {

    private static final String ORDERS = """
            [[trigger.messaging]]
            subject = "orders.*"
            component = "events"
            """;

    @TempDir
    Path folder;

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void guestsReachEachOtherByBothInterfaces() {
        try (Polder polder = new Polder(folder, Map.of())) {
            polder.deploy(ORDERS);
            polder.awaitConnected();
            polder.triggers.fire(APP, "events-messaging-trigger", bytes("publish orders.new hello world"), null);
            polder.awaitLine("message orders.new: hello world");
            polder.triggers.fire(APP, "events-messaging-trigger", bytes("send orders.wasi over wasi"), "by.hand");
            polder.awaitLine("message orders.wasi: over wasi");
            polder.triggers.fire(APP, "events-messaging-trigger", bytes("request orders.ask ping"), null);
            polder.awaitLine("answer: PING");
            polder.triggers.fire(APP, "events-messaging-trigger", bytes("ask orders.ask pong"), null);
            polder.awaitLine("answer: PONG");
            assertThat(polder.state().failed()).isZero();
            // An event wakes an app that let go of its code.
            Polder.until(
                    "the app is idle",
                    () -> polder.apps.state(APP).orElseThrow().idle());
            polder.triggers.fire(APP, "events-messaging-trigger", bytes("publish orders.new good morning"), null);
            polder.awaitLine("message orders.new: good morning");
        }
    }

    @Test
    void aHandlerCallsItsOwnAppAsFarAsItIsGranted() {
        try (Polder polder = new Polder(folder, Map.of())) {
            polder.deploy(ORDERS + """
                    [[trigger.http]]
                    route = "/stock"
                    static_response = { body = "plenty" }
                    """);
            polder.awaitConnected();
            polder.triggers.fire(APP, "events-messaging-trigger", bytes("call self.alt /stock"), null);
            polder.awaitLine("answer: 200 plenty");
            polder.triggers.fire(APP, "events-messaging-trigger", bytes("call self.alt /nowhere"), null);
            polder.awaitLines("not found", lines -> lines.stream().anyMatch(line -> line.startsWith("answer: 404 ")));
            assertThatThrownBy(() -> polder.triggers.fire(
                            APP, "events-messaging-trigger", bytes("call events.spin.internal /"), null))
                    .hasMessageContaining("failed: ErrorCode::HttpRequestDenied");
        }
    }

    /** What sends requests refuses all in these tests; a blocked address does not come so far. */
    @Test
    void theOperatorsRulesAreStrongerThanAManifest() {
        String call = "call 127.0.0.1:1 /";
        try (Polder polder = new Polder(folder.resolve("usual"), Map.of())) {
            polder.deploy(ORDERS);
            assertThatThrownBy(() -> polder.triggers.fire(APP, "events-messaging-trigger", bytes(call), null))
                    .hasMessageContaining("failed: ErrorCode::HttpRequestDenied");
        }
        OutboundRules rules = new OutboundRules(NetworkRules.of(List.of(), List.of("127.0.0.0/8")), Authorities.JAVA);
        try (Polder polder = new Polder(folder.resolve("blocked"), Map.of(), rules)) {
            polder.deploy(ORDERS);
            assertThatThrownBy(() -> polder.triggers.fire(APP, "events-messaging-trigger", bytes(call), null))
                    .hasMessageContaining("failed: ErrorCode::DestinationIpProhibited");
        }
    }

    @Test
    void aMessageThatNobodyHandledSurvivesARestartAndADeadLetterDoes() {
        try (Polder polder = new Polder(folder, Map.of())) {
            polder.deploy(ORDERS);
            polder.awaitConnected();
            polder.triggers.fire(APP, "events-messaging-trigger", bytes("publish orders.new fail"), null);
            Polder.until(
                    "a dead letter",
                    () -> polder.triggers.deadLetters().total(APP, null).count() == 1);
            polder.apps.stop(APP);
            Polder.until("no trigger", () -> polder.triggers.states(APP).isEmpty());
            // Another app speaks to one that is stopped.
            WorkloadRef other = new WorkloadRef("default", "other");
            polder.apps.deploy(
                    other,
                    Polder.app("[[trigger.messaging]]\nsubject = \"nothing\"\ncomponent = \"events\"\n"),
                    new DeployInfo("1", "", Instant.EPOCH));
            polder.triggers.fire(other, "events-messaging-trigger", bytes("publish orders.kept for later"), null);
        }
        try (Polder polder = new Polder(folder, Map.of())) {
            DeadLetters letters = polder.triggers.deadLetters();
            DeadLetter letter =
                    letters.page(APP, null, null, Long.MAX_VALUE, 10).letters().getFirst();
            assertThat(letter.event().message().subject()).isEqualTo("orders.new");
            assertThat(letter.attempts()).isEqualTo(3);
            assertThat(letter.error()).contains("it answered the event with an error: the payload said so");
            polder.apps.start(APP);
            polder.awaitLine("message orders.kept: for later");
            assertThatThrownBy(() -> polder.triggers.redeliver(APP, letter.id()))
                    .isInstanceOfSatisfying(
                            Problem.class, e -> assertThat(e.code()).isEqualTo(Problem.Code.BAD_UPSTREAM));
            assertThat(letters.get(APP, letter.id()).orElseThrow().attempts()).isEqualTo(4);
            assertThat(polder.triggers.redeliverAll(APP, null, Duration.ofSeconds(20)))
                    .isEqualTo(new EventTriggers.Redelivered(0, 1, 0));
            assertThat(letters.delete(APP, letter.id()).count()).isEqualTo(1);
            assertThat(letters.total(APP, null).count()).isZero();
        }
    }

    @Test
    void aLetterThatIsDeliveredAgainIsGone() {
        try (Polder polder = new Polder(folder, Map.of())) {
            polder.deploy(ORDERS);
            DeadLetters letters = polder.triggers.deadLetters();
            polder.awaitConnected();
            polder.triggers.fire(APP, "events-messaging-trigger", bytes("publish orders.new trap"), null);
            Polder.until("a dead letter", () -> letters.total(APP, null).count() == 1);
            DeadLetter letter =
                    letters.page(APP, null, null, Long.MAX_VALUE, 10).letters().getFirst();
            var _ = letters.delete(APP, letter.id());
            // The same letter with a payload that the guest takes: as after a new version of the app.
            letters.add(DeadLettersTest.letter("message", "good now"));
            assertThat(polder.triggers.redeliverAll(APP, "events-messaging-trigger", Duration.ofSeconds(20)))
                    .isEqualTo(new EventTriggers.Redelivered(1, 0, 0));
            polder.awaitLine("message message: good now");
            assertThat(letters.total(APP, null).count()).isZero();
        }
    }

    @Test
    void aNewVersionKeepsWhatWaitsAndANamespaceIsNotLeft() {
        try (Polder polder = new Polder(folder, Map.of())) {
            polder.deploy(ORDERS);
            polder.awaitConnected();
            for (int i = 0; i < 40; i++) {
                polder.triggers.fire(APP, "events-messaging-trigger", bytes("publish orders.n number " + i), null);
                if (i % 10 == 5) {
                    polder.deploy(ORDERS + "[application.trigger.http]\n");
                }
            }
            polder.awaitLines(
                    "forty",
                    lines -> lines.stream()
                                    .filter(line -> line.startsWith("message orders.n: number "))
                                    .distinct()
                                    .count()
                            == 40);
            WorkloadRef elsewhere = new WorkloadRef("elsewhere", "shop");
            polder.apps.deploy(elsewhere, Polder.app(ORDERS), new DeployInfo("1", "", Instant.EPOCH));
            Polder.until(
                    "its trigger",
                    () -> polder.triggers.states(elsewhere).getFirst().phase() == TriggerState.Phase.CONNECTED);
            polder.triggers.fire(
                    elsewhere, "events-messaging-trigger", bytes("publish orders.other not for you"), null);
            Polder.until(
                    "the other's",
                    () -> polder.apps.log(elsewhere).after(0).stream()
                            .anyMatch(line -> line.text().equals("message orders.other: not for you")));
            assertThat(polder.lines(LogLine.Stream.STDOUT)).noneMatch(line -> line.contains("not for you"));
        }
    }

    @Test
    void anAppThatAskedForNoBrokerIsRefused() {
        try (Polder polder = new Polder(folder, Map.of())) {
            polder.deploy("""
                    [[trigger.cron]]
                    cron_expression = "0 0 1 1 *"
                    component = "events"
                    [[trigger.mqtt]]
                    address = "mqtt://127.0.0.1:1"
                    topic = "t"
                    component = "events"
                    """);
            assertThatThrownBy(() ->
                            polder.triggers.fire(APP, "events-mqtt-trigger", bytes("publish orders.new hello"), null))
                    .hasMessageContaining("no broker is granted");
        }
    }
}
