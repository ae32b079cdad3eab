package dev.polder.wasm.event;

import static dev.polder.wasm.event.Polder.APP;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polder.kernel.model.Problem;
import dev.polder.kernel.store.Store;
import dev.polder.wasm.capability.MessageBroker;
import dev.polder.wasm.service.AppEvent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeadLettersTest {

    @TempDir
    Path folder;

    static DeadLetter letter(String subject, String payload) {
        MessageBroker.Message message = new MessageBroker.Message(
                subject,
                payload.getBytes(StandardCharsets.UTF_8),
                Optional.of("reply"),
                List.of(new MessageBroker.Header("colour", "blue")));
        return new DeadLetter(
                0,
                APP,
                "events-messaging-trigger",
                "messaging",
                "events",
                "polder:default orders.*",
                new AppEvent(message, Instant.parse("2026-11-25T10:00:00Z")),
                payload.length(),
                false,
                "it trapped",
                3,
                Instant.parse("2026-11-25T10:00:01Z"));
    }

    @Test
    void pagesAreNewestFirstAndComplete() {
        try (Store store = Store.open(folder)) {
            DeadLetters letters = new DeadLetters(store.database(), Polder.QUICK);
            for (int i = 0; i < 7; i++) {
                assertThat(letters.add(letter("s", "payload " + i))).isZero();
            }
            DeadLetters.Page first = letters.page(APP, null, null, Long.MAX_VALUE, 4);
            DeadLetters.Page second = letters.page(APP, "events-messaging-trigger", null, first.next(), 4);
            assertThat(first.letters()).hasSize(4);
            assertThat(second.letters()).hasSize(3);
            assertThat(second.next()).isNull();
            DeadLetter oldest = second.letters().getLast();
            assertThat(text(oldest)).isEqualTo("payload 0");
            assertThat(oldest.event().message().metadata()).containsExactly(new MessageBroker.Header("colour", "blue"));
            assertThat(oldest.event().message().replyTo()).contains("reply");
            assertThat(oldest.event().at()).isEqualTo(Instant.parse("2026-11-25T10:00:00Z"));
            assertThat(letters.page(APP, "another", null, Long.MAX_VALUE, 4).letters())
                    .isEmpty();
            assertThat(letters.deleteAll(APP, "events-messaging-trigger").count())
                    .isEqualTo(7);
            assertThatThrownBy(() -> letters.page(APP, null, null, 0, 201))
                    .isInstanceOf(Problem.class)
                    .hasMessageContaining("limit: 201 (expected: 1 to 200)");
        }
    }

    @Test
    void theOldestMakePlaceForNewOnesByCountAndByBytes() {
        try (Store store = Store.open(folder)) {
            DeadLetters letters = new DeadLetters(store.database(), Polder.QUICK);
            for (int i = 0; i < 12; i++) {
                assertThat(letters.add(letter("s", "small"))).isEqualTo(i < 10 ? 0 : 1);
            }
            assertThat(letters.total(APP, null).count()).isEqualTo(10);
            assertThat(letters.add(letter("s", "x".repeat(200 * 1024)))).isEqualTo(1);
            assertThat(letters.add(letter("s", "x".repeat(200 * 1024)))).isEqualTo(10);
            assertThat(letters.total(APP, null).count()).isEqualTo(1);
            assertThat(letters.total(APP, null).bytes()).isLessThanOrEqualTo(256 * 1024);
        }
    }

    @Test
    void aPageHasTheBeginningOfALongPayloadAndTheLetterAllOfIt() {
        String payload = "0123456789".repeat(400);
        try (Store store = Store.open(folder)) {
            DeadLetters letters = new DeadLetters(store.database(), Polder.QUICK);
            letters.add(letter("long", payload));
            DeadLetter listed =
                    letters.page(APP, null, null, Long.MAX_VALUE, 1).letters().getFirst();
            assertThat(listed.bytes()).isEqualTo(4000);
            assertThat(payload).startsWith(text(listed));
            assertThat(text(listed)).hasSizeBetween(256, 300);
            assertThat(text(letters.get(APP, listed.id()).orElseThrow())).isEqualTo(payload);
            assertThat(letters.total(APP, null).bytes()).isEqualTo(4000);
        }
    }

    @Test
    void wordsAreFoundInSubjectsAndErrorsAsTheyStand() {
        try (Store store = Store.open(folder)) {
            DeadLetters letters = new DeadLetters(store.database(), Polder.QUICK);
            letters.add(letter("orders.1%", "a"));
            letters.add(letter("orders.12", "b"));
            assertThat(letters.page(APP, null, "ORDERS.1%", Long.MAX_VALUE, 9).letters())
                    .singleElement()
                    .satisfies(found -> assertThat(text(found)).isEqualTo("a"));
            assertThat(letters.page(APP, null, "it Trapped", Long.MAX_VALUE, 9).letters())
                    .hasSize(2);
        }
    }

    @Test
    void whatWasDeletedComesBackOnceAndWhole() {
        String payload = "x".repeat(1000);
        try (Store store = Store.open(folder)) {
            DeadLetters letters = new DeadLetters(store.database(), Polder.QUICK);
            letters.add(letter("a", payload));
            letters.add(letter("b", "small"));
            long id = letters.page(APP, null, null, Long.MAX_VALUE, 9)
                    .letters()
                    .getLast()
                    .id();
            DeadLetters.Deleted one = letters.delete(APP, id);
            assertThat(one.count()).isEqualTo(1);
            assertThat(letters.delete(APP, id).count()).isZero();
            assertThat(letters.get(APP, id)).isEmpty();
            assertThat(letters.total(APP, null).count()).isEqualTo(1);
            DeadLetters.Deleted rest = letters.deleteAll(APP, null);
            assertThat(letters.page(APP, null, null, Long.MAX_VALUE, 9).letters())
                    .isEmpty();
            assertThat(letters.restore(APP, one.undo())).isEqualTo(1);
            assertThat(letters.restore(APP, one.undo())).isZero();
            assertThat(text(letters.get(APP, id).orElseThrow())).isEqualTo(payload);
            assertThat(letters.restore(APP, rest.undo())).isEqualTo(1);
            assertThat(letters.total(APP, null)).isEqualTo(new DeadLetters.Total(2, 1005));
        }
    }

    private static String text(DeadLetter letter) {
        return new String(letter.event().message().body(), StandardCharsets.UTF_8);
    }
}
