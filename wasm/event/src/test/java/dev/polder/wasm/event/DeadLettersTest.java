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
            DeadLetters.Page first = letters.page(APP, null, Long.MAX_VALUE, 4);
            DeadLetters.Page second = letters.page(APP, "events-messaging-trigger", first.next(), 4);
            assertThat(first.letters()).hasSize(4);
            assertThat(second.letters()).hasSize(3);
            assertThat(second.next()).isNull();
            DeadLetter oldest = second.letters().getLast();
            assertThat(new String(oldest.event().message().body(), StandardCharsets.UTF_8))
                    .isEqualTo("payload 0");
            assertThat(oldest.event().message().metadata()).containsExactly(new MessageBroker.Header("colour", "blue"));
            assertThat(oldest.event().message().replyTo()).contains("reply");
            assertThat(oldest.event().at()).isEqualTo(Instant.parse("2026-11-25T10:00:00Z"));
            assertThat(letters.page(APP, "another", Long.MAX_VALUE, 4).letters())
                    .isEmpty();
            assertThat(letters.deleteAll(APP, "events-messaging-trigger")).isEqualTo(7);
            assertThatThrownBy(() -> letters.page(APP, null, 0, 201))
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
}
